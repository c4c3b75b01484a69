"""What is asked while an application is open: whether there is an answer yet, and where and when the talk is to be."""

import re
from enum import StrEnum

from dialogue import Context, Text, wording
from handlers.job_applications.words import TOPIC, capability
from union import job_answers, job_applications, places
from union.job_applications import Applied, State


class About(StrEnum):
    """What is asked."""

    ANSWER = "answer"
    MEETING = "meeting"
    NAMELESS = "nameless"  # the meeting, if it was the last that the worker was told of


_MOST_SAID = 24
_TALK = "(?:面试|見工|见工|面谈)"
_HINTS = re.compile(
    "面[试谈]|[见見]工|答[复覆]|回[复覆音话]|消息|结果|通知|录[用取]|[系打搵找给]我|改|换|推|延|提前|调|带|几点|去哪|到哪|边度"
)
_ELSE = re.compile(
    "钱|工伤|复工|停工|加班|放假|仲裁|工资|工钱|离职|辞|入会|会员|培训|课|活动|补贴|认定|社保|退|投诉|法院|礼包"
)
_ASKS_OF_TALK = re.compile(
    rf"(?=.*{_TALK}).*(?:哪|边度|边处|地[址点]|几点|几时|什么时候|时间|带|怎么去|点去|路|改|换|推迟|延|[去来]不了|去唔到|迟到|赶不)"
)
_ASKS_FOR_ANSWER = re.compile(
    r"(?=.*(?:老板|老细|单位|公司|厂|招工|应聘|岗位|报名|报了|报咗|面试|见工|那边|对方|人家|那家|间|份工))"
    r"(?=.*(?:几时|什么时候|多久|几耐|还没|仲未|没有?|冇|一直|怎么样|点样|会不会|吗|么))"
    r".*(?:答复|答覆|回复|回覆|回音|回话|消息|结果|通知|录用|录取|联系我|[打搵找]给?我|call我)"
)
_MOVES = re.compile(
    r"(?:能不能|可不可以|可唔可以|能|可以|想|得唔得|要|麻烦|帮我).*(?:改|换|推|延|提前|调).{0,3}(?:时间|天|日|期|点|周|星期|早上|上午|下午|晚上|下次)"
    r"|(?:要|需要|使唔使)?带(?:什么|咩|乜嘢?|啥|哪些).{0,4}|几点(?:去|到|过去|见)(?:啊|呀|呢)?|(?:去|到)(?:哪里?|边度)(?:找|揾|见).{0,4}"
)
_AWAY = re.compile("[去来]不了|去唔到|嚟唔到|没空|冇空|没时间|冇时间|唔得闲|有事|改天|改期")


def asks(text: str, _: str | None) -> About | None:
    """Words that may ask of an application; whether one is open is for the handler to know."""
    if len(text) > _MOST_SAID or not _HINTS.search(text) or _ELSE.search(text):
        return None
    said = wording.bare(text)
    if _ASKS_OF_TALK.match(said):
        return About.MEETING
    if job_answers.read(text) is not None:  # of the work or the money
        return None
    return About.ANSWER if _ASKS_FOR_ANSWER.match(said) else About.NAMELESS if _MOVES.search(said) else None


@capability.understands(asks)
async def answer_of_own(ctx: Context, about: About) -> Text | None:
    if not ctx.conversation.names:  # who applied for nothing
        return None
    found = [
        one
        for one in await job_applications.mine(ctx.session, ctx.openid)
        if one.state in (State.SENT, State.INVITED)
    ]
    invited = [one for one in found if one.state is State.INVITED]
    if about is About.NAMELESS:
        last = await ctx.last_told() if invited else ""
        invited = [one for one in invited if invitation(one.publisher, one.post) in last]
    if about is not About.ANSWER and invited:
        return _meeting(ctx, invited)
    if not found or about is About.NAMELESS:
        return None
    ctx.understood(TOPIC)
    sent = "、".join(f"{one.publisher}的“{one.post}”" for one in found[:3])
    said = (
        "已经约您面谈了，您面谈后等对方答复" if invited == found else "报名已经送到，用人单位还没有最后答复"
    )
    return Text(
        f"{sent}：{said}。什么时候答复由单位定，一有回复我马上告诉您。\n"
        "等了好几天没消息，回复“人工”，请工作人员帮您问一声；也可以回复“找岗位”多报几家。"
    )


def invitation(publisher: str, post: str) -> str:
    """How the notice of it begins."""
    return f"{publisher}的“{post}”想约您面谈。"


@capability.catches
async def stay_away(ctx: Context, _: bool) -> Text | None:
    """“后天我去不了”, right below the invitation."""
    if not _AWAY.search(ctx.incoming.text):
        return None
    await ctx.attach()
    return await answer_of_own(ctx, About.NAMELESS)


def _meeting(ctx: Context, invited: list[Applied]) -> Text:
    ctx.understood(TOPIC)
    told = "\n\n".join(
        f"{invitation(one.publisher, one.post)}"
        + (f"\n对方说：{one.words}" if one.words else "")
        + f"\n岗位登记的地方：{places.address(one.district, one.place)}"
        for one in invited[:3]
    )
    return Text(
        f"{told}\n\n带身份证和有的证书。时间、地点对不上，或者要改时间，要和用人单位说定：他们打您电话时说，"
        "等不及就回复“人工”，把方便的时间写上，请工作人员转告。\n不想去了，回复“我的报名”可以撤回。"
    )
