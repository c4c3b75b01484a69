"""What `messages` and the layers above need of a platform; `bot.platform` implements it over WeChat."""

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


class DeliveryError(Exception):
    """A delivery that failed; `reason` is for staff and names the platform's code, `wait` is in seconds."""

    def __init__(self, future: Future, reason: str, wait: float = 0) -> None:
        super().__init__(reason)
        self.future = future
        self.reason = reason
        self.wait = wait


class TooLarge(Exception):
    """A file is larger than what was asked for."""


class Media(Protocol):
    """What workers send besides words."""

    async def fetch(self, media_id: str, most: int) -> bytes:
        """The file, of at most so many bytes; raises TooLarge, and DeliveryError: REFUSED for what is gone, or RETRY."""
        ...


class Channel(Protocol):
    """A way to reach a worker who is not waiting for an answer."""

    async def send_text(self, openid: str, text: str) -> None:
        """Returns when the platform has accepted the text; raises DeliveryError."""
        ...
