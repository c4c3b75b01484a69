"""Tags on followers: at most 100 in an account and 20 on a follower."""

from wechat.simulator.calls import OK, Call, Endpoint
from wechat.simulator.chats import Json
from wechat.simulator.exchange import Exchange, Member
from wechat.simulator.refusals import Refused

MOST_TAGS, MOST_OF_ONE = 100, 20
NAME_CHARACTERS = 30
OPENIDS_A_CALL = 50
FANS_A_PAGE = 10_000
FANS_BEYOND_DELETION = 100_000
FIRST_OWN_TAG = 100  # 0 to 2 are the platform's own


def create(call: Call) -> Json:
    tags = call.exchange.tags
    name = _name(call)
    if name in tags.values():
        raise Refused(45157)
    if len(tags) >= MOST_TAGS:
        raise Refused(45056)
    tag_id = max(tags, default=FIRST_OWN_TAG - 1) + 1
    tags[tag_id] = name
    return {"tag": {"id": tag_id, "name": name}}


def _name(call: Call) -> str:
    name = call.object("tag").get("name")
    if not isinstance(name, str) or not name:
        raise Refused(45157)
    if len(name) > NAME_CHARACTERS:
        raise Refused(45158)
    return name


def fetch(call: Call) -> Json:
    exchange = call.exchange
    rows = [
        {"id": key, "name": name, "count": len(_fans(exchange, key))} for key, name in exchange.tags.items()
    ]
    return {"tags": rows}


def rename(call: Call) -> Json:
    call.exchange.tags[_own_tag(call)] = _name(call)
    return OK


def delete(call: Call) -> Json:
    tag_id = _own_tag(call)
    fans = _fans(call.exchange, tag_id)
    if len(fans) > FANS_BEYOND_DELETION:
        raise Refused(45057)
    for openid in fans:
        call.exchange.members[openid].tags.remove(tag_id)
    del call.exchange.tags[tag_id]
    return OK


def _own_tag(call: Call) -> int:
    tag_id = call.object("tag").get("id")
    if isinstance(tag_id, int) and 0 <= tag_id < 3:
        raise Refused(45058)
    return _known(call.exchange, tag_id)


def _known(exchange: Exchange, tag_id: object) -> int:
    if not isinstance(tag_id, int) or tag_id not in exchange.tags:
        raise Refused(45159)
    return tag_id


def _fans(exchange: Exchange, tag_id: int) -> list[str]:
    return [member.openid for member in exchange.followers() if tag_id in member.tags]


def list_fans(call: Call) -> Json:
    fans = _fans(call.exchange, _known(call.exchange, call.body.get("tagid")))
    return page(fans, call.body.get("next_openid"), FANS_A_PAGE)


def page(openids: list[str], after: object, size: int) -> Json:
    """A page in order of openid from behind `after`; the last one carries no `data`."""
    rest = sorted(openid for openid in openids if not isinstance(after, str) or openid > after)[:size]
    rows = {"data": {"openid": rest}} if rest else {}
    return {"count": len(rest), **rows, "next_openid": rest[-1] if rest else ""}


def put_on(call: Call) -> Json:
    tag_id = _known(call.exchange, call.body.get("tagid"))
    members, failed = _sort(call)
    if any(len(member.tags) >= MOST_OF_ONE and tag_id not in member.tags for member in members):
        raise Refused(45059)
    for member in members:
        if tag_id not in member.tags:
            member.tags.append(tag_id)
    return _outcome(failed)


def take_off(call: Call) -> Json:
    tag_id = _known(call.exchange, call.body.get("tagid"))
    members, failed = _sort(call)
    for member in members:
        if tag_id in member.tags:
            member.tags.remove(tag_id)
    return _outcome(failed)


def _sort(call: Call) -> tuple[list[Member], list[str]]:
    """The followers among the openids given, and the others, for whom the call fails."""
    members = {member.openid: member for member in call.exchange.followers()}
    openids = _openids(call)
    found = [members[openid] for openid in openids if openid in members]
    return found, [openid for openid in openids if openid not in members]


def _outcome(failed: list[str]) -> Json:
    if failed:
        raise Refused(45171, fail_openid_list=failed)
    return OK


def _openids(call: Call) -> list[str]:
    openids = call.texts("openid_list", 40032)
    if not 1 <= len(openids) <= OPENIDS_A_CALL:
        raise Refused(40032)
    return openids


def list_of_one(call: Call) -> Json:
    return {"tagid_list": list(call.exchange.follower(call.body.get("openid")).tags)}


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/tags/create", create),
    Endpoint("GET", "/cgi-bin/tags/get", fetch),
    Endpoint("POST", "/cgi-bin/tags/update", rename),
    Endpoint("POST", "/cgi-bin/tags/delete", delete),
    Endpoint("POST", "/cgi-bin/tags/getidlist", list_of_one),
    Endpoint("POST", "/cgi-bin/tags/members/batchtagging", put_on),
    Endpoint("POST", "/cgi-bin/tags/members/batchuntagging", take_off),
    Endpoint("POST", "/cgi-bin/user/tag/get", list_fans),
)
