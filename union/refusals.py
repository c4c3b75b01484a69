"""Why a wish for a place in a course or an event, or of somebody who has one, cannot be met."""

from enum import StrEnum

from union.lines import State


class Why(StrEnum):
    UNKNOWN = "unknown"  # there is no such thing to sign up for
    CANCELLED = "cancelled"
    NOT_YET = "not_yet"  # sign-up opens later
    CLOSED = "closed"  # sign-up is over
    BEGUN = "begun"
    OVER = "over"  # an event
    JUST_COME = "just_come"  # nobody signs up for the event
    MEMBERS_ONLY = "members_only"
    OTHER_WORK = "other_work"  # the course is for other kinds of work
    OTHERS_ONLY = "others_only"  # none of the event's quotas is for this worker
    ENROLLED = "enrolled"  # already
    WAITING = "waiting"  # already
    OFFERED = "offered"  # a place is held and waits for an answer
    PHONE_TAKEN = "phone_taken"  # somebody else signed up with this number
    NOT_ENROLLED = "not_enrolled"
    NOTHING_OFFERED = "nothing_offered"
    TOO_EARLY = "too_early"  # to check in
    LESSON_OVER = "lesson_over"  # to check in
    NOT_OVER = "not_over"  # the course, to be judged
    TOO_LATE = "too_late"  # to judge the course


# Why those who stand so cannot sign up once more.
ALREADY = {State.ENROLLED: Why.ENROLLED, State.OFFERED: Why.OFFERED, State.WAITING: Why.WAITING}
