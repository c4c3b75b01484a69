"""A worker asks, over the wire as WeChat speaks it."""

from wechat.simulator import Phone


async def test_a_question_is_answered_from_the_knowledge_base(phone: Phone) -> None:
    await phone.says("怎么加入工会", hears="入会")
