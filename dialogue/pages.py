"""Pages on the telephone for what a chat is not the place for; a page is data, as a form is.

A capability declares one (`capability.page`, `capability.file`) and hands out links to it; `bot.pages` serves it to
the worker whom the link was made for.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from dialogue import links
from dialogue.answers import Invalid
from dialogue.contexts import Context, Service
from dialogue.links import Link, Links
from dialogue.notices import Fact, Teller

Filled = TypeVar("Filled")
Keep = Callable[["Visit", Filled], Awaitable[str]]
Make = Callable[["Visit"], Awaitable["File"]]
Offer = Callable[["Visit"], Awaitable[Sequence["Allowable"]]]
Accept = Callable[["Visit", Sequence[str]], Awaitable[str]]
Draw = Callable[["Visit"], Awaitable["View"]]

LASTS = timedelta(hours=24)
# A download that breaks off is tried again; a link that lies about in a chat gives no more files than that.
MOST_DOWNLOADS = 3
DOWNLOADS_WITHIN = timedelta(minutes=10)


class Malformed(Exception):
    """A page does not fit its dataclass, or two have one name; the process must not start."""


@dataclass(frozen=True, slots=True)
class PageField:
    """One input. `accept` gets what was typed and the instant; it returns the value or raises Invalid."""

    name: str
    label: str
    accept: Callable[[str, datetime], str]
    hint: str = ""
    keyboard: Literal["text", "numeric", "tel"] = "text"
    longest: int = 64


@dataclass(frozen=True, slots=True)
class Visit:
    """A worker on a page: who, about what, and the transaction of what is kept.

    `version` names the notice and the consent that were shown, for the record of the consent.
    """

    openid: str
    subject: str
    version: str
    now: datetime
    session: AsyncSession
    services: Mapping[type, object]

    def use(self, service: type[Service]) -> Service:
        """A service that the process was assembled with, by its type."""
        found = self.services[service]
        if not isinstance(found, service):
            raise TypeError(f"{service.__name__} was assembled with something else")
        return found

    async def tell(self, *facts: Fact) -> None:
        """Have these facts told in the chat, from the same transaction."""
        await self.use(Teller).tell(self.session, facts, self.now, writing=self.openid)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: a title, headings, and rows as long as the headings."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class File:
    """What a file page gives, made when it is asked for and kept nowhere; `name` without its extension."""

    name: str
    sheets: Sequence[Sheet]


@dataclass(frozen=True, slots=True)
class Picture:
    """`kind` is that of the MIME type, as "png"; `words` for who does not see it."""

    kind: str
    content: bytes
    words: str


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code that leads to us with this scene when WeChat scans it, and words beneath it."""

    scene: str
    words: str


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: a picture or a code, text by the line, rows of a label and its value, and what comes after."""

    title: str
    text: str = ""
    rows: Sequence[tuple[str, str]] = ()
    picture: Picture | None = None
    code: Code | None = None
    after: str = ""


class Page:
    """What all kinds of page share. `notice` says by the line what happens with the data and why."""

    def __init__(
        self, name: str, title: str, notice: str, button: str, consent: str, lasts: timedelta
    ) -> None:
        self.name = name
        self.title = title
        self.notice = notice
        self.button = button
        self.consent = consent
        self.lasts = lasts

    @property
    def version(self) -> str:
        """Changes with the words of notice and consent."""
        return sha256(f"{self.notice}\0{self.consent}".encode()).hexdigest()[:12]

    def is_spent(self, link: Link, now: datetime) -> bool:
        return link.used_at is not None

    async def link(self, ctx: Context, subject: str = "") -> str:
        """A link for the worker of this turn, a form's to use once, a file's a few times; raises NoAddress where pages cannot be reached."""
        token = await links.make(ctx.session, self.name, ctx.openid, subject, ctx.now, self.lasts)
        return ctx.use(Links).url(self.name, token)


class FormPage(Page, Generic[Filled]):
    """A page that fills a frozen dataclass of texts."""

    def __init__(
        self,
        name: str,
        filled: type[Filled],
        asked: Sequence[PageField],
        *,
        title: str,
        notice: str,
        button: str,
        consent: str = "",
        lasts: timedelta = LASTS,
    ) -> None:
        super().__init__(name, title, notice, button, consent, lasts)
        self.fields = tuple(asked)
        self._filled = filled
        self._keep: Keep[Filled] | None = None
        known = {one.name for one in fields(filled)} if is_dataclass(filled) else set()
        if known != {one.name for one in asked} or len(known) != len(asked):
            raise Malformed(f"the fields of page {name} are not those of {filled.__name__}")

    def submitted(self, keep: Keep[Filled]) -> Keep[Filled]:
        """What is done with what was filled in; returns the words of thanks, or raises Invalid."""
        self._keep = keep
        return keep

    def read(self, typed: Mapping[str, str], now: datetime) -> tuple[Filled | None, dict[str, str]]:
        """The filled dataclass, or what is wrong by field."""
        values: dict[str, str] = {}
        wrong: dict[str, str] = {}
        for one in self.fields:
            try:
                values[one.name] = one.accept(typed.get(one.name, "").strip(), now)
            except Invalid as invalid:
                wrong[one.name] = str(invalid)
        return (None if wrong else self._filled(**values)), wrong

    async def keep(self, visit: Visit, filled: Filled) -> str:
        if self._keep is None:
            raise Malformed(f"page {self.name} does nothing with what is submitted")
        return await self._keep(visit, filled)


class FilePage(Page):
    """A page that gives a file."""

    def __init__(
        self, name: str, *, title: str, notice: str, button: str, lasts: timedelta = timedelta(hours=1)
    ) -> None:
        super().__init__(name, title, notice, button, "", lasts)
        self._make: Make | None = None

    def is_spent(self, link: Link, now: datetime) -> bool:
        """Later than some minutes after the first download, or when it was given often enough."""
        late = link.used_at is not None and now >= link.used_at + DOWNLOADS_WITHIN
        return late or link.uses >= MOST_DOWNLOADS

    def made(self, make: Make) -> Make:
        """How the file is made when the worker asks for it."""
        self._make = make
        return make

    async def make(self, visit: Visit) -> File:
        if self._make is None:
            raise Malformed(f"page {self.name} has no file")
        return await self._make(visit)


@dataclass(frozen=True, slots=True)
class Allowable:
    """A kind of notice that the platform asks the worker about by itself; `label` is what it is for."""

    id: str
    label: str


class ConsentPage(Page):
    """A page with the platform's own button, by which a worker allows notices; it may be used again and again."""

    def __init__(self, name: str, title: str, notice: str, button: str, none: str, trouble: str) -> None:
        """`none` is said where there is nothing to allow, `trouble` where the platform shows no button."""
        super().__init__(name, title, notice, button, "", LASTS)
        self.none = none
        self.trouble = trouble
        self._offer: Offer | None = None
        self._accept: Accept | None = None

    def is_spent(self, link: Link, now: datetime) -> bool:
        return False

    def offers(self, offer: Offer) -> Offer:
        """What can be allowed, at most three (of which the platform shows each by its own name)."""
        self._offer = offer
        return offer

    def accepted(self, accept: Accept) -> Accept:
        """What is done with the templates that the worker has allowed, each once; returns the words of thanks."""
        self._accept = accept
        return accept

    async def ask(self, visit: Visit) -> Sequence[Allowable]:
        if self._offer is None:
            raise Malformed(f"page {self.name} asks for nothing")
        return await self._offer(visit)

    async def take(self, visit: Visit, templates: Sequence[str]) -> str:
        if self._accept is None:
            raise Malformed(f"page {self.name} does nothing with what is allowed")
        return await self._accept(visit, templates)


