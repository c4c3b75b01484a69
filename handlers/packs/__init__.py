"""First-come packs: one each, a code with a QR that opens for its owner alone, and handing over by staff."""

from handlers.packs import asking, giving
from handlers.packs.words import capability

__all__ = ["asking", "capability", "giving"]
