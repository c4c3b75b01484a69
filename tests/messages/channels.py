"""A channel that notes what it was given."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from messages.ports import Content, TextContent

Fate = Exception | None


class RecordingChannel:
    """`fates` says how each delivery of a text goes, in turn, and after that all is well; `gate` holds them up."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.noticed: list[tuple[str, str, Mapping[str, str]]] = []
        self.templates: list[tuple[str, str, Mapping[str, str], str]] = []
        self.massed: list[tuple[tuple[str, ...], Content, str]] = []
        self.fates: dict[str, list[Fate]] = {}
        self.gone: set[str] = set()
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, openid: str, content: Content) -> None:
        text = content.text if isinstance(content, TextContent) else repr(content)
        self.sent.append((openid, text))
        await self._meet(text)

    async def subscription(
        self, openid: str, template: str, fields: Mapping[str, str], page: str = ""
    ) -> None:
        self.noticed.append((openid, template, fields))
        await self._meet(template)

    async def template(
        self, openid: str, template: str, fields: Mapping[str, str], client_id: str, page: str = ""
    ) -> str:
        self.templates.append((openid, template, fields, client_id))
        await self._meet(template)
        return f"T{len({one[3] for one in self.templates})}"

    async def mass(self, openids: Sequence[str], content: Content, client_id: str) -> str:
        self.massed.append((tuple(openids), content, client_id))
        await self._meet("mass")
        return str(len({one[2] for one in self.massed}))

    async def mass_status(self, mass_id: str) -> str:
        return "SEND_SUCCESS"

    async def leavers(self, openids: Sequence[str]) -> Collection[str]:
        return self.gone & set(openids)

    async def upload(self, picture: bytes) -> str:
        await self._meet("upload")
        return "media-1"

    async def publish(self, picture: bytes) -> str:
        await self._meet("publish")
        return "http://mmbiz.qpic.cn/1/0"

    async def _meet(self, key: str) -> None:
        await self.gate.wait()
        left = self.fates.get(key)
        if left and (error := left.pop(0)):
            raise error
