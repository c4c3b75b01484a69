"""What a worker may wish of events, what is told of them, and why a wish cannot be met."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from union.events import Event, Quota


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
class PlaceConfirmed:
    openid: str
    event: Event
    quota: Quota


@dataclass(frozen=True, slots=True)
class PutInLine:
    """All places of the quota are taken; `position` 1 is next."""

    openid: str
    event: Event
    quota: Quota
    position: int


@dataclass(frozen=True, slots=True)
class PlaceOffered:
    """A place is free for the first in the line, who has until then to take it."""

    openid: str
    event: Event
    until: datetime


@dataclass(frozen=True, slots=True)
class PlaceOfferExpired:
    """Nobody took it in time. `still_free`: nobody else waits either, so that it can be taken late."""

    openid: str
    event: Event
    still_free: bool = False


@dataclass(frozen=True, slots=True)
class LineEnded:
    """The event has begun without them."""

    openid: str
    event: Event


@dataclass(frozen=True, slots=True)
class PlaceGivenUp:
    openid: str
    event: Event


@dataclass(frozen=True, slots=True)
class EventCancelled:
    openid: str
    event: Event
    reason: str


@dataclass(frozen=True, slots=True)
class EventMoved:
    """Place or time has changed; `event` is as it is now."""

    openid: str
    event: Event


@dataclass(frozen=True, slots=True)
class EventReminder:
    """It is tomorrow (`eve`) or today."""

    openid: str
    event: Event
    eve: bool


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody checked in; `again`: not for the first time."""

    openid: str
    event: Event
    again: bool


@dataclass(frozen=True, slots=True)
class ThanksDue:
    """Somebody was there, and it is over."""

    openid: str
    event: Event


ToldLater = (
    PlaceOffered | PlaceOfferExpired | LineEnded | EventCancelled | EventMoved | EventReminder | ThanksDue
)
Own = PlaceConfirmed | PutInLine | PlaceOfferExpired | PlaceGivenUp


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision means for the one who asked, and what others are to be told of it."""

    own: Own
    others: tuple[ToldLater, ...] = ()


class Why(StrEnum):
    """Why a wish cannot be met."""

    UNKNOWN = "unknown"  # there is no such event
    CANCELLED = "cancelled"
    NOT_YET = "not_yet"  # sign-up opens later
    CLOSED = "closed"  # sign-up is over
    BEGUN = "begun"
    JUST_COME = "just_come"  # nobody signs up for it
    MEMBERS_ONLY = "members_only"
    OTHERS_ONLY = "others_only"  # none of its quotas is for this worker
    ENROLLED = "enrolled"  # already
    WAITING = "waiting"  # already
    OFFERED = "offered"  # a place is held and waits for an answer
    PHONE_TAKEN = "phone_taken"  # somebody else signed up with this number
    NOT_ENROLLED = "not_enrolled"
    NOTHING_OFFERED = "nothing_offered"
    TOO_EARLY = "too_early"  # to check in
    OVER = "over"


class Refused(Exception):
    """A wish cannot be met; `event` is the one it was about, None when there is none."""

    def __init__(self, why: Why, event: Event | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.event = event
