"""Whose data it is: the capabilities `privacy` and `consents`, and what becomes of somebody who leaves."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from bot.app import Bot
from bot.stage import _cautioned
from dialogue import Text
from dialogue.conversations import ConversationRow
from dialogue.links import LinkRow
from dialogue.replies import MOST_BYTES
from knowledge.evidence import EvidenceRow
from messages.contacts import contacts
from messages.journal import messages
from storage.base import Base
from storage.belongings import belongings
from storage.database import Database
from tests.browsers import PhoneBrowser, browsing, link_in
from tests.clocks import Clock
from tests.conftest import app_address
from tests.stories.conftest import Records
from tests.stories.offices import Office
from tests.stories.schools import School
from tests.stories.test_people import CARD_NUMBER, ID_NUMBER
from tests.stories.test_training import crowd
from union import applications, consents, members, organisations, places
from union.accesses import AccessRow
from union.applications import ApplicationRow, Joining
from union.consents import Purpose
from union.departures import DepartureRow
from union.lines import State
from wechat.simulator import Phone, Platform

CONVERSATIONS, LINKS, EVIDENCE, ACCESSES, APPLICATIONS, DEPARTURES = (
    cast(sa.Table, row.__table__)
    for row in (ConversationRow, LinkRow, EvidenceRow, AccessRow, ApplicationRow, DepartureRow)
)
NAME, MOBILE = "陈小甲", "13800138000"


@pytest.fixture
async def browser(phone: Phone, platform: Platform) -> AsyncIterator[PhoneBrowser]:
    async with browsing(app_address[platform], phone.openid) as opened:
        yield opened


async def applied(bot: Bot, openid: str, mobile: str = MOBILE) -> int:
    """The worker has applied, with consent, and gave the identity number; returns the application."""
    now = datetime.now(UTC)
    async with bot.database.write() as session:
        await organisations.seed(session, now, samples=True)
        for purpose in (Purpose.MEMBERSHIP, Purpose.IDENTITY):
            await consents.give(session, openid, purpose, "1", now)
        joining = Joining(
            door="open",
            mobile=mobile,
            name=NAME,
            place=places.find("茂南")[0].id,
            work="外卖",
            employer="测试单位",
        )
        fact = await members.join(session, openid, joining, now)
        await members.keep_identity(session, fact.application_id, openid, ID_NUMBER, now)
    return fact.application_id


async def settled(records: Records) -> None:
    """Until the background has done its work."""
    for _ in range(600):
        if not await records.of(DEPARTURES):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("a departure was never finished")


async def held(database: Database, openid: str) -> set[str]:
    async with database.read() as session:
        return {one.table for one in await belongings(session, Base.metadata, openid)}


# --- Notice ---


async def test_the_notice_says_what_for_how_long_and_what_one_can_do(phone: Phone) -> None:
    (notice,) = await phone.says("隐私")
    for word in ("只为回答您", "183 天", "安全网页", "单独同意", "不卖", "取消关注", "我的资料", "撤回同意"):
        assert word in notice.text
    await phone.says("1", hears="您在我这里有这些")


# --- Seeing and taking ---


async def test_a_worker_sees_what_is_held_with_numbers_masked(bot: Bot, phone: Phone) -> None:
    await applied(bot, phone.openid)
    await phone.says("怎么加入工会")
    (shown,) = await phone.says("我的资料")
    assert "聊天记录" in shown.text
    assert "陈**" in shown.text
    assert "138****8000" in shown.text
    for secret in (NAME, MOBILE, ID_NUMBER):
        assert secret not in shown.text


async def test_a_worker_takes_a_copy_by_a_link_that_works_for_an_hour(
    bot: Bot, phone: Phone, browser: PhoneBrowser, records: Records
) -> None:
    await applied(bot, phone.openid)
    (heard,) = await phone.says("导出我的资料")
    page = await browser.opens(link_in(heard.text))
    assert "十分钟内可以再点，最多三次" in page.words
    given = await browser.submits(page)
    assert given.status == 200
    book = CalamineWorkbook.from_filelike(BytesIO(given.content))
    assert {"聊天记录", "入会申请", "同意记录"} <= set(book.sheet_names)
    cells = str(book.get_sheet_by_name("入会申请").to_python())
    for own in (NAME, MOBILE, ID_NUMBER, "办理中"):
        assert own in cells
    again = await browser.submits(page)  # the first download may have broken off
    assert (again.status, again.content[:2]) == (200, b"PK")
    looks = await records.of(ACCESSES)
    assert [(one.openid, one.staff, one.subject) for one in looks] == [(phone.openid, "self", "export")] * 2


async def test_a_link_to_a_copy_is_over_after_an_hour(
    phone: Phone, browser: PhoneBrowser, clock: Clock
) -> None:
    (heard,) = await phone.says("导出我的资料")
    page = await browser.opens(link_in(heard.text))
    clock.ahead = timedelta(minutes=61)
    late = await browser.submits(page)
    assert (late.status, "过期" in late.words) == (410, True)


async def test_a_copy_is_for_its_owner_alone(bot: Bot, phone: Phone, platform: Platform) -> None:
    (heard,) = await phone.says("导出我的资料")
    async with browsing(app_address[platform], platform.phone("阿珍").openid) as stranger:
        assert (await stranger.opens(link_in(heard.text))).status == 403


# --- Withdrawing ---


async def test_consent_is_withdrawn_as_easily_as_it_was_given(
    bot: Bot, phone: Phone, records: Records
) -> None:
    number = await applied(bot, phone.openid)
    await phone.says("撤回同意", hears="核对身份证号码")
    await phone.picks(2)
    async with bot.database.read() as session:
        assert not await consents.holds(session, phone.openid, Purpose.IDENTITY)
        assert not (await applications.numbered(session, number)).has_identity
    await phone.says("撤回同意", "1", hears="申请也一起停了")
    assert [row.status for row in await records.of(APPLICATIONS)] == ["withdrawn"]
    await phone.says("撤回同意", hears="没有需要撤回的同意")


async def test_without_consent_the_sign_up_for_a_course_ends(
    bot: Bot, platform: Platform, clock: Clock
) -> None:
    school = School(bot, clock)
    course = await school.opens(seats=1)
    first, second = await crowd(platform, 2)
    await first.says("撤回同意", "1", hears="也一起取消了")
    await second.hears("轮到您了")
    assert set((await school.states(course)).values()) == {State.WITHDRAWN, State.OFFERED}
    await first.says("撤回同意", hears="没有需要撤回的同意")


async def test_a_member_stays_one_without_the_identity_number(bot: Bot, phone: Phone, office: Office) -> None:
    await applied(bot, phone.openid)
    await office.admits(phone.openid)
    await phone.says("撤回同意", "2", hears="会籍照旧")


# --- Erasing ---


async def test_a_worker_asks_to_be_forgotten(bot: Bot, phone: Phone, records: Records, clock: Clock) -> None:
    await applied(bot, phone.openid)
    await phone.says("铁皮石斛", "我的电话 13800138000")
    await phone.says("导出我的资料")
    await phone.says("删除我的资料", hears="您确定吗")
    await phone.says("先不删", hears="什么都没删")
    assert "applications" in await held(bot.database, phone.openid)
    await phone.says("删除我的资料", "确认删除", hears="已经删好了")
    left = await held(bot.database, phone.openid)
    assert left == {"contacts", "conversations", "messages", "departures"}
    clock.ahead = timedelta(seconds=21)
    await settled(records)
    assert await held(bot.database, phone.openid) == {"contacts", "conversations"}
    for row in await records.of(messages):
        assert (row.body, row.payload, row.reason) == ("", None, None)
        assert row.openid.startswith("gone")
        assert row.status in ("done", "sent")
    (shown,) = await phone.says("我的资料", hears="关注记录")
    assert "聊天记录" not in shown.text


async def test_yes_and_no_are_heard_as_long_as_nothing_else_was_said(phone: Phone) -> None:
    await phone.says("删除我的资料", "不要", hears="什么都没删")
    await phone.says("删除我的资料", "进度")
    (answer,) = await phone.says("是")
    assert "已经删好了" not in answer.text
    await phone.says("删除我的资料", "是", hears="已经删好了")


async def test_a_yes_by_the_way_erases_nothing(bot: Bot, phone: Phone) -> None:
    await phone.says("删除我的资料", "嗯", hears="“嗯”还不够清楚")
    await phone.says("好的", hears="要办就回复“确认删除”，不办就回复“先不删”")
    assert "messages" in await held(bot.database, phone.openid)
    await phone.says("1", hears="什么都没删")
    await phone.says("删除我的资料", "2", hears="已经删好了")


async def test_confirming_what_was_not_asked_erases_nothing(bot: Bot, phone: Phone) -> None:
    await phone.says("怎么加入工会")
    await phone.says("确认删除", hears="您确定吗")
    assert "messages" in await held(bot.database, phone.openid)


async def test_what_is_begun_after_erasing_is_not_erased_with_it(
    phone: Phone, records: Records, clock: Clock
) -> None:
    await phone.says("删除我的资料", "确认删除")
    clock.ahead = timedelta(seconds=10)
    await phone.says("怎么加入工会")
    clock.ahead = timedelta(seconds=21)
    await settled(records)
    rows = await records.of(messages)
    assert [row.body == "" for row in rows] == [True] * 4 + [False] * 2


async def test_what_was_forgotten_is_not_told_again(phone: Phone, records: Records) -> None:
    await phone.says("怎么加入工会")
    said = phone.last
    await phone.unfollows()
    await settled(records)
    phone.last = said
    answer = await phone.again()
    assert answer is not None
    assert (answer.status, answer.body) == (200, b"success")


async def test_who_unfollows_is_forgotten(bot: Bot, phone: Phone, records: Records) -> None:
    await phone.follows("station-7")
    await applied(bot, phone.openid)
    await phone.says("铁皮石斛", "人工")
    before = [(row.created_at, row.direction, row.status) for row in await records.of(messages)]
    await phone.unfollows()
    await settled(records)
    assert await held(bot.database, phone.openid) == set()
    rows = await records.of(messages)
    kept = [(row.created_at, row.direction, row.status) for row in rows]
    assert kept[:-1] == before  # and the row of the leaving itself
    assert {row.body for row in rows} == {""}
    assert len({row.openid for row in rows}) == 1
    assert phone.openid not in repr(rows)
    for table in (CONVERSATIONS, contacts, EVIDENCE, LINKS):
        assert await records.of(table) == []
    (application,) = await records.of(APPLICATIONS)
    assert (application.name, application.mobile, application.id_number) == ("", "", None)
    assert (application.status, application.openid[:4]) == ("withdrawn", "gone")


async def test_a_redelivered_unfollow_changes_nothing(
    phone: Phone, platform: Platform, records: Records
) -> None:
    await phone.says("怎么加入工会")
    platform.redeliver(1.0)
    await phone.unfollows()
    await phone.again()
    await settled(records)
    assert {row.openid[:4] for row in await records.of(messages)} == {"gone"}
    assert await records.of(contacts) == []


async def test_who_comes_back_is_somebody_new(bot: Bot, phone: Phone, records: Records) -> None:
    await phone.says("怎么加入工会")
    await phone.unfollows()
    await settled(records)
    before = len(await records.of(messages))
    await phone.follows()
    (shown,) = await phone.says("我的资料")
    counted = re.search(r"聊天记录：(\d+) 条", shown.text)
    assert counted
    # Following, its answer, and the question itself if that was written down before it was answered.
    assert int(counted[1]) <= len(await records.of(messages)) - before - 1
    assert (await records.of(contacts))[0].unfollowed_at is None


async def test_others_keep_what_is_theirs(
    bot: Bot, phone: Phone, platform: Platform, records: Records
) -> None:
    other = platform.phone("阿珍")
    await other.says("怎么加入工会")
    before = await held(bot.database, other.openid)
    await phone.says("怎么加入工会")
    await phone.unfollows()
    await settled(records)
    assert await held(bot.database, other.openid) == before


async def test_nothing_is_left_in_the_files(
    bot: Bot, phone: Phone, platform: Platform, records: Records, tmp_path: Path
) -> None:
    if not bot.database.is_sqlite:
        pytest.skip("PostgreSQL's files are its own")
    other = platform.phone("阿珍")
    await applied(bot, phone.openid)
    for number in range(60):
        await phone.says(f"铁皮石斛要怎么种第{number}回")
        if number % 3 == 0:
            await other.says("怎么加入工会")
    await phone.unfollows()
    await settled(records)
    await asyncio.sleep(1.5)
    content = b"".join(path.read_bytes() for path in tmp_path.glob("bot.sqlite3*"))
    assert other.openid.encode() in content
    assert content.count(phone.openid.encode()) == 0
    assert content.count("铁皮石斛".encode()) == 0


# --- What is typed into the chat ---


async def test_a_number_typed_into_the_chat_is_hidden_and_the_worker_told_why(
    phone: Phone, records: Records
) -> None:
    for number in (ID_NUMBER, CARD_NUMBER):
        (answer,) = await phone.says(f"我的号码是{number}，要入会")
        assert "打上星号" in answer.text
        assert number not in answer.text
    assert ID_NUMBER not in repr(await records.of(messages))
    (answer,) = await phone.says("怎么加入工会")
    assert "打上星号" not in answer.text


async def test_a_slip_in_the_number_hides_nothing_from_us(phone: Phone, records: Records) -> None:
    (answer,) = await phone.says("身份证 440902199001011234 要入会")
    assert "打上星号" in answer.text
    assert "440902199001011234" not in repr(await records.of(messages))


def test_the_caution_is_said_below_the_longest_answer() -> None:
    told = _cautioned(Text("\n".join(["很长的答复，一行接一行。"] * 55)), "（打上星号了。）").body
    assert told.endswith("\n\n（打上星号了。）")
    assert 1900 < len(told.encode()) <= MOST_BYTES


async def test_a_mobile_typed_into_the_chat_does_not_stay_readable(phone: Phone, records: Records) -> None:
    for said in (
        "我的电话 13800138000",
        "打我１３８００１３８０００",
        "138-0013-8000",
        "一三八零零一三八零零零",
    ):
        await phone.says(said)
    heard = [row.body for row in await records.of(messages) if row.direction == "in"]
    assert heard == ["我的电话 138****8000", "打我138****8000", "138****8000", "138****8000"]
    assert all("138****8000" in row.question for row in await records.of(EVIDENCE) if row.question)


# --- What others are owed ---


@pytest.mark.parametrize("asks", [False, True])
async def test_a_seat_of_who_leaves_goes_to_the_next(
    bot: Bot, platform: Platform, clock: Clock, asks: bool
) -> None:
    school = School(bot, clock)
    course = await school.opens(seats=1)
    first, second = await crowd(platform, 2)
    async with bot.database.read() as session:
        assert await consents.holds(session, first.openid, Purpose.TRAINING)
    await (first.says("删除我的资料", "2", hears="已经删好了") if asks else first.unfollows())
    await second.hears("轮到您了")
    assert set((await school.states(course)).values()) == {State.WITHDRAWN, State.OFFERED}


async def test_the_roll_stays_without_the_way_by_wechat(
    bot: Bot, phone: Phone, office: Office, records: Records
) -> None:
    await applied(bot, phone.openid)
    await office.admits(phone.openid)
    await phone.says("删除我的资料", hears="会员名册")
    await phone.says("2", hears="已经删好了")
    assert await office.member(phone.openid)
    assert (await records.of(APPLICATIONS))[0].name == ""
    await phone.unfollows()
    await settled(records)
    assert await office.member(phone.openid) is None
    (row,) = await records.of(cast(sa.Table, members.MemberRow.__table__))
    assert (row.openid, row.name, row.mobile) == (None, NAME, MOBILE)
    assert phone.openid not in repr(await records.of(APPLICATIONS))
