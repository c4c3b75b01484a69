"""Notices by template: for a person's own transaction, or where they have subscribed."""

from collections.abc import Mapping

from wechat.calls.callers import Caller
from wechat.transport import Request


class Notices(Caller):
    async def send_template(
        self,
        openid: str,
        template_id: str,
        fields: Mapping[str, str],
        *,
        client_msg_id: str,
        url: str = "",
    ) -> str:
        """The MsgID that TEMPLATESENDJOBFINISH will report on; a repeat of `client_msg_id` within 10 minutes is not sent."""
        payload = {
            "touser": openid,
            "template_id": template_id,
            "url": url,
            "client_msg_id": client_msg_id,
            "data": _values(fields),
        }
        request = Request("/cgi-bin/message/template/send", payload=payload, idempotent=False)
        return (await self._call(request)).text("msgid")

    async def send_subscription(
        self, openid: str, template_id: str, fields: Mapping[str, str], page: str = ""
    ) -> None:
        """Spends one consent; the result comes with `subscribe_msg_sent_event`."""
        payload = {"touser": openid, "template_id": template_id, "page": page, "data": _values(fields)}
        await self._call(Request("/cgi-bin/message/subscribe/bizsend", payload=payload, idempotent=False))


def _values(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in fields.items()}
