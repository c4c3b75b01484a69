"""Mass sends: accepted at once, finished later; a follower gets at most four in a month of Beijing."""

import asyncio
import hashlib
import json
from dataclasses import dataclass

from wechat.simulator.accounts import openid_of
from wechat.simulator.calls import OK, Call, Endpoint
from wechat.simulator.chats import Json
from wechat.simulator.customer_service import Bubble, Reader, read_card, read_media, read_text
from wechat.simulator.exchange import Exchange, Job, Member
from wechat.simulator.quotas import beijing_day, beijing_month
from wechat.simulator.refusals import Refused

FEWEST, MOST = 2, 10_000
A_MONTH = 4
CLIENT_ID_BYTES = 32
DEDUP_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is sent, to whom."""

    kind: str
    bubble: Bubble
    targets: list[str]


def _read_images(call: Call) -> Bubble:
    ids = call.object("images").get("media_ids")
    media = [call.exchange.shelf.find(media_id) for media_id in ids] if isinstance(ids, list) else []
    if not media:
        raise Refused(40007)
    return Bubble(media_id=media[0].media_id)


READERS: dict[str, Reader] = {
    "text": read_text,
    "image": _read_images,
    "voice": read_media,
    "mpnews": read_card,
    "mpvideo": read_card,
}


def _read(call: Call) -> tuple[str, Bubble]:
    kind = call.text("msgtype", 40008)
    if kind not in READERS:
        raise Refused(40008)
    return kind, READERS[kind](call)


def send_by_tag(call: Call) -> Json:
    chosen = call.object("filter")
    kind, bubble = _read(call)
    followers = call.exchange.followers()
    if chosen.get("is_to_all") is True:
        _count_to_all(call.exchange)
        return _accept(call, kind, bubble, [member.openid for member in followers])
    tag_id = chosen.get("tag_id")
    if not isinstance(tag_id, int) or tag_id not in call.exchange.tags:
        raise Refused(40152)
    return _accept(call, kind, bubble, [member.openid for member in followers if tag_id in member.tags])


def _count_to_all(exchange: Exchange) -> None:
    """Once a day and four times a month; raises Refused with 45028."""
    day, month = beijing_day(exchange.clock()), beijing_month(exchange.clock())
    counts = exchange.sent_to_all
    if counts[day] or counts[month] >= A_MONTH:
        raise Refused(45028)
    counts[day] += 1
    counts[month] += 1


def send_by_openids(call: Call) -> Json:
    openids = call.texts("touser")
    if len(openids) == 1:
        raise Refused(40130)
    if not FEWEST <= len(openids) <= MOST:
        raise Refused(40031)
    kind, bubble = _read(call)
    return _accept(call, kind, bubble, list(dict.fromkeys(openids)))


def _accept(call: Call, kind: str, bubble: Bubble, targets: list[str]) -> Json:
    exchange, now = call.exchange, call.exchange.clock()
    client_id = _client_id(call, targets)
    for job in exchange.jobs.values():
        if job.client_id == client_id and now - job.at < DEDUP_SECONDS:
            raise Refused(45065, msg_id=job.msg_id)
    job = Job(exchange.new_id(), client_id, now)
    exchange.jobs[job.msg_id] = job
    exchange.later(_finish(exchange, job, Sheet(kind, bubble, targets)))
    return {**OK, "errmsg": "send job submission success", "msg_id": job.msg_id}


def _client_id(call: Call, targets: list[str]) -> str:
    """Without one, a digest of audience and content stands in, so that a repetition is refused all the same."""
    given = call.body.get("clientmsgid")
    if given is None:
        content = {name: value for name, value in call.body.items() if name not in {"touser", "filter"}}
        return hashlib.sha256(json.dumps([targets, content], sort_keys=True).encode()).hexdigest()
    if not isinstance(given, str) or not 1 <= len(given.encode()) <= CLIENT_ID_BYTES:
        raise Refused(45067)
    return given


async def _finish(exchange: Exchange, job: Job, sheet: Sheet) -> None:
    await asyncio.sleep(exchange.settle)
    month = beijing_month(exchange.clock())
    reachable = [member for openid in sheet.targets if (member := _reachable(exchange, openid, month))]
    reached = [member for member in reachable if not member.masses_fail]
    for member in reached:
        member.mass_by_month[month] += 1
        _show(exchange, member, sheet.kind, sheet.bubble)
    job.status = "SEND_SUCCESS"
    await exchange.report_job(
        openid_of(exchange.account, "administrator"),
        "MASSSENDJOBFINISH",
        {
            "MsgID": job.msg_id,
            "Status": "send success",
            "TotalCount": len(sheet.targets),
            "FilterCount": len(reachable),
            "SentCount": len(reached),
            "ErrorCount": len(reachable) - len(reached),
        },
    )


def _reachable(exchange: Exchange, openid: str, month: str) -> Member | None:
    member = exchange.members.get(openid)
    if member is None or not member.following or not member.takes_masses:
        return None
    return member if member.mass_by_month[month] < A_MONTH else None


def _show(exchange: Exchange, member: Member, kind: str, bubble: Bubble) -> None:
    exchange.show(
        member, "account", kind, bubble.parts, via="mass", media_id=bubble.media_id, card=bubble.card
    )


def preview(call: Call) -> Json:
    """Counts against nothing; the platform allows 100 a day."""
    member = call.exchange.follower(call.body.get("touser"))
    _show(call.exchange, member, *_read(call))
    return {**OK, "errmsg": "preview success", "msg_id": call.exchange.new_id()}


def fetch(call: Call) -> Json:
    job = _job(call)
    return {"msg_id": job.msg_id, "msg_status": job.status}


def delete(call: Call) -> Json:
    _job(call).status = "DELETE"
    return OK


def _job(call: Call) -> Job:
    """The platform takes the id as a number and as a text."""
    given = str(call.body.get("msg_id"))
    job = call.exchange.jobs.get(int(given)) if given.isdigit() else None
    if job is None:
        raise Refused(40059)
    return job


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/message/mass/sendall", send_by_tag),
    Endpoint("POST", "/cgi-bin/message/mass/send", send_by_openids),
    Endpoint("POST", "/cgi-bin/message/mass/preview", preview),
    Endpoint("POST", "/cgi-bin/message/mass/get", fetch),
    Endpoint("POST", "/cgi-bin/message/mass/delete", delete),
)
