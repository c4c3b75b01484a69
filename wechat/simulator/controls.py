"""What tests ask the stand-in over HTTP from another process: faults, and what reached whom."""

from collections.abc import Mapping

from aiohttp import web

from wechat.simulator.chats import Json
from wechat.simulator.deliveries import Delivery
from wechat.simulator.exchange import Exchange
from wechat.simulator.faults import Fault


def add_controls(app: web.Application, exchange: Exchange) -> None:
    """`GET /simulator/sent` lists every line of every chat that came from the account, oldest first.

    `GET /simulator/deliveries` lists each message with the answers to its attempts; `POST /simulator/faults`
    takes the fields of Fault as JSON, `DELETE` forgets them.
    """

    async def sent(_request: web.Request) -> web.Response:
        return web.json_response(list_sent(exchange))

    async def deliveries(_request: web.Request) -> web.Response:
        return web.json_response([_delivery(delivery) for delivery in exchange.courier.deliveries])

    async def add_fault(request: web.Request) -> web.Response:
        try:
            exchange.faults.add(read_fault(await request.json()))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"ok": True})

    async def clear_faults(_request: web.Request) -> web.Response:
        exchange.faults.clear()
        return web.json_response({"ok": True})

    app.router.add_get("/simulator/sent", sent)
    app.router.add_get("/simulator/deliveries", deliveries)
    app.router.add_post("/simulator/faults", add_fault)
    app.router.add_delete("/simulator/faults", clear_faults)


def list_sent(exchange: Exchange) -> list[Json]:
    lines = [
        {"openid": member.openid, "name": member.name, **line.as_json()}
        for member in exchange.members.values()
        for line in member.chat
        if line.author != "worker"
    ]
    return sorted(lines, key=lambda line: float(line["at"]))


def read_fault(fields: object) -> Fault:
    """Raises ValueError for fields that Fault does not have."""
    if not isinstance(fields, Mapping):
        raise ValueError("an object is expected")
    try:
        return Fault(**fields)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _delivery(delivery: Delivery) -> Json:
    answers = [answer and {"status": answer.status, "bytes": len(answer.body)} for answer in delivery.answers]
    return {
        "openid": delivery.openid,
        "wire_id": delivery.wire_id,
        "kind": delivery.tree["MsgType"],
        "answers": answers,
        "reply": delivery.reply and "".join(part.text for part in delivery.reply.parts),
        "fault": delivery.fault,
    }
