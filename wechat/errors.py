"""Every error code of the platform, classed by what a sender should do about it."""

import re
from dataclasses import dataclass
from enum import StrEnum, auto


class Fault(StrEnum):
    """What an error means for whoever made the call."""

    RETRY = auto()  # the same call again, after `wait` seconds
    TOKEN = auto()  # even a new access token was refused
    USER = auto()  # this person cannot be reached this way
    WINDOW = auto()  # no right to send to this person until their next action
    QUOTA = auto()  # the account has used up this call, until `wait` is over or an operator makes room
    CONTENT = auto()  # this message will never pass as it is
    MEDIA = auto()  # the media id has expired: upload again
    LOGIN = auto()  # the page's sign-in must begin anew
    AGENT = auto()  # no human agent can take the conversation now
    CONFIGURATION = auto()  # an operator must act on the account or the settings
    BUG = auto()  # our request is wrong, or the code is one that nobody has seen
    SENT = auto()  # the platform has it already: count it as sent
    PENDING = auto()  # waits for the account's administrator
    HARMLESS = auto()  # nothing to be done
    UNKNOWN = auto()  # the answer was lost: it may have been sent, so never send again blindly


@dataclass(eq=False)  # not frozen: the interpreter itself writes tracebacks into an exception
class WeChatError(Exception):
    """A call that did not succeed; `errcode` is None when no answer of the platform says why."""

    errcode: int | None
    message: str
    fault: Fault
    wait: float = 0  # seconds before a retry makes sense
    rid: str = ""  # the platform's own reference to the failed call

    def __str__(self) -> str:
        return f"{self.errcode}: {self.message}" if self.errcode is not None else self.message


TOKEN_CODES = frozenset({40001, 40014, 42001})
TOKEN_PATHS = ("/cgi-bin/stable_token", "/cgi-bin/token", "/sns/oauth2/access_token")

_CODES: dict[Fault, tuple[int, ...]] = {
    Fault.RETRY: (
        *(-1, 268487001, 268487002, 268488001, 45011),
        *(45066, 42010, 45085, 45102, 43117, 45169, 45171),
    ),
    Fault.TOKEN: tuple(TOKEN_CODES),
    Fault.USER: (40003, 49003, 46004, 65302, 43004, 50005, 48002, 43019, 43101, 50002, 70000),
    Fault.WINDOW: (45015, 45047, 45093),
    Fault.QUOTA: (45009, 45104, 45028, 45029, 45056, 45059, 45026, 200012, 40246, 40247, 48006),
    Fault.CONTENT: (45002, 47003, 40249, 87014, 45168),
    Fault.MEDIA: (40007, 40118, 46001),
    Fault.LOGIN: (40029, 40163, 42003, 42007),
    Fault.AGENT: tuple(range(65400, 65418)),
    Fault.CONFIGURATION: (
        *(40125, 40013, 41002, 41004, 40243, 40164, 89503, 89506, 89507, 61004),
        *(48001, 48003, 48004, 45087, 45094, 43104, 43106, 40200, 43116, 40036, 40037, 40039),
    ),
    Fault.SENT: (45065, 40241),
    Fault.PENDING: (89504, 89505),
    Fault.HARMLESS: (45080, 45081, 46003, *range(76001, 76023)),
}
_FAULTS = {code: fault for fault, codes in _CODES.items() for code in codes}
_WAITS = {45011: 60, 45066: 60, 42010: 60, 43117: 60, 45085: 300, 45102: 300}
_UNTIL_MIDNIGHT = frozenset({45009, 45104, 45028})
_RID = re.compile(r"\brid:?\s*([0-9a-f-]{8,64})")
_BEIJING = 8 * 3600
_DAY = 24 * 3600


def classify(errcode: int, call: str = "") -> Fault:
    """`call` is the path: 40001 where tokens are issued means the secret is wrong, 50002 outside of sends our account."""
    if errcode in TOKEN_CODES and call in TOKEN_PATHS:
        return Fault.CONFIGURATION
    if errcode == 50002 and call and "/message/" not in call:
        return Fault.CONFIGURATION
    return _FAULTS.get(errcode, Fault.BUG)


def refusal(errcode: int, message: str, call: str, now: float) -> WeChatError:
    """The error for an errcode answered at `now`, Unix seconds; daily quotas begin again at midnight in Beijing."""
    fault = classify(errcode, call)
    wait: float = _WAITS.get(errcode, 1 if fault is Fault.RETRY else 0)
    if errcode in _UNTIL_MIDNIGHT:
        wait = _DAY - (now + _BEIJING) % _DAY
    rid = _RID.search(message)
    return WeChatError(errcode, message, fault, wait, rid[1] if rid else "")
