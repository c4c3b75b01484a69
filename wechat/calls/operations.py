"""How the account itself fares: quotas, the platform's addresses, whether our callback can be reached."""

from dataclasses import dataclass

from wechat.calls.callers import Caller
from wechat.transport import Request


@dataclass(frozen=True, slots=True)
class Quota:
    """Of one call, for the day in Beijing."""

    limit: int
    used: int
    remain: int


@dataclass(frozen=True, slots=True)
class Ping:
    """How one of the platform's operators reached the callback's address."""

    ip: str
    operator: str
    loss: str  # in per cent, with the sign
    time: str  # with its unit


class Operations(Caller):
    async def quota(self, path: str) -> Quota:
        """`path` is the call's, such as /cgi-bin/message/custom/send."""
        answer = await self._call(Request("/cgi-bin/openapi/quota/get", payload={"cgi_path": path}))
        quota = answer.under("quota")
        return Quota(quota.integer("daily_limit"), quota.integer("used"), quota.integer("remain"))

    async def callback_ips(self) -> tuple[str, ...]:
        """Where the platform's pushes come from, addresses and networks."""
        return (await self._call(Request("/cgi-bin/getcallbackip"))).texts("ip_list")

    async def check_callback(self) -> tuple[Ping, ...]:
        """The platform tries the address that the account is configured with; empty when its name is not found."""
        payload = {"action": "all", "check_operator": "DEFAULT"}
        answer = await self._call(Request("/cgi-bin/callback/check", payload=payload))
        return tuple(
            Ping(
                ping.text("ip"), ping.text("from_operator"), ping.text("package_loss"), ping.text("time", "")
            )
            for ping in answer.each("ping")
        )
