"""What stands in a chat: bubbles, the links in them, and how WeChat reads markup in text."""

import html
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qs, quote, urlsplit

Json: TypeAlias = dict[str, Any]
Author = Literal["worker", "account", "system"]

MENU_SCHEME = "weixin://bizmsgmenu"
LINKABLE = ("http://", "https://", "tel:", MENU_SCHEME)
ANCHOR = re.compile(r"""<a\b[^>]*?\bhref=(?:"([^"]*)"|'([^']*)')[^>]*>(.*?)</a>""", re.DOTALL | re.IGNORECASE)
ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a bubble's text; with `href` it can be tapped."""

    text: str
    href: str = ""

    @property
    def is_menu(self) -> bool:
        return self.href.startswith(MENU_SCHEME)

    def menu_choice(self) -> tuple[str, str]:
        """The text that a tap says, and the id that goes with it."""
        query = parse_qs(urlsplit(self.href).query)
        return query.get("msgmenucontent", [self.text])[0], query.get("msgmenuid", [""])[0]


@dataclass(frozen=True, slots=True)
class Card:
    """An article or a notice: what can be opened as a whole."""

    title: str
    description: str = ""
    url: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One line of a chat, in either direction. `number` counts from 1 in each chat; `at` is a Unix time.

    `via` says how an account's line came: passive, customer_service, template, subscription or mass;
    `wire_id` names the delivery that a worker's line travelled in or that a passive reply answers.
    """

    number: int
    at: float
    author: Author
    kind: str
    parts: tuple[Part, ...] = ()
    via: str = ""
    wire_id: str = ""
    media_id: str = ""
    card: Card | None = None
    note: str = ""

    @property
    def text(self) -> str:
        """As it reads on the screen: labels instead of markup, a card by its title and description."""
        words = "".join(part.text for part in self.parts)
        return words or (f"{self.card.title}\n{self.card.description}".strip() if self.card else "")

    @property
    def choices(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.is_menu)

    def as_json(self) -> Json:
        return {**asdict(self), "text": self.text}


def menu_link(menu_id: str, content: str) -> str:
    return f"{MENU_SCHEME}?msgmenucontent={quote(content)}&msgmenuid={quote(menu_id)}"


def read_markup(content: str) -> tuple[Part, ...]:
    """Anchors with an allowed target and bare http addresses become links; other markup stays text."""
    parts: list[Part] = []
    at = 0
    for match in ANCHOR.finditer(content):
        parts += _bare(content[at : match.start()])
        target = html.unescape(match[1] or match[2] or "")
        parts.append(Part(match[3], target if target.startswith(LINKABLE) else ""))
        at = match.end()
    return tuple(parts + _bare(content[at:]))


def _bare(text: str) -> list[Part]:
    parts: list[Part] = []
    at = 0
    for match in ADDRESS.finditer(text):
        parts += [Part(text[at : match.start()]), Part(match[0], match[0])]
        at = match.end()
    return [part for part in (*parts, Part(text[at:])) if part.text]
