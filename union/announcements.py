"""What staff are told of announcements: that one waits for a second person, and what the bot did about one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnnouncementProposed:
    """A colleague wrote an announcement that this staff member may confirm; `audience` in words."""

    openid: str
    id: int
    author: str
    audience: str
    text: str


@dataclass(frozen=True, slots=True)
class AnnouncementMoved:
    """What the bot did about an announcement: "launched", "paused", "stopped" or "done"."""

    openid: str
    id: int
    name: str
    what: str
    reason: str
    sent: int
    waiting: int
