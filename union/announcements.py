"""What staff are told of announcements: that one waits for a second person, and what the bot did about one."""

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """Why the bot paused one."""

    CONTENT = "content"  # what it says will not pass
    SETTINGS = "settings"  # an operator must act on the account
    PLATFORM = "platform"  # neither is known


@dataclass(frozen=True, slots=True)
class AnnouncementProposed:
    """A colleague wrote an announcement that this staff member may confirm; `audience` in words, `mass`: as a mass message."""

    openid: str
    id: int
    author: str
    audience: str
    text: str
    mass: bool = False


@dataclass(frozen=True, slots=True)
class AnnouncementMoved:
    """What the bot did about an announcement: "launched" (`by` whom, where not by the clock), "paused", "stopped" (it is
    too late) or "done" (`late`: not everybody has it). `held`: how many are told with the next answer to them."""

    openid: str
    id: int
    name: str
    what: str
    by: str = ""
    trouble: Trouble | None = None
    late: bool = False
    sent: int = 0
    held: int = 0
