"""What a worker may wish of training, what is told of it, and why a wish cannot be met."""

from dataclasses import dataclass
from datetime import datetime

from union.courses import Course, Lesson
from union.refusals import Why


@dataclass(frozen=True, slots=True)
class SignUp:
    """A worker wants a seat."""

    course: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """How many of five stars a worker gives a course that is over."""

    course: int
    stars: int


@dataclass(frozen=True, slots=True)
class Remark:
    """What a worker says of a course that is over."""

    course: int
    words: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the union knows of somebody who signs up."""

    member: bool = False
    work: str = ""


@dataclass(frozen=True, slots=True)
class _OfCourse:
    """What is told somebody of a course."""

    openid: str
    course: Course


@dataclass(frozen=True, slots=True)
class EnrolmentConfirmed(_OfCourse):
    """There was a seat."""


@dataclass(frozen=True, slots=True)
class PutOnWaitingList(_OfCourse):
    """All seats are taken; `position` 1 is next."""

    position: int


@dataclass(frozen=True, slots=True)
class SeatOffered(_OfCourse):
    """A seat is free for the first in the line, who has until then to take it."""

    until: datetime


@dataclass(frozen=True, slots=True)
class OfferExpired(_OfCourse):
    """Nobody took it in time. `still_free`: nobody else waits either, so that it can be taken late."""

    still_free: bool = False


@dataclass(frozen=True, slots=True)
class WaitingEnded(_OfCourse):
    """The course has begun without them."""


@dataclass(frozen=True, slots=True)
class Withdrawn(_OfCourse):
    """A worker gave up a seat, an offer or a place in the line."""


@dataclass(frozen=True, slots=True)
class CourseCancelled(_OfCourse):
    reason: str


@dataclass(frozen=True, slots=True)
class CourseMoved(_OfCourse):
    """The place or a time has changed; `course` is as it is now."""


@dataclass(frozen=True, slots=True)
class Reminder(_OfCourse):
    """A lesson is tomorrow (`eve`) or today."""

    lesson: Lesson
    eve: bool


@dataclass(frozen=True, slots=True)
class CheckedIn(_OfCourse):
    lesson: Lesson
    again: bool


@dataclass(frozen=True, slots=True)
class CertificateIssued(_OfCourse):
    number: str


@dataclass(frozen=True, slots=True)
class FeedbackAsked(_OfCourse):
    """The course is over: how was it?"""


ToldLater = (
    SeatOffered
    | OfferExpired
    | WaitingEnded
    | CourseCancelled
    | CourseMoved
    | Reminder
    | CertificateIssued
    | FeedbackAsked
)
Own = EnrolmentConfirmed | PutOnWaitingList | OfferExpired | Withdrawn


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision means for the one who asked, and what others are to be told of it."""

    own: Own
    others: tuple[ToldLater, ...] = ()


class Refused(Exception):
    """A wish cannot be met; `course` is the one it was about, None when there is none."""

    def __init__(self, why: Why, course: Course | None = None, lesson: Lesson | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.course = course
        self.lesson = lesson
