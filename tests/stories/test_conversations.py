"""What people say around their questions, and what is learnt from it: the capability `ask`."""

from datetime import timedelta
from typing import cast

import sqlalchemy as sa

from bot.app import Bot
from knowledge.evidence import EvidenceRow
from tests.clocks import Clock
from tests.stories.conftest import Records
from wechat.simulator import Phone

EVIDENCE = cast(sa.Table, EvidenceRow.__table__)


async def test_thanks_and_greetings_are_met_like_a_person_would(phone: Phone) -> None:
    for said in ("谢谢", "你好呀", "再见"):
        (reply,) = await phone.says(said)
        assert "您是不是想问" not in reply.text
        assert "还不会" not in reply.text


async def test_two_questions_in_one_message_are_both_answered(bot: Bot, phone: Phone) -> None:
    (reply,) = await phone.says("怎么加入工会？还有最低工资是多少？")
    knowledge = bot.library.knowledge
    for topic in ("join-how", "minimum-wage"):
        entry = knowledge.entry(topic)
        assert entry is not None
        assert entry.answer[:12] in reply.text or entry.question in reply.text


async def test_a_short_question_goes_on_from_the_last_answer(phone: Phone, clock: Clock) -> None:
    await phone.says("工伤认定怎么申请", hears="工伤")
    await phone.says("那要带什么去", hears="工伤")
    clock.ahead = timedelta(minutes=31)
    await phone.says("那要带什么去", hears="您问的是哪件事")


async def test_an_answer_past_its_review_date_says_so(phone: Phone, clock: Clock) -> None:
    await phone.says("怎么加入工会")
    clock.ahead = timedelta(days=800)
    await phone.says("怎么加入工会", hears="可能有变化")


async def test_misses_picks_and_what_did_not_help_are_kept(
    phone: Phone, records: Records, vague: str
) -> None:
    await phone.says("铁皮石斛", vague, "1", "不对")
    kept = await records.of(EVIDENCE)
    assert [row.kind for row in kept] == ["missed", "offered", "picked", "unhelpful"]
    assert [row.question for row in kept] == ["铁皮石斛", vague, "", ""]
    assert kept[1].entry == kept[2].entry
