"""How is a conversation declared and advanced? What a capability needs stands here."""

from dialogue.answers import Invalid, Said
from dialogue.capabilities import Capability, Clash
from dialogue.contexts import Context
from dialogue.conversations import Choice
from dialogue.fields import Field
from dialogue.forms import Form
from dialogue.notices import Notice, Teller
from dialogue.replies import Text, link, numbered, with_choices
from dialogue.values import Earlier, Option, Value
from messages.outbox import Lane
from messages.transactions import Matter, Transaction

__all__ = [
    "Capability",
    "Choice",
    "Clash",
    "Context",
    "Earlier",
    "Field",
    "Form",
    "Invalid",
    "Lane",
    "Matter",
    "Notice",
    "Option",
    "Said",
    "Teller",
    "Text",
    "Transaction",
    "Value",
    "link",
    "numbered",
    "with_choices",
]
