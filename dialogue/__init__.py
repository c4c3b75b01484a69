"""How is a conversation declared and advanced? What a capability needs stands here."""

from dialogue.capabilities import Capability, Clash
from dialogue.contexts import Context
from dialogue.conversations import Choice
from dialogue.replies import Text, link, numbered

__all__ = ["Capability", "Choice", "Clash", "Context", "Text", "link", "numbered"]
