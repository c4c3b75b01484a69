"""Every table there is: migrations, and keys that are changed, must see them all, whoever imports what."""

import importlib
import pkgutil

import dialogue
import knowledge
import messages
import scheduler
import union
from storage.base import Base

for _package in (dialogue, knowledge, messages, scheduler, union):
    for _module in pkgutil.iter_modules(_package.__path__):
        importlib.import_module(f"{_package.__name__}.{_module.name}")

METADATA = Base.metadata
