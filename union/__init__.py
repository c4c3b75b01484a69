"""What does the union know and decide? One module a subject: its tables and its decisions."""

import importlib
import pkgutil

# Whoever imports one subject has the tables of all of them, so that migrations never see only some.
for _subject in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_subject.name}")
