"""What is said to a worker, within what WeChat shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from dialogue import wording
from dialogue.conversations import Choice

# WeChat refuses a longer text (45002), and counts bytes.
MOST_BYTES = 2048
# What is put together of many parts stays below.
EASY_BYTES = 1900
_LEAST_ROOM = 120  # for choices


@dataclass(frozen=True, slots=True)
class Text:
    """A text reply of 1 to 2,048 bytes of UTF-8; ValueError otherwise. Line breaks are real ones."""

    body: str

    def __post_init__(self) -> None:
        size = len(self.body.encode(errors="replace"))
        if not 0 < size <= MOST_BYTES:
            raise ValueError(f"a reply has 1 to {MOST_BYTES} bytes, not {size}")


def joined(reply: Text, further: str) -> Text:
    """Both, where they fit into one message."""
    both = f"{reply.body}\n\n{further}"
    return Text(both) if len(both.encode()) <= MOST_BYTES else reply


@lru_cache(4096)  # the same few hundred lines are offered again and again
def link(label: str, said: str, menu_id: str) -> str:
    """A line to tap that sends `said` back, with `menu_id` where the account is verified; it costs no send credit."""
    # The label stands in an attribute-free position of WeChat's little markup: brackets would end it.
    shown = label.replace("<", "＜").replace(">", "＞")
    target = f"weixin://bizmsgmenu?msgmenucontent={quote(said)}&msgmenuid={quote(menu_id)}"
    return f'<a href="{target}">{shown}</a>'


def listed(choices: Sequence[Choice], room: int) -> str:
    """The choices one a line within so many bytes: to tap where that fits, else as plain lines to answer by number."""
    tapped = numbered(choices)
    if len(tapped.encode()) <= room:
        return tapped
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(choices, start=1)]
    while len("\n".join(lines).encode()) > room:
        lines.pop()
    return "\n".join(lines)


def with_choices(text: str, choices: Sequence[Choice]) -> Text:
    """The text with lines to tap, or to answer by number where the links would not fit."""
    return Text(f"{text}\n\n{listed(choices, max(EASY_BYTES - len(text.encode()), _LEAST_ROOM))}")


def numbered(choices: Sequence[Choice]) -> str:
    """The choices one a line, to tap or to answer by number; as links they cost about 60 bytes a Han character."""
    lines = [
        f"{number}. " + link(choice.label, choice.label, choice.menu_id)
        for number, choice in enumerate(choices, start=1)
    ]
    return "\n".join(lines)


def fitted(preface: str, text: str) -> Text:
    """Both where they fit into a message, else what matters."""
    both = f"{preface}\n\n{text}" if preface else text
    return Text(both if len(both.encode()) <= MOST_BYTES else text)


def helping(why: str, hint: str, tries: int) -> Text:
    """Why an answer cannot be taken: the second time with the hint, and from the third with a person on offer."""
    if tries == 1:
        return Text(why)
    if tries == 2:
        return fitted(wording.AGAIN, "\n".join(filter(None, (why, hint))))
    return fitted(why, "\n".join(filter(None, (hint, wording.CALL_PERSON))))
