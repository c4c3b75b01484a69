"""Why a delivery stands as it does, in the bot's own words; beside these only the platform's refusals are written down.

Whoever shows them to staff has words for each (`union.broadcast_sheets`).
"""

from enum import StrEnum


class Reason(StrEnum):
    TOO_LATE = "too late"
    STOPPED = "the broadcast was stopped"
    QUIET = "quiet hours"
    NO_CREDIT = "no credit: it rides on the worker's next answer"
    RUNG = "announced; its words ride on the worker's next answer"
    RODE = "rode"
    AFTER_LIST = "after a list"
    DAYS_NUMBER = "the rest of the day's number is for replies"
    LEFT = "does not follow any more"
    NO_PICTURE = "the broadcast has no picture"
    BUG = "a bug; see the log"
    ENDED = "the process ended while sending"
    UNREPEATABLE = "its answer was lost, and it cannot be repeated any more"
    REPLACED = "replaced by a newer one"
    FULL = "the month's four mass sends are taken"
    ALONE = "a mass send needs two"
    TWICE = "the platform had it already"
    NEVER_SAID = "the platform never said what became of it"


def of_platform(what: str) -> str:
    """What became of a mass send, by the platform's own word."""
    return f"the platform's verdict: {what}"


def of_notice(code: int, error: str) -> str:
    """What became of a subscription notice."""
    return f"{code} {error}"


def of_template(status: str) -> str:
    return f"template: {status}"


def reached(count: int, follow: int) -> str:
    return f"the platform reports {count} of {follow} reached and does not say whom"
