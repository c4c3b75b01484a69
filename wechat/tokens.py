"""Credentials that expire: held in memory, shared between processes by a store, fetched by one at a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from wechat.errors import Fault, WeChatError
from wechat.transport import Request, Transport

MARGIN = 300  # the platform makes the next token this many seconds before the end; both work meanwhile
_LEAST_HOLD = 30  # a token that came with less than the margin left is still used this long


@dataclass(frozen=True, slots=True)
class Token:
    value: str
    expires_at: float  # Unix seconds


class TokenStore(Protocol):
    """Where the processes of one account leave the token for each other."""

    async def load(self) -> Token | None: ...

    async def save(self, token: Token) -> None: ...


class MemoryTokenStore:
    """For a single process."""

    def __init__(self) -> None:
        self._token: Token | None = None

    async def load(self) -> Token | None:
        return self._token

    async def save(self, token: Token) -> None:
        self._token = token


class Credential:
    """However many ask at once, one fetch is made, and its failure is everybody's."""

    def __init__(
        self, fetch: Callable[[], Awaitable[Token]], store: TokenStore, clock: Callable[[], float] = time.time
    ) -> None:
        self._fetch = fetch
        self._store = store
        self._clock = clock
        self._held: Token | None = None
        self._held_until = 0.0
        self._refreshing: asyncio.Task[str] | None = None

    async def current(self) -> str:
        """Raises `WeChatError`; while a fetch cannot be made, the old token serves as long as it is valid."""
        held = self._held
        if held and self._clock() < self._held_until:
            return held.value
        try:
            return await self._refresh("")
        except WeChatError as error:
            if held and error.fault is Fault.RETRY and self._clock() < held.expires_at:
                return held.value
            raise

    async def renew(self, stale: str) -> str:
        """The token after `stale` was refused: one that another process has fetched meanwhile, or a new one."""
        held = self._held
        if held and held.value != stale and self._clock() < self._held_until:
            return held.value
        return await self._refresh(stale)

    async def _refresh(self, stale: str) -> str:
        task = self._refreshing
        if task is None:
            task = asyncio.create_task(self._load_or_fetch(stale))
            task.add_done_callback(self._refreshed)
            self._refreshing = task
        # Shielded: one caller that gives up must not take the token from the others.
        return await asyncio.shield(task)

    def _refreshed(self, task: asyncio.Task[str]) -> None:
        self._refreshing = None
        if not task.cancelled():
            task.exception()  # seen, also where every caller has given up

    async def _load_or_fetch(self, stale: str) -> str:
        token = await self._store.load()
        if token is None or token.value == stale or token.expires_at - self._clock() < MARGIN:
            token = await self._fetch()
            await self._store.save(token)
        self._held = token
        self._held_until = max(token.expires_at - MARGIN, self._clock() + _LEAST_HOLD)
        return token.value


class AccessToken(Credential):
    """From `stable_token`, never forced: every process that asks is given the same one while it is valid."""

    def __init__(
        self,
        transport: Transport,
        appid: str,
        secret: str,
        store: TokenStore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        payload = {
            "grant_type": "client_credential",
            "appid": appid,
            "secret": secret,
            "force_refresh": False,
        }

        async def fetch() -> Token:
            answer = await transport.ask(Request("/cgi-bin/stable_token", payload=payload))
            return Token(answer.text("access_token"), clock() + answer.integer("expires_in"))

        super().__init__(fetch, store, clock)
