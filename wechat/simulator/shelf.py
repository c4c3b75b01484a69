"""Temporary media: what workers send and what the account uploads; gone after three days."""

import math
import secrets
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from wechat.simulator.refusals import Refused

LIFE = 3 * 24 * 3600.0
MOST_BYTES = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "thumb": 64 << 10}
SAMPLE_VOICE = b"#!AMR\n" + bytes(32)


def paint() -> bytes:
    """A PNG of hills under a sky, so that a picture can be sent where there is none at hand."""
    width, height = 240, 180
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            near, far = 120 + 22 * math.sin(x / 38), 96 + 30 * math.sin(x / 27 + 2)
            green = (92, 148, 96) if y > near else (140, 184, 150)
            rows += bytes(green if y > min(near, far) else (150 + y // 3, 196 + y // 5, 236))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(rows))) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


@dataclass(frozen=True, slots=True)
class Medium:
    media_id: str
    kind: str
    content_type: str
    content: bytes
    created_at: float


@dataclass(slots=True)
class Shelf:
    clock: Callable[[], float]
    _media: dict[str, Medium] = field(default_factory=dict)

    def put(self, kind: str, content_type: str, content: bytes) -> Medium:
        """Raises Refused: 40004 for an unknown kind, 41005 for nothing, 40009 above the kind's size."""
        if kind not in MOST_BYTES:
            raise Refused(40004)
        if not content:
            raise Refused(41005)
        if len(content) > MOST_BYTES[kind]:
            raise Refused(40009)
        medium = Medium(secrets.token_urlsafe(48), kind, content_type, content, self.clock())
        self._media[medium.media_id] = medium
        return medium

    def find(self, media_id: object) -> Medium:
        """Raises Refused with 40007 for media that is unknown or older than three days."""
        medium = self._media.get(media_id) if isinstance(media_id, str) else None
        if medium is None or self.clock() - medium.created_at >= LIFE:
            raise Refused(40007)
        return medium

    def holds(self, media_id: str) -> bool:
        medium = self._media.get(media_id)
        return medium is not None and self.clock() - medium.created_at < LIFE
