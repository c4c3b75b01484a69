"""What a worker has begun themselves is told by template message when nothing else is open, over the wire.

Whoever words such a notice: `membership`, `training`, `events`, `packs`, `jobs` and `human`.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

import handlers
from bot.app import Bot
from dialogue import Teller
from dialogue.desks import StaffSaid
from dialogue.notices import Fact
from dialogue.routing import Router
from knowledge.normal import normalise
from messages import contacts, transactions
from messages.journal import Status, Via, messages
from messages.tickets import FIELD_LETTERS
from messages.transactions import Matter, Service
from tests.clocks import Clock
from tests.stories.conftest import Records
from union.applications import IDENTITY, Kind
from union.approvals import (
    ApplicationAdvanced,
    ApplicationDeclined,
    ApplicationReturned,
    MemberAdmitted,
    MemberMoved,
)
from union.coupons import CouponMoved
from union.courses import Audience, Course, Lesson
from union.event_news import EventCancelled, EventMoved, PlaceOffered
from union.events import Event
from union.events import Kind as EventKind
from union.job_applications import State
from union.job_decisions import ApplicationAnswered
from union.packs import Pack
from union.trainings import CertificateIssued, CourseCancelled, CourseMoved, SeatOffered
from wechat.simulator import Phone, Platform

SEND = "/cgi-bin/message/template/send"
TEMPLATE = "TPL-progress"
LABELS = {"thing1": "业务名称", "thing2": "办理进度", "thing3": "温馨提示", "time4": "通知时间"}
FIELDS = {"thing1": "title", "thing2": "text", "thing3": "next", "time4": "date"}
RETURNED = "您的入会申请（编号 7）还差一点：手机号要改，少了一位。\n别的都不用重填，回复“补正”就能接着办。"


WORDINGS = Router(handlers.discover(), normalise).wordings


@pytest.fixture
def teller() -> Teller:
    return Teller(WORDINGS)


@pytest.fixture
async def silent(bot: Bot, phone: Phone, platform: Platform, clock: Clock) -> Phone:
    """Of somebody who has not written for two days; a template is there for what they have begun."""
    platform.add_template(TEMPLATE, "业务办理进度通知", LABELS)
    async with bot.database.write() as session:
        for matter in Matter:
            await transactions.declare(session, Service(matter, TEMPLATE, FIELDS), "s1", clock())
    await phone.says("你好")
    clock.ahead = timedelta(hours=49)
    return phone


async def tell(bot: Bot, teller: Teller, clock: Clock, *facts: Fact) -> None:
    async with bot.database.write() as session:
        await teller.tell(session, facts, clock())


async def until(records: Records, *expected: tuple[str, str | None]) -> None:
    """The notices come to stand so."""
    found: Sequence[tuple[object, ...]] = ()
    for _ in range(100):
        rows = [row for row in await records.of(messages) if row.direction == "out" and row.reply_to is None]
        found = [(row.status, row.via) for row in rows]
        if found == list(expected):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(found)


async def test_a_returned_application_is_told_and_the_report_closes_it(
    bot: Bot, silent: Phone, clock: Clock, teller: Teller, records: Records
) -> None:
    await tell(bot, teller, clock, ApplicationReturned(silent.openid, 7, "mobile", "少了一位"))
    card = (await silent.hears("入会申请（编号 7）")).text
    assert "还差一点：手机号要改" in card
    assert "回复“补正”看怎么改" in card
    await until(records, (Status.SENT, Via.TEMPLATE))
    await asyncio.sleep(0.3)
    (reported,) = [row for row in await records.of(messages) if row.kind == "event.templatesendjobfinish"]
    assert reported.status == Status.DONE
    assert "顺便" not in (await silent.says("怎么入会"))[-1].text


async def test_an_answer_that_was_lost_brings_it_once(
    bot: Bot, silent: Phone, platform: Platform, clock: Clock, teller: Teller, records: Records
) -> None:
    platform.fault(SEND, lose_answer=True)
    platform.fault(SEND, errcode=-1)
    await tell(bot, teller, clock, ApplicationReturned(silent.openid, 7, "mobile", "少了一位"))
    await until(records, (Status.SENT, Via.TEMPLATE))
    assert [line.via for line in silent.messages].count("template") == 1


async def test_staffs_words_are_announced_and_ride_on_the_next_answer(
    bot: Bot, silent: Phone, clock: Clock, teller: Teller, records: Records
) -> None:
    await tell(bot, teller, clock, StaffSaid(silent.openid, "工资条收到了，周一给您回话。"))
    card = (await silent.hears("工作人员答复您了")).text
    assert "工资条" not in card  # which stands on a locked screen
    await until(records, (Status.HELD, Via.TEMPLATE))
    assert "【工作人员】工资条收到了，周一给您回话。" in (await silent.says("怎么入会"))[-1].text
    await until(records, (Status.SENT, Via.PASSIVE))


async def test_who_blocks_templates_hears_it_with_the_next_answer(
    bot: Bot, silent: Phone, clock: Clock, teller: Teller, records: Records
) -> None:
    silent.blocks_templates()
    await tell(bot, teller, clock, ApplicationReturned(silent.openid, 7, "mobile", "少了一位"))
    await until(records, (Status.HELD, None))
    (row,) = [row for row in await records.of(messages) if row.direction == "out" and row.reply_to is None]
    assert row.reason == "template: failed:user block"
    (contact,) = await records.of(contacts.contacts)
    assert contact.no_templates_at is not None
    assert RETURNED in (await silent.says("怎么入会"))[-1].text


async def test_a_template_that_the_platform_does_not_know_sends_the_words_to_the_tray(
    bot: Bot, silent: Phone, platform: Platform, clock: Clock, teller: Teller, records: Records
) -> None:
    async with bot.database.write() as session:
        gone = Service(Matter.MEMBERSHIP, "TPL-gone", FIELDS)
        await transactions.declare(session, gone, "s1", clock())
    await tell(bot, teller, clock, ApplicationReturned(silent.openid, 7, "mobile", "少了一位"))
    await until(records, (Status.HELD, None))
    await tell(bot, teller, clock, MemberAdmitted(silent.openid, "M-1", "样例工会"))
    await until(records, (Status.HELD, None), (Status.HELD, None))
    assert platform.refusals == {(SEND, 40037): 1}


LONGEST = datetime(2026, 12, 29, 4, 0, tzinfo=UTC)
COURSE = Course(
    id=1, code="T-1", title="保育员（三级/高级工）职业技能等级认定培训班（样例）", line="", academy="", district="maonan",
    place="样例路", seats=1, works=(), audience=Audience.ANYONE, opens_at=LONGEST, closes_at=LONGEST, details="",
    lessons=(Lesson(1, LONGEST, LONGEST + timedelta(hours=2)),), cancelled=False,
)  # fmt: skip
EVENT = Event(
    id=1, code="E-1", kind=next(iter(EventKind)), title="劳模工匠宣讲进园区暨职工健康知识讲座（样例）", host="", district="maonan",
    place="样例路", latitude=None, longitude=None, audience=COURSE.audience, signs_up=True, quotas=(), opens_at=LONGEST,
    closes_at=LONGEST, starts_at=LONGEST, ends_at=LONGEST, details="", sample=True, closed=False, cancelled=False,
)  # fmt: skip
PACK = Pack(
    id=1, code="P-1", title="暖冬关爱礼包（样例）", details="", district="maonan", place="样例路", audience=COURSE.audience, work="",
    amount=1, left=0, opens_at=LONGEST, closes_at=LONGEST, redeem_until=LONGEST, sample=True, closed=False,
)  # fmt: skip
FACTS: Sequence[Fact] = (
    *(ApplicationAdvanced("o1", 12345678, reviewer) for reviewer in ("样例工会", "")),
    *(ApplicationReturned("o1", 12345678, field, "样例") for field in ("mobile", "employer", IDENTITY)),
    *(ApplicationDeclined("o1", 12345678, "样例工会", "样例", kind) for kind in Kind),
    MemberAdmitted("o1", "M-1", "样例工会"),
    MemberMoved("o1", "M-1", "样例工会"),
    SeatOffered("o1", COURSE, LONGEST),
    CourseCancelled("o1", COURSE, "样例"),
    CourseMoved("o1", COURSE),
    CertificateIssued("o1", COURSE, "样例-1"),
    *(
        ApplicationAnswered("o1", 1, "电工（样例）", "样例公司", state, words, date(2026, 12, 29))
        for state in (State.HIRED, State.INVITED, State.DECLINED) for words in ("", "样例")
    ),
    StaffSaid("o1", "样例"),
    PlaceOffered("o1", EVENT, LONGEST),
    EventCancelled("o1", EVENT, "样例"),
    EventMoved("o1", EVENT),
    CouponMoved("o1", PACK),
)  # fmt: skip


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_how_it_stands_and_what_to_do_fit_uncut(fact: Fact) -> None:
    """Only a name of its own, which staff have given, may be cut."""
    own = WORDINGS[type(fact)](fact).own
    assert own is not None
    for line in (own.text, own.then):
        assert 0 < len(line) <= FIELD_LETTERS
        assert "\n" not in line
