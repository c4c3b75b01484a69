"""How do we remember? Engine, transactions, encrypted values, migrations."""
