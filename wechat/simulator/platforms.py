"""The stand-in as a whole: made, mounted, asked for telephones and for trouble."""

import functools
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping

from aiohttp import web

from wechat.simulator import (
    broadcasts,
    credentials,
    customer_service,
    followers,
    media,
    menus,
    notices,
    oauth,
    scenes,
    tags,
)
from wechat.simulator.accounts import Account
from wechat.simulator.calls import serve
from wechat.simulator.chats import Json
from wechat.simulator.controls import add_controls, list_sent
from wechat.simulator.deliveries import Delivery
from wechat.simulator.exchange import Exchange, Template
from wechat.simulator.faults import Fault
from wechat.simulator.jssdk import add_sdk, is_signed
from wechat.simulator.pages import add_pages
from wechat.simulator.phones import Phone

ENDPOINTS = (
    *credentials.ENDPOINTS,
    *customer_service.ENDPOINTS,
    *notices.ENDPOINTS,
    *broadcasts.ENDPOINTS,
    *menus.ENDPOINTS,
    *tags.ENDPOINTS,
    *followers.ENDPOINTS,
    *scenes.ENDPOINTS,
    *media.ENDPOINTS,
    *oauth.ENDPOINTS,
)


# Of no account: its id, its title and its fields, for a demo.
SAMPLE_TEMPLATE = ("SAMPLE-NOTICE", "订阅提醒（样例）", {"thing1": "内容", "time2": "时间"})


class Platform:
    """WeChat for one account, in memory.

    `callback` is the bot's address. `limit` is WeChat's patience in seconds and also the distance between the
    starts of its `attempts`; `settle` is how long after a send its result event comes.
    """

    def __init__(
        self,
        account: Account,
        callback: str = "",
        clock: Callable[[], float] = time.time,
        *,
        limit: float = 5.0,
        attempts: int = 3,
        settle: float = 0.2,
    ) -> None:
        self._exchange = Exchange(account, clock, limit, attempts, settle)
        self.callback = callback

    @property
    def account(self) -> Account:
        return self._exchange.account

    @property
    def callback(self) -> str:
        return self._exchange.courier.callback

    @callback.setter
    def callback(self, address: str) -> None:
        self._exchange.courier.callback = address

    @property
    def deliveries(self) -> deque[Delivery]:
        """The latest 10,000, oldest first, each with the answers to its attempts."""
        return self._exchange.courier.deliveries

    @property
    def limits(self) -> dict[str, int]:
        """Calls a day by path; a test may lower them."""
        return self._exchange.quotas.limits

    def used(self, path: str) -> int:
        """How many calls of a path were counted today, of whatever result; what `limits` refuses is not counted."""
        return self._exchange.quotas.used(path)

    def clear_quotas(self) -> None:
        """As an administrator does at the console; the numbers of today begin anew."""
        self._exchange.quotas.clear()

    @property
    def refusals(self) -> Mapping[tuple[str, int], int]:
        """How often each path has refused a call with each code; trouble that was asked for is not counted."""
        return self._exchange.refusals

    def allowance(self, openid: str) -> int:
        """How many customer-service messages a worker would still be sent now."""
        return self._exchange.members[openid].allowances.left(self._exchange.clock())

    def install(self, app: web.Application) -> None:
        """Adds every path of the platform, the phone page and the controls; closes with the application."""
        for endpoint in ENDPOINTS:
            app.router.add_route("*", endpoint.path, serve(self._exchange, endpoint))
        app.router.add_get("/connect/oauth2/authorize", functools.partial(oauth.authorise, self._exchange))
        add_pages(app, self._exchange)
        add_sdk(app, self._exchange)
        add_controls(app, self._exchange)
        app.on_shutdown.append(self._close_with)

    async def _close_with(self, _app: web.Application) -> None:
        await self.close()

    async def close(self) -> None:
        await self._exchange.close()

    def phone(self, name: str = "陈师傅", *, following: bool = True) -> Phone:
        """The worker of that name, with the same openid in every run; a new one already follows."""
        return Phone(self._exchange, self._exchange.enlist(name, following=following))

    def add_template(self, template_id: str, title: str, fields: Mapping[str, str]) -> None:
        """Makes a template known, for template messages and notices: `fields` gives {"thing1": "课程"}."""
        self._exchange.templates[template_id] = Template(title, dict(fields))

    def is_signed(self, given: Mapping[str, str]) -> bool:
        """Whether WeChat would let a page work that hands this to `wx.config` at the address `url`."""
        return is_signed(self._exchange, given)

    def sent(self) -> list[Json]:
        """Every line that reached a worker, oldest first, as `GET /simulator/sent` gives it."""
        return list_sent(self._exchange)

    async def verify(self) -> bool:
        """Whether the callback passes the check that WeChat makes when its address is saved."""
        return await self._exchange.courier.verify(secrets.token_hex(10))

    def fault(
        self,
        path: str,
        *,
        errcode: int = 0,
        delay: float = 0.0,
        lose_answer: bool = False,
        status: int = 0,
        times: int = 1,
        after: int = 0,
    ) -> None:
        """Trouble for `times` calls of `path`, the next ones or those that follow `after` others; see Fault."""
        self._exchange.faults.add(
            Fault(
                path,
                errcode=errcode,
                delay=delay,
                lose_answer=lose_answer,
                status=status,
                times=times,
                after=after,
            )
        )

    def redeliver(self, share: float) -> None:
        """From now on this share of messages, 0 to 1, is delivered once more after its answer was read."""
        self._exchange.courier.duplicate_share = share

    def drop_connections(self, times: int = 1, after: float = 0.05) -> None:
        """The next attempts are closed unread after so many seconds, and so are delivered again."""
        self._exchange.courier.lose(times, after)

    def revoke_tokens(self) -> None:
        """All tokens die, as when somebody resets the secret."""
        self._exchange.tokens.revoke()
