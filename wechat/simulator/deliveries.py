"""Messages and events on their way to the callback: five seconds, then again, three times in all."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from wechat.simulator.envelopes import Envelopes, Tree, Unreadable
from wechat.simulator.verdicts import Answer, Judge, Reply

KEPT = 10_000  # deliveries remembered for questions by tests; older ones are forgotten
HTTP_OK = 200


@dataclass(slots=True)
class Delivery:
    """One message with what the callback answered to each attempt; None where no answer was read."""

    openid: str
    wire_id: str
    tree: Tree
    answers: list[Answer | None] = field(default_factory=list)
    reply: Reply | None = None
    fault: str = ""


class Courier:
    """Carries messages to the callback and judges what comes back."""

    def __init__(
        self,
        judge: Judge,
        envelopes: Envelopes,
        clock: Callable[[], float],
        limit: float,
        attempts: int,
    ) -> None:
        self.callback = ""
        self.limit = limit
        self.attempts = attempts
        self.duplicate_share = 0.0
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)
        self._judge = judge
        self._envelopes = envelopes
        self._clock = clock
        self._losses: deque[float] = deque()
        self._chance = random.Random(1)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def lose(self, times: int, after: float) -> None:
        self._losses.extend([after] * times)

    async def deliver(self, openid: str, wire_id: str, tree: Tree) -> Delivery:
        """Returns when an answer was read or all attempts are over; judges it."""
        delivery = Delivery(openid, wire_id, tree)
        self.deliveries.append(delivery)
        answer = await self._try(delivery)
        if self._chance.random() < self.duplicate_share:
            await self.attempt(delivery)
        if answer is None:
            delivery.fault = "no answer to any attempt"
            return delivery
        try:
            delivery.reply = self._judge.judge(answer, openid, tree["MsgType"] == "event")
        except Unreadable as error:
            delivery.fault = str(error)
        return delivery

    async def _try(self, delivery: Delivery) -> Answer | None:
        """Attempts start `limit` seconds apart, as seen in the field, even when one fails sooner."""
        loop = asyncio.get_running_loop()
        for left in reversed(range(self.attempts)):
            started = loop.time()
            answer = await self.attempt(delivery)
            if answer is not None and answer.status == HTTP_OK:
                return answer
            if left:
                await asyncio.sleep(started + self.limit - loop.time())
        return None

    async def attempt(self, delivery: Delivery) -> Answer | None:
        """One POST, freshly signed; a loss that was asked for closes the connection unread."""
        patience = self._losses.popleft() if self._losses else None
        sealed = self._envelopes.seal(delivery.openid, delivery.tree, self._clock())
        answer = None
        try:
            async with asyncio.timeout(self.limit if patience is None else patience):
                answer = await self._post(sealed.query, sealed.body)
        except (TimeoutError, aiohttp.ClientError):
            pass  # nothing was read, which is what `answer` says
        delivery.answers.append(None if patience is not None else answer)
        return delivery.answers[-1]

    async def _post(self, query: dict[str, str], body: bytes) -> Answer:
        headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}
        async with self._http().post(
            self.callback, params=query, data=body, headers=headers, allow_redirects=False
        ) as response:
            return Answer(response.status, await response.read())

    async def verify(self, echo: str) -> bool:
        """What WeChat does when the operator saves the callback address."""
        query = self._envelopes.verification(self._clock(), echo)
        try:
            async with asyncio.timeout(self.limit), self._http().get(self.callback, params=query) as response:
                return response.status == HTTP_OK and await response.read() == echo.encode()
        except (TimeoutError, aiohttp.ClientError):
            return False

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                timeout=aiohttp.ClientTimeout(total=None),
            )
        return self._session