class ViewPage(Page):
    """A page that shows something, to its worker alone, as often as it is opened."""

    def __init__(self, name: str, *, title: str, lasts: timedelta) -> None:
        super().__init__(name, title, "", "", "", lasts)
        self._draw: Draw | None = None

    def shown(self, draw: Draw) -> Draw:
        """What it shows when the worker opens it."""
        self._draw = draw
        return draw

    async def draw(self, visit: Visit) -> View:
        if self._draw is None:
            raise Malformed(f"page {self.name} shows nothing")
        return await self._draw(visit)


AnyPage = FormPage[Any] | FilePage | ViewPage | ConsentPage


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a page says when it cannot be shown or was not filled in: each a title and what to do next."""

    house: str
    tampered: tuple[str, str]
    late: tuple[str, str]  # of a form; its second text holds {title}
    past: tuple[str, str]  # of any other page
    spent: tuple[str, str]
    given: tuple[str, str]
    foreign: tuple[str, str]
    outside: tuple[str, str]
    unreachable: tuple[str, str]
    broken: tuple[str, str]  # its second text holds {reference}
    done: str
    back: str
    look_again: str
    agree: str
    see: str


def gather(pages: Sequence[AnyPage]) -> dict[str, AnyPage]:
    """By name; raises Malformed for two of the same."""
    named = {page.name: page for page in pages}
    if len(named) != len(pages):
        raise Malformed("two pages have the same name")
    return named
