"""Mass messages: each person receives at most four in a calendar month from the whole account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wechat.calls.callers import Caller
from wechat.calls.conversations import Text, Voice
from wechat.transport import Request

MAX_OPENIDS = 10_000
MAX_CLIENT_ID = 32  # bytes
_EXISTS = 45065


@dataclass(frozen=True, slots=True)
class Draft:
    """Articles from the drafts; once sent, the media id is dead."""

    media_id: str

    kind = "mpnews"

    def body(self) -> dict[str, object]:
        return {"media_id": self.media_id}


@dataclass(frozen=True, slots=True)
class Images:
    media_ids: tuple[str, ...]

    kind = "image"

    def body(self) -> dict[str, object]:
        return {"media_ids": list(self.media_ids)}


MassMessage = Text | Voice | Draft | Images


@dataclass(frozen=True, slots=True)
class MassReceipt:
    """Accepted, not finished: MASSSENDJOBFINISH reports on `msg_id`. `repeated`: it was accepted at an earlier call."""

    msg_id: str
    article_id: str = ""
    repeated: bool = False


class Masses(Caller):
    async def mass_by_tag(self, tag_id: int | None, message: MassMessage, client_msg_id: str) -> MassReceipt:
        """None for everybody, which the account's administrator may have to confirm (Fault.PENDING)."""
        audience: dict[str, object] = (
            {"is_to_all": True} if tag_id is None else {"is_to_all": False, "tag_id": tag_id}
        )
        return await self._mass("/cgi-bin/message/mass/sendall", {"filter": audience}, message, client_msg_id)

    async def mass_by_openids(
        self, openids: Sequence[str], message: MassMessage, client_msg_id: str
    ) -> MassReceipt:
        """To 2 to 10,000 people; raises `ValueError` for more or fewer."""
        if not 2 <= len(openids) <= MAX_OPENIDS:
            raise ValueError(f"a mass message goes to 2 to {MAX_OPENIDS} people, not {len(openids)}")
        return await self._mass(
            "/cgi-bin/message/mass/send", {"touser": list(openids)}, message, client_msg_id
        )

    async def _mass(
        self, path: str, audience: Mapping[str, object], message: MassMessage, client_msg_id: str
    ) -> MassReceipt:
        """A repeat of `client_msg_id` within 24 hours is not sent, so that a lost answer may be asked for again."""
        if not 1 <= len(client_msg_id.encode()) <= MAX_CLIENT_ID:
            raise ValueError(f"a mass message's client_msg_id has 1 to {MAX_CLIENT_ID} bytes")
        payload = {**audience, **_content(message), "clientmsgid": client_msg_id}
        answer = await self._call(Request(path, payload=payload, accepts=(_EXISTS,)))
        repeated = answer.errcode == _EXISTS
        return MassReceipt(answer.text("msg_id", ""), answer.text("msg_data_id", ""), repeated)

    async def mass_preview(self, openid: str, message: MassMessage) -> None:
        payload = {"touser": openid, **_content(message)}
        await self._call(Request("/cgi-bin/message/mass/preview", payload=payload, idempotent=False))

    async def mass_status(self, msg_id: str) -> str:
        """SEND_SUCCESS, SENDING, SEND_FAIL or DELETE."""
        return (await self._call(Request("/cgi-bin/message/mass/get", payload={"msg_id": msg_id}))).text(
            "msg_status"
        )

    async def mass_delete(self, msg_id: str, article: int = 0) -> None:
        """Takes the content away, of one article or with 0 of all; the card stays on the phones."""
        payload = {"msg_id": int(msg_id), "article_idx": article}
        await self._call(Request("/cgi-bin/message/mass/delete", payload=payload))


def _content(message: MassMessage) -> dict[str, object]:
    # Images are the one kind whose body does not stand under its own name.
    key = "images" if isinstance(message, Images) else message.kind
    return {"msgtype": message.kind, key: message.body()}
