"""What is to be said to many, before anybody approved it: the rules that a content must keep."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from messages.broadcasts import Kind

# WeChat refuses a longer text (45002), and counts bytes.
TEXT_BYTES = 2048
PICTURE_BYTES, ARTICLE_PICTURE_BYTES = 2 * 1024 * 1024, 1024 * 1024
TITLE_LETTERS, DESCRIPTION_LETTERS, NAME_LETTERS = 64, 120, 64
_LONGEST = timedelta(days=31)
# Nothing that a telephone would not show, nor what turns the order of the letters about.
_HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_LINK = re.compile(r"https?://[^\s/]+\S*")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Unfit(ValueError):
    """What is wrong with a draft, a line each, in English for staff."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A content, whom it is for, and when. Times are instants; after `until` nothing is sent.

    `text` is an article's description, and says of a picture what goes where no picture can; `safety` is exempt from quiet hours,
    `mass` may use one of the month's four.
    """

    conditions: tuple[str, ...]
    text: str
    until: datetime
    name: str = ""
    kind: Kind = Kind.TEXT
    title: str = ""
    url: str = ""
    picture: bytes | None = None
    topic: str = ""
    safety: bool = False
    mass: bool = False
    starts_at: datetime | None = None

    def check(self, now: datetime) -> None:
        """Raises Unfit with all that is wrong."""
        if faults := [*_of_words(self), *_of_content(self), *_of_times(self, now)]:
            raise Unfit("\n".join(faults))


def readable(said: Draft) -> str:
    """The content as staff read it in the journal, and as it rides on an answer."""
    return as_text(said.title, said.text, said.url)


def as_text(title: str, text: str, url: str) -> str:
    """An article where only a text can go: in a mass message, which would want a draft of the account's, or on an answer."""
    return "\n".join(part for part in (title, text, url) if part)


def _of_words(draft: Draft) -> Iterator[str]:
    said = {"text": draft.text, "title": draft.title, "name": draft.name, "link": draft.url}
    for what, words in said.items():
        if _HIDDEN.search(words):
            yield f"the {what} holds control characters"
    if len(draft.name) > NAME_LETTERS:
        yield f"the name has {len(draft.name)} letters, at most {NAME_LETTERS}"


def _of_content(draft: Draft) -> Iterator[str]:
    size = len(draft.text.encode(errors="replace"))
    if draft.kind is not Kind.ARTICLE and not draft.text.strip():
        yield "the text is empty" + ("; a picture needs one too" if draft.kind is Kind.PICTURE else "")
    if size > TEXT_BYTES:
        yield f"the text has {size} bytes, at most {TEXT_BYTES}"
    if draft.kind is Kind.PICTURE and draft.picture is None:
        yield "the picture is missing"
    if draft.kind is Kind.ARTICLE:
        yield from _of_article(draft)
    if draft.picture is not None and not draft.picture.startswith(_PICTURES):
        yield "the picture is neither JPEG nor PNG"
    most = ARTICLE_PICTURE_BYTES if draft.kind is Kind.ARTICLE else PICTURE_BYTES
    if draft.picture is not None and len(draft.picture) > most:
        yield f"the picture has {len(draft.picture)} bytes, at most {most}"


def _of_article(draft: Draft) -> Iterator[str]:
    if not 0 < len(draft.title.strip()) <= TITLE_LETTERS:
        yield f"the title has {len(draft.title)} letters: 1 to {TITLE_LETTERS}"
    if len(draft.text) > DESCRIPTION_LETTERS:
        yield f"the description has {len(draft.text)} letters, at most {DESCRIPTION_LETTERS}"
    if not _LINK.fullmatch(draft.url):
        yield "the link is not an address that begins with http:// or https://"


def _of_times(draft: Draft, now: datetime) -> Iterator[str]:
    if draft.until <= now:
        yield "the latest time is over already"
    elif draft.until > now + _LONGEST:
        yield f"the latest time is more than {_LONGEST.days} days away"
    if draft.starts_at is not None and draft.starts_at <= now:
        yield "the time to begin is over already: without one it begins when it is launched"
    elif draft.starts_at is not None and draft.starts_at >= draft.until:
        yield "it would begin after its latest time"
