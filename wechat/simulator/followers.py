"""Who follows, and what the platform still tells about them: no names and no pictures since 2021."""

from wechat.simulator.calls import OK, Call, Endpoint
from wechat.simulator.chats import Json
from wechat.simulator.exchange import Member
from wechat.simulator.refusals import Refused
from wechat.simulator.tags import page

FOLLOWERS_A_PAGE = 10_000
MEMBERS_A_BATCH = 100
REMARK_BYTES = 29


def fetch(call: Call) -> Json:
    openids = [member.openid for member in call.exchange.followers()]
    return {"total": len(openids), **page(openids, call.query.get("next_openid"), FOLLOWERS_A_PAGE)}


def describe(call: Call) -> Json:
    return _description(call.exchange.member(call.query.get("openid")))


def describe_batch(call: Call) -> Json:
    asked = call.rows("user_list", 40032)
    if not 1 <= len(asked) <= MEMBERS_A_BATCH:
        raise Refused(40032)
    members = [call.exchange.member(item.get("openid")) for item in asked]
    return {"user_info_list": [_description(member) for member in members]}


def _description(member: Member) -> Json:
    if not member.following:
        return {"subscribe": 0, "openid": member.openid}
    return {
        "subscribe": 1,
        "openid": member.openid,
        "language": "zh_CN",
        "subscribe_time": int(member.followed_at),
        "remark": member.remark,
        "groupid": member.tags[0] if member.tags else 0,
        "tagid_list": list(member.tags),
        "subscribe_scene": member.subscribe_scene,
        "qr_scene": int(member.scene) if member.scene.isdigit() else 0,
        "qr_scene_str": "" if member.scene.isdigit() else member.scene,
    }


def remark(call: Call) -> Json:
    member = call.exchange.follower(call.body.get("openid"))
    text = call.body.get("remark")
    if not isinstance(text, str) or len(text.encode()) > REMARK_BYTES:
        raise Refused(40092)
    member.remark = text
    return OK


ENDPOINTS = (
    Endpoint("GET", "/cgi-bin/user/get", fetch),
    Endpoint("GET", "/cgi-bin/user/info", describe),
    Endpoint("POST", "/cgi-bin/user/info/batchget", describe_batch),
    Endpoint("POST", "/cgi-bin/user/info/updateremark", remark),
)
