"""Many workers who write at once, and WeChat between them and a bot that keeps dying."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle

import aiohttp

from benchmarks.posts import Post, Wire, Wrong, compose
from benchmarks.questions import distinct
from benchmarks.servers import APPID, TOKEN

_PATIENCE = aiohttp.ClientTimeout(total=5)
_ATTEMPTS = 3


@dataclass(slots=True)
class Fate:
    """What became of one message on the wire: every whole answer to it, None for `success`, and what brought none."""

    post: Post
    heard: list[str | None] = field(default_factory=list)
    cut: int = 0  # attempts whose connection ended without an answer
    refused: int = 0  # attempts answered with 503


class Crowd:
    """Writes until the block is left. An attempt without a whole answer is repeated, two times at most."""

    def __init__(self, port: int, openids: Sequence[str], draw: random.Random) -> None:
        self.fates: list[Fate] = []
        self.wrong: Counter[str] = Counter()
        self._callback = f"http://127.0.0.1:{port}/wechat"
        self._draw = draw
        self._wire = Wire(TOKEN, APPID)
        self._posts = compose(_texts(), openids)
        self._leaving = False
        self._at_once = len(openids)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Crowd":
        # A connection for each attempt, as WeChat does it.
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        self._http = aiohttp.ClientSession(connector=connector, timeout=_PATIENCE)
        self._tasks = [asyncio.create_task(self._write()) for _ in range(self._at_once)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leaving = True
        await asyncio.gather(*self._tasks)
        await self._http.close()

    @property
    def answered(self) -> int:
        return sum(bool(fate.heard) for fate in self.fates)

    @property
    def refused(self) -> int:
        return sum(fate.refused for fate in self.fates)

    async def hears_more(self, answers: int = 50) -> None:
        """Returns when so many more messages have been answered."""
        wanted = self.answered + answers
        while self.answered < wanted:
            await asyncio.sleep(0.05)

    async def _write(self) -> None:
        while not self._leaving:
            await self._deliver(next(self._posts))
            await asyncio.sleep(self._draw.uniform(0, 0.03))

    async def _deliver(self, post: Post) -> None:
        fate = Fate(post)
        self.fates.append(fate)
        if self._draw.random() < 0.2:
            # WeChat repeats what it has not seen answered, also while the first is still at work.
            await asyncio.gather(self._try(fate), self._late(fate))
        else:
            await self._try(fate)
            if self._draw.random() < 0.2:
                await self._attempt(fate)

    async def _late(self, fate: Fate) -> None:
        await asyncio.sleep(self._draw.uniform(0, 0.05))
        await self._attempt(fate)

    async def _try(self, fate: Fate) -> None:
        for _ in range(_ATTEMPTS):
            if await self._attempt(fate):
                return
            # Five seconds in reality; here long enough that some outlast a restart and some do not.
            await asyncio.sleep(self._draw.uniform(0.1, 1.5))

    async def _attempt(self, fate: Fate) -> bool:
        query, body = self._wire.pack(fate.post)
        try:
            async with self._http.post(f"{self._callback}?{query}", data=body) as answer:
                status, read = answer.status, await answer.read()
        except (TimeoutError, aiohttp.ClientError):
            fate.cut += 1
            return False
        if status == 503:
            fate.refused += 1
            return False
        try:
            fate.heard.append(self._wire.read(fate.post, status, read))
        except Wrong as wrong:
            self.wrong[str(wrong)] += 1
        return True


def _texts() -> Iterator[str]:
    """Without end, and no two alike."""
    for text, number in zip(cycle(distinct(2000)), count(), strict=False):
        yield f"{text}（{number}）"
