"""Who follows the account, and the tags they carry."""

from collections.abc import Sequence
from dataclasses import dataclass

from wechat.calls.callers import Caller
from wechat.transport import Answer, Request

MAX_TAGGED = 50
MAX_PEOPLE = 100
_PARTLY = 45171


@dataclass(frozen=True, slots=True)
class Tag:
    id: int
    name: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class FollowerPage:
    """Up to 10,000 openids; `after` is where the next page begins, empty after the last."""

    total: int
    openids: tuple[str, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Person:
    """Of one who does not follow, the openid is all there is. Nicknames have not been given out since 2021."""

    openid: str
    follows: bool
    followed_at: int = 0  # Unix seconds
    union_id: str = ""
    remark: str = ""
    tag_ids: tuple[int, ...] = ()
    origin: str = ""  # ADD_SCENE_...
    qr_scene: str = ""


class Followers(Caller):
    async def followers(self, after: str = "") -> FollowerPage:
        """500 calls a day."""
        answer = await self._call(Request("/cgi-bin/user/get", {"next_openid": after}))
        openids = answer.under("data").texts("openid")
        # The last page may name a next one that is empty.
        return FollowerPage(
            answer.integer("total"), openids, answer.text("next_openid", "") if openids else ""
        )

    async def tagged(self, tag_id: int, after: str = "") -> FollowerPage:
        """Who carries a tag; `total` is that of the page."""
        answer = await self._call(
            Request("/cgi-bin/user/tag/get", payload={"tagid": tag_id, "next_openid": after})
        )
        openids = answer.under("data").texts("openid") if answer.integer("count", 0) else ()
        return FollowerPage(len(openids), openids, answer.text("next_openid", "") if openids else "")

    async def person(self, openid: str) -> Person:
        return _person(await self._call(Request("/cgi-bin/user/info", {"openid": openid, "lang": "zh_CN"})))

    async def people(self, openids: Sequence[str]) -> tuple[Person, ...]:
        """Of at most 100; raises `ValueError` for more."""
        _check(openids, MAX_PEOPLE)
        payload = {"user_list": [{"openid": openid, "lang": "zh_CN"} for openid in openids]}
        answer = await self._call(Request("/cgi-bin/user/info/batchget", payload=payload))
        return tuple(map(_person, answer.each("user_info_list")))

    async def create_tag(self, name: str) -> Tag:
        request = Request("/cgi-bin/tags/create", payload={"tag": {"name": name}}, idempotent=False)
        return _tag((await self._call(request)).under("tag"))

    async def tags(self) -> tuple[Tag, ...]:
        return tuple(map(_tag, (await self._call(Request("/cgi-bin/tags/get"))).each("tags")))

    async def delete_tag(self, tag_id: int) -> None:
        await self._call(Request("/cgi-bin/tags/delete", payload={"tag": {"id": tag_id}}))

    async def tag(self, tag_id: int, openids: Sequence[str]) -> tuple[str, ...]:
        """Of at most 50 people; the openids for which it failed. Changes of one person must not overlap (45169)."""
        return await self._change("/cgi-bin/tags/members/batchtagging", tag_id, openids)

    async def untag(self, tag_id: int, openids: Sequence[str]) -> tuple[str, ...]:
        """Of at most 50 people; the openids for which it failed."""
        return await self._change("/cgi-bin/tags/members/batchuntagging", tag_id, openids)

    async def _change(self, path: str, tag_id: int, openids: Sequence[str]) -> tuple[str, ...]:
        _check(openids, MAX_TAGGED)
        payload = {"openid_list": list(openids), "tagid": tag_id}
        return (await self._call(Request(path, payload=payload, accepts=(_PARTLY,)))).texts(
            "fail_openid_list"
        )


def _check(openids: Sequence[str], most: int) -> None:
    if not 1 <= len(openids) <= most:
        raise ValueError(f"this call takes 1 to {most} people, not {len(openids)}")


def _tag(answer: Answer) -> Tag:
    return Tag(answer.integer("id"), answer.text("name"), answer.integer("count", 0))


def _person(answer: Answer) -> Person:
    return Person(
        answer.text("openid"),
        answer.integer("subscribe") == 1,
        answer.integer("subscribe_time", 0),
        answer.text("unionid", ""),
        answer.text("remark", ""),
        answer.integers("tagid_list"),
        answer.text("subscribe_scene", ""),
        # A scene made of digits stands in qr_scene, any other in qr_scene_str.
        answer.text("qr_scene_str", "") or answer.text("qr_scene", "").removeprefix("0"),
    )
