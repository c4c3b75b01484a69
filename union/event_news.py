"""What a worker may wish of events, what is told of them, and why a wish cannot be met."""

from dataclasses import dataclass
from datetime import datetime

from union.events import Event, Quota
from union.refusals import Why


@dataclass(frozen=True, slots=True)
class SignUp:
    """A worker wants a place, of that quota."""

    event: int
    quota: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """What the union knows of somebody who signs up; "" where it does not know."""

    member: bool = False
    district: str = ""
    work: str = ""


@dataclass(frozen=True, slots=True)
class _OfEvent:
    """What is told somebody of an event."""

    openid: str
    event: Event


@dataclass(frozen=True, slots=True)
class PlaceConfirmed(_OfEvent):
    quota: Quota


@dataclass(frozen=True, slots=True)
class PutInLine(_OfEvent):
    """All places of the quota are taken; `position` 1 is next."""

    quota: Quota
    position: int


@dataclass(frozen=True, slots=True)
class PlaceOffered(_OfEvent):
    """A place is free for the first in the line, who has until then to take it."""

    until: datetime


@dataclass(frozen=True, slots=True)
class PlaceOfferExpired(_OfEvent):
    """Nobody took it in time. `still_free`: nobody else waits either, so that it can be taken late."""

    still_free: bool = False


@dataclass(frozen=True, slots=True)
class LineEnded(_OfEvent):
    """The event has begun without them."""


@dataclass(frozen=True, slots=True)
class PlaceGivenUp(_OfEvent):
    """A worker gave up a place, an offer or a place in the line."""


@dataclass(frozen=True, slots=True)
class EventCancelled(_OfEvent):
    reason: str


@dataclass(frozen=True, slots=True)
class EventMoved(_OfEvent):
    """Place or time has changed; `event` is as it is now."""


@dataclass(frozen=True, slots=True)
class EventReminder(_OfEvent):
    """It is tomorrow (`eve`) or today."""

    eve: bool


@dataclass(frozen=True, slots=True)
class Arrived(_OfEvent):
    """Somebody checked in; `again`: not for the first time."""

    again: bool


@dataclass(frozen=True, slots=True)
class ThanksDue(_OfEvent):
    """Somebody was there, and it is over."""


ToldLater = (
    PlaceOffered | PlaceOfferExpired | LineEnded | EventCancelled | EventMoved | EventReminder | ThanksDue
)
Own = PlaceConfirmed | PutInLine | PlaceOfferExpired | PlaceGivenUp


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision means for the one who asked, and what others are to be told of it."""

    own: Own
    others: tuple[ToldLater, ...] = ()


class Refused(Exception):
    """A wish cannot be met; `event` is the one it was about, None when there is none."""

    def __init__(self, why: Why, event: Event | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.event = event
