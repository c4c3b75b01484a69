"""Texts in free words: the capability that is sure of one gets it, where two are nobody does, and a form comes first."""

from dataclasses import dataclass

from dialogue import Capability, Context, Field, Text
from dialogue.answers import free_text, yes_no
from tests.dialogue.talks import Talk


@dataclass(frozen=True, slots=True)
class Fruit:
    name: str


@dataclass(frozen=True, slots=True)
class Note:
    agree: bool
    words: str


def lychee(text: str, topic: str | None) -> Fruit | None:
    return Fruit("lychee") if "荔枝" in text or (topic == "fruit" and text == "要") else None


def longan(text: str, topic: str | None) -> Fruit | None:
    return Fruit("longan") if "龙眼" in text else None


def fruits() -> list[Capability]:
    first, second, notes = (
        Capability("a", title="甲"),
        Capability("b", title="乙"),
        Capability("notes", title="记事"),
    )

    @first.understands(lychee)
    async def buy(ctx: Context, fruit: Fruit) -> Text:
        ctx.understood("fruit")
        return Text(f"buy {fruit.name}")

    @second.understands(longan)
    async def sell(_: Context, fruit: Fruit) -> Text:
        return Text(f"sell {fruit.name}")

    note = notes.form(
        Note,
        Field("agree", "同意吗？", accept=yes_no, label="同意"),
        Field("words", "写什么？", accept=free_text(), label="内容", words=True),
        confirm="{summary}",
    )

    @notes.says("记事")
    async def start(ctx: Context) -> Text:
        return await note.begin(ctx)

    @second.obeys(lambda text, _: text[1:] if text.startswith("#") else None)
    async def obey(_: Context, order: str) -> Text:
        return Text(f"obeyed {order}")

    @second.understands(lambda text, _: text if text == "龙果" else None)
    async def not_after_all(_: Context, said: str) -> None:
        return None

    @second.says("荔枝")
    async def exactly(_: Context) -> Text:
        return Text("exactly")

    return [first, second, notes]


async def test_the_one_that_understands_gets_it() -> None:
    talk = Talk(fruits(), {"荔枝几时熟": "known"})
    assert await talk.says("来点荔枝") == "buy lychee"
    assert await talk.says("卖龙眼") == "sell longan"
    assert await talk.says("荔枝") == "exactly"
    assert await talk.says("香蕉") == "unknown"


async def test_where_it_was_not_meant_so_after_all_the_knowledge_base_answers() -> None:
    assert await Talk(fruits(), {"龙果": "known"}).says("龙果") == "known"


async def test_what_two_understand_neither_gets() -> None:
    assert await Talk(fruits()).says("荔枝和龙眼") == "unknown"


async def test_the_topic_of_the_last_answer_is_known() -> None:
    talk = Talk(fruits())
    assert await talk.says("要") == "unknown"
    assert await talk.says("来点荔枝", "要") == "buy lychee"


async def test_in_a_form_it_is_an_answer_first_and_a_question_aside_where_it_is_none() -> None:
    talk = Talk(fruits())
    assert "buy lychee" in await talk.says("记事", "来点荔枝")
    assert "同意吗" in await talk.says("继续")
    assert "来点荔枝" in await talk.says("是", "来点荔枝")


async def test_an_order_comes_before_everything_else_and_leaves_a_form_alone() -> None:
    talk = Talk(fruits())
    assert await talk.says("#荔枝") == "obeyed 荔枝"
    assert "同意吗" in await talk.says("记事")
    assert await talk.says("#取消") == "obeyed 取消"
    assert "写什么" in await talk.says("是")
    assert await talk.says("#救命") == "obeyed 救命"
