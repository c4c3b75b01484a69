"""Routing: who answers depends on what a message is, never on who was declared first."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from dialogue import Capability, Choice, Clash, Context, Text
from dialogue.conversations import OFFER_LASTS, Conversation
from dialogue.routing import Router
from tests.dialogue.talks import NOON, Said, context


def capabilities() -> list[Capability]:
    """One of everything, each answering with its own name."""
    training = Capability("training", title="培训")
    front = Capability("front", title="前台", stores=False)

    @training.says("培训", "技能培训")
    @training.taps("TRAINING")
    @training.opens
    async def start(_: Context) -> Text:
        return Text("start")

    @training.hears("我要学(.{1,4})")
    async def learn(_: Context, what: str) -> Text:
        return Text(f"learn {what}")

    @training.picks
    async def pick(_: Context, argument: str) -> Text:
        return Text(f"pick {argument}")

    @front.happens("subscribe")
    async def welcome(_: Context) -> Text:
        return Text("welcome")

    @front.happens("click")
    async def old(_: Context) -> Text:
        return Text("old")

    @front.receives("voice")
    async def voice(_: Context) -> Text:
        return Text("voice")

    @front.answers
    async def answer(_: Context) -> Text:
        return Text("answer")

    @front.meets_the_rest
    async def rest(_: Context) -> Text:
        return Text("rest")

    @front.apologises
    def sorry(reference: str) -> Text:
        return Text(f"sorry {reference}")

    return [training, front]


def normalise(text: str) -> str:
    return text.strip().lower()


async def heard(said: Said, conversation: Conversation | None = None) -> str | None:
    router = Router(capabilities(), normalise)
    before = conversation or Conversation("o1")
    route = router.route(said, before, NOON)
    reply = await route.handler(context(router, said, before))
    return None if reply is None else reply.body


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (Said("培训"), "start"),
        (Said("  技能培训 "), "start"),
        (Said("培训吗"), "answer"),
        (Said("我要学电工"), "learn 电工"),
        (Said("我要学"), "answer"),
        (Said("1"), "answer"),
        (Said(""), "rest"),
        (Said(kind="voice"), "voice"),
        (Said(kind="image"), "rest"),
        (Said("培训", kind="hologram"), "rest"),
        (Said(kind="event", event="subscribe"), "welcome"),
        (Said(kind="event", event="click", key="TRAINING"), "start"),
        (Said(kind="event", event="click", key="training:t1"), "pick t1"),
        (Said(kind="event", event="click", key="GONE"), "old"),
        (Said(kind="event", event="view", key="TRAINING"), None),
        (Said(kind="event", event="novelty"), None),
        (Said("培训", menu_id="training:t2"), "pick t2"),
        (Said("培训", menu_id="training:a:b"), "pick a:b"),
        (Said("培训", menu_id="front:t2"), "start"),
        (Said("没有", menu_id="nobody:1"), "answer"),
    ],
)
async def test_every_kind_of_message_finds_its_handler(said: Said, answer: str | None) -> None:
    assert await heard(said) == answer


async def test_a_number_is_a_line_of_the_list_on_offer() -> None:
    offered = ("training:a", "training:b")
    fresh = Conversation("o1", 1, offered=offered, offered_at=NOON - OFFER_LASTS)
    stale = Conversation("o1", 1, offered=offered, offered_at=NOON - OFFER_LASTS - timedelta(seconds=1))
    assert await heard(Said("2"), fresh) == "pick b"
    assert await heard(Said("１"), fresh) == "pick a"
    assert await heard(Said("3"), fresh) == "answer"
    assert await heard(Said("0"), fresh) == "answer"
    assert await heard(Said("2"), stale) == "answer"
    assert await heard(Said("2", menu_id="training:z"), fresh) == "pick z"


def asked(answered_at: datetime = NOON) -> Conversation:
    router = Router(capabilities(), normalise)
    ctx = context(router, Said(), Conversation("o1"), now=answered_at)
    yes, no = Choice("确定  取消", "training", "yes"), Choice("不取消了，留着", "training", "no")
    assert ctx.ask(yes=yes, no=no, careful=True) == (no, yes)
    return ctx.conversation


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("是", "pick yes"),
        ("确认", "pick yes"),
        ("确定取消", "pick yes"),
        ("取消", "pick yes"),  # what is asked about is a cancellation
        ("不要", "pick no"),
        ("没有", "pick no"),
        ("留着", "pick no"),
        ("不取消", "pick no"),
        ("1", "pick no"),
        ("2", "pick yes"),
        ("培训", "start"),
        ("是吗", "answer"),
    ],
)
async def test_a_question_hears_yes_and_no(said: str, answer: str) -> None:
    assert await heard(Said(said), asked()) == answer


@pytest.mark.parametrize("said", ["嗯", "好的", "OK", "可以"])
async def test_what_cannot_be_got_back_is_not_given_up_for_a_vague_yes(said: str) -> None:
    router, before = Router(capabilities(), normalise), asked()
    ctx = context(router, Said(said), before)
    told = await router.route(Said(said), before, NOON).handler(ctx)
    assert told is not None
    assert f"“{said}”还不够清楚" in told.body
    assert "回复“确定取消”，不办就回复“不取消了，留着”" in told.body
    assert await heard(Said("是"), ctx.conversation) == "pick yes"
    assert await heard(Said("1"), ctx.conversation) == "pick no"


async def test_yes_belongs_to_the_question_asked_last() -> None:
    assert await heard(Said("是"), asked(NOON - OFFER_LASTS - timedelta(seconds=1))) == "answer"
    router = Router(capabilities(), normalise)
    after = context(router, Said("进度"), asked()).conversation
    assert await heard(Said("是"), after) == "answer"
    assert await heard(Said("2"), after) == "pick yes"


async def test_a_list_of_a_capability_that_has_gone_is_no_list() -> None:
    gone = Conversation("o1", 1, offered=("gone:a",), offered_at=NOON)
    assert await heard(Said("1"), gone) == "answer"


async def test_one_capability_can_lead_to_another() -> None:
    router = Router(capabilities(), normalise)
    ctx = context(router, Said(), Conversation("o1"))
    assert await ctx.open("training") == Text("start")
    assert router.openable == {"training"}
    for name in ("front", "nobody"):
        with pytest.raises(KeyError, match=name):
            await ctx.open(name)


def test_only_who_promises_not_to_store_is_spared_a_transaction() -> None:
    router = Router(capabilities(), normalise)
    assert router.route(Said("培训"), Conversation("o1"), NOON).stores
    assert router.route(Said("培训", menu_id="training:1"), Conversation("o1"), NOON).stores
    assert not router.route(Said("别的"), Conversation("o1"), NOON).stores


@pytest.mark.parametrize("claim", ["says", "taps", "happens", "receives"])
def test_a_claim_made_twice_stops_the_process(claim: str) -> None:
    twice = Capability("twice", title="再来")

    async def handler(_: Context) -> None:
        return None

    name = {"says": " 培训", "taps": "TRAINING", "happens": "subscribe", "receives": "voice"}[claim]
    getattr(twice, claim)(name)(handler)
    for order in ([*capabilities(), twice], [twice, *capabilities()]):
        with pytest.raises(Clash, match="claimed twice"):
            Router(order, normalise)


def test_a_duty_is_somebodys_and_nobody_elses() -> None:
    for declare in (Capability.answers, Capability.meets_the_rest):
        second = Capability("second", title="又一个")

        @partial(declare, second)
        async def handler(_: Context) -> None:
            return None

        with pytest.raises(Clash, match="2 capabilities have this duty"):
            Router([*capabilities(), second], normalise)
    with pytest.raises(Clash, match="0 capabilities have this duty"):
        Router(capabilities()[:1], normalise)


def test_two_capabilities_of_one_name_stop_the_process() -> None:
    again = Capability("training", title="重名")
    with pytest.raises(Clash, match="training"):
        Router([*capabilities(), again], normalise)


def test_a_service_is_asked_for_by_its_type() -> None:
    ctx = context(Router(capabilities(), normalise), Said(), Conversation("o1"), {int: 7, str: 7})
    assert ctx.use(int) == 7
    with pytest.raises(TypeError, match="str"):
        ctx.use(str)
    with pytest.raises(KeyError):
        ctx.use(float)
    with pytest.raises(RuntimeError, match="stores=False"):
        _ = ctx.session


def test_what_a_turn_remembers() -> None:
    ctx = context(Router(capabilities(), normalise), Said(), Conversation("o1", 3))
    assert [ctx.missed(), ctx.missed()] == [1, 2]
    ctx.offer(Choice("甲", "ask", "a"), Choice("乙", "ask", "b"))
    assert ctx.conversation.on_offer(NOON + OFFER_LASTS) == ("ask:a", "ask:b")
    ctx.understood("join-how")
    assert ctx.conversation == Conversation("o1", 3, topic="join-how")


@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize(
    ("said", "answer"),
    [("好的", "yes"), ("1", "yes"), ("2", "no"), ("不去了", "no"), ("取消", "no"), ("3", "answer"), ("收到", "answer")],
)  # fmt: skip
async def test_a_plain_word_may_be_waited_for(said: str, answer: str, waits: bool) -> None:
    later, never = Capability("later", title="以后"), Capability("never", title="没有")

    @later.awaits
    async def hear(_: Context, yes: bool) -> Text | None:
        return Text("yes" if yes else "no") if waits else None

    @never.awaits
    async def pass_on(_: Context, __: bool) -> Text | None:
        return None

    router = Router([*capabilities(), never, later], normalise)

    async def say(conversation: Conversation) -> str:
        reply = await router.route(Said(said), conversation, NOON).handler(
            context(router, Said(said), conversation)
        )
        assert reply is not None
        return reply.body

    usual = "现在没有填到一半的事" if said == "取消" else "answer"
    assert (await say(Conversation("o1"))).startswith(answer if waits else usual)
    listed = Conversation("o1", 1, offered=("training:a", "training:b"), offered_at=NOON)
    if said in ("1", "2"):
        assert (await say(listed)).startswith("pick")
    assert await say(asked()) not in ("yes", "no")
