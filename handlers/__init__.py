"""What can a worker ask us to do? One module a capability; all Chinese that workers hear stands here."""

import importlib
import pkgutil

from dialogue import Capability


def discover() -> list[Capability]:
    """The `capability` that each module here exports."""
    modules = [
        importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
    ]
    return [module.capability for module in modules]
