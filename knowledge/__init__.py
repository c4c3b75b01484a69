"""What do we answer? Entries, normalisation, index, matcher; `content/` is the initial knowledge base."""
