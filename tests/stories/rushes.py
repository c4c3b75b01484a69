"""Many workers who want one of few packs at the same moment, whoever serves them."""

import asyncio
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.stories.crowds import insists
from wechat.simulator import Phone, Platform

_ENDS = re.compile(r"领到了|来晚了一步")
_CODE = re.compile(r"LB [2-9A-Z]{4} [2-9A-Z]{4}")
_PATIENCE = 60.0


@dataclass(slots=True)
class Runner:
    """One worker in the rush: how long each of the two answers took, and what the second one said."""

    phone: Phone
    waits: list[float] = field(default_factory=list)
    told: str = ""

    @property
    def code(self) -> str:
        found = _CODE.search(self.told)
        return found[0].replace(" ", "") if found else ""

    @property
    def later(self) -> int:
        """Answers that came as messages of their own."""
        return sum(one.author != "worker" and one.via != "passive" for one in self.phone.messages)

    async def runs(self, after: float) -> None:
        await asyncio.sleep(after)
        await self._asks("礼包", re.compile("先到先得"))
        self.told = await self._asks("1", _ENDS)

    async def _asks(self, said: str, hears: re.Pattern[str]) -> str:
        start, began = len(self.phone.messages), time.monotonic()
        await insists(self.phone, said)
        async with asyncio.timeout(_PATIENCE):
            while not (heard := self._heard(start, hears)):
                await asyncio.sleep(0.02)
        self.waits.append(time.monotonic() - began)
        return heard

    def _heard(self, start: int, hears: re.Pattern[str]) -> str:
        said = (one.text for one in self.phone.messages[start:] if one.author != "worker")
        return next((text for text in said if hears.search(text)), "")


async def rush(platform: Platform, count: int, seconds: float) -> Sequence[Runner]:
    """So many phones, all within those seconds."""
    draw = random.Random(count)
    runners = [Runner(platform.phone(f"职工{number}")) for number in range(count)]
    await asyncio.gather(*(one.runs(draw.uniform(0, seconds)) for one in runners))
    return runners


def told(runners: Sequence[Runner]) -> str:
    """The figures, for whoever measures."""
    waits = sorted(wait for one in runners for wait in one.waits)
    at = {f"p{share}": waits[int(len(waits) * share / 100) - 1] for share in (50, 95, 99, 100)}
    figures = ", ".join(f"{name} {wait * 1000:.0f} ms" for name, wait in at.items())
    later = sum(one.later for one in runners)
    return f"{len(runners)} phones, {sum(bool(one.code) for one in runners)} codes, {figures}, {later} later"
