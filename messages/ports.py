"""What `messages` and the layers above need of a platform; `bot.platform` implements it over WeChat."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Incoming(Protocol):
    """A message or event as it arrived; `wechat.incoming.Incoming` has this shape."""

    @property
    def wire_id(self) -> str: ...
    @property
    def openid(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def menu_id(self) -> str: ...
    @property
    def media_id(self) -> str: ...
    @property
    def latitude(self) -> float | None: ...
    @property
    def longitude(self) -> float | None: ...
    @property
    def label(self) -> str: ...


class Future(StrEnum):
    """What can still become of a message that was not delivered."""

    RETRY = "retry"  # the platform was busy or out of reach: nothing was sent
    HELD = "held"  # no right to send now; the worker's next message opens one
    REFUSED = "refused"  # never
    UNKNOWN = "unknown"  # the answer was lost: it may have arrived, so it counts as spent


class Lesson(StrEnum):
    """What a refusal teaches beyond the message that met it."""

    WINDOW = "window"  # nothing more to this worker until they write again
    LEFT = "left"  # the worker does not follow
    FULL = "full"  # the account may not send this way before `wait` is over
    CONSENT = "consent"  # the worker has no subscription left for this template
    CONTENT = "content"  # the content will not pass
    SETTINGS = "settings"  # an operator must act on the account
    MEDIA = "media"  # the picture must be uploaded again


class DeliveryError(Exception):
    """A delivery that failed; `reason` is for staff and names the platform's code, `wait` is in seconds."""

    def __init__(self, future: Future, reason: str, wait: float = 0, lesson: Lesson | None = None) -> None:
        super().__init__(reason)
        self.future = future
        self.reason = reason
        self.wait = wait
        self.lesson = lesson


@dataclass(frozen=True, slots=True)
class TextContent:
    text: str  # at most 2,048 bytes of UTF-8


@dataclass(frozen=True, slots=True)
class PictureContent:
    media_id: str  # what `Channel.upload` gave


@dataclass(frozen=True, slots=True)
class ArticleContent:
    """A title and a line that open a page."""

    title: str
    text: str
    url: str
    picture: str = ""  # the address that `Channel.publish` gave


Content = TextContent | PictureContent | ArticleContent


class TooLarge(Exception):
    """A file is larger than what was asked for."""


class Media(Protocol):
    """What workers send besides words."""

    async def fetch(self, media_id: str, most: int) -> bytes:
        """The file, of at most so many bytes; raises TooLarge, and DeliveryError: REFUSED for what is gone, or RETRY."""
        ...


class Channel(Protocol):
    """The ways to reach workers who are not waiting for an answer. Each raises DeliveryError."""

    async def send(self, openid: str, content: Content) -> None:
        """By customer-service message; returns when the platform has accepted it."""
        ...

    async def subscription(
        self, openid: str, template: str, fields: Mapping[str, str], page: str = ""
    ) -> None:
        """One notice for one consent; `page` is what it opens."""
        ...

    async def template(
        self, openid: str, template: str, fields: Mapping[str, str], client_id: str, page: str = ""
    ) -> str:
        """A message about the worker's own transaction; the number that the report will name, "" where it is not told.

        A repeat of `client_id` within ten minutes is not sent again.
        """
        ...

    async def mass(self, openids: Sequence[str], content: Content, client_id: str) -> str:
        """To 2 to 10,000 people; the id that the report will name, "" when it was accepted earlier and is not told.

        A repeat of `client_id` (at most 32 bytes) within a day is not sent again, so a lost answer is a RETRY.
        """
        ...

    async def mass_status(self, mass_id: str) -> str:
        """SEND_SUCCESS, SENDING, SEND_FAIL or DELETE."""
        ...

    async def leavers(self, openids: Sequence[str]) -> Collection[str]:
        """Those of them who do not follow."""
        ...

    async def upload(self, picture: bytes) -> str:
        """A picture of under 2 MB, JPEG or PNG; its media id, which lives for three days."""
        ...

    async def publish(self, picture: bytes) -> str:
        """A picture of under 1 MB, JPEG or PNG; its address for articles, which stays."""
        ...
