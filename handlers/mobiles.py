"""Another mobile, or name, for what somebody has signed up for: “培训留的电话写错了”, “名字写错了，是…”."""

import re
from collections.abc import Sequence

from dialogue import Capability, Context, Field, Invalid, Option, Text, corrections, titles
from dialogue.answers import last_four, masked_name, mobile, one_of, person_name
from knowledge.normal import normalise
from union import members, mobiles
from union.mobiles import Kind, MobileTaken, NewMobile, NewName, SignedUp

capability = Capability("mobiles", title="改报名的手机号")

_NOTHING_LEFT = "这几门现在没有报着了，不用改。回复“进度”看看您报着的。"
_MOST_LETTERS = 48
_SIGNS = re.compile("电话|手机|号码|联系方式")
_SIGNS_OF_OTHER = re.compile("错|误|不对|唔啱|[换改变更]|不用|停用")
_PHONE = "(?:联系)?(?:手机号码|手机号|手机|电话号码|电话|号码|联系方式)"
_BEFORE = "(?:我|想|要|请|帮我|麻烦|不好意思|之前|上次|刚才)*"
# What it was given for: “培训留的”, “报电工班的时候填的”, “活动的”.
_FOR = (
    r"(?:(.{0,12}?)(?:里|时候?|的时候|那时|上面?)?我?(?:留|填|写|登记|报名?)下?(?:的|嘅)|(.{0,12}[班课程训名动])(?:时候?|那时|里|上面?|我|的|嘅)*)"
    + _PHONE
)
_WRONG = "(?:系|是|都|好像|好似|我|给)*(?:[写填打留输发搞弄报]?错|不对|唔啱|有误|[换改变]|停用|不用|要[改换])(?:了|咗)?"
_RIGHT = "(?:应该|改成|改为|换成|换为|现在|新的|正确|是|系|为|成|用|请|帮我|一下|我|的|号码)*([0-9]{5,13})?(?:才对|谢谢|吧|了)*"
_OTHER = re.compile(
    rf"{_BEFORE}{_FOR}{_WRONG}{_RIGHT}|{_BEFORE}(?:修改|更改|更换|更正|改|换)(?:一下|下)?{_FOR}{_RIGHT}"
)
_NUMBER = re.compile("[0-9]{5,13}")
_KINDS = {Kind.COURSE: re.compile("培训|课|班"), Kind.EVENT: re.compile("活动")}


def other_mobile(text: str, _: str | None) -> tuple[str, str] | None:
    """What the mobile that is to be changed was given for, and the new one, if it is said; None for anything else."""
    if len(text) > _MOST_LETTERS or not (_SIGNS.search(text) and _SIGNS_OF_OTHER.search(text)):
        return None
    found = _OTHER.fullmatch(normalise(text))
    if found is None:
        return None
    said = "".join(filter(None, (found[1], found[2], found[4], found[5])))
    return said, found[3] or found[6] or ""


async def choices(ctx: Context) -> Sequence[Option]:
    """Each by itself, and all of it."""
    found = await mobiles.signed_up(ctx.session, ctx.openid, ctx.now)
    return [*([_option(found)] if len(found) > 1 else []), *(_option([one]) for one in found)]


renumbering = capability.form(
    NewMobile,
    Field("of", "改哪一个的？\n{options}", accept=one_of(choices), label="报名"),
    Field("mobile", "新的手机号？", accept=mobile, label="手机号", show=last_four, private=True),
    confirm="请核对：\n{summary}\n没错就回复“确认”，要改回复序号，不改了回复“取消”。",
    topic="training-signup",
)


renaming = capability.form(
    NewName,
    Field("of", "改哪一个的？\n{options}", accept=one_of(choices), label="报名"),
    Field(
        "name",
        "请问您的姓名？和身份证上一样。",
        accept=person_name,
        label="姓名",
        show=masked_name,
        private=True,
    ),
    confirm="请核对：\n{summary}\n没错就回复“确认”，要改回复序号，不改了回复“取消”。",
    title="改报名的姓名",
    topic="training-signup",
)


@capability.understands(other_mobile)
async def begin_named(ctx: Context, meant: tuple[str, str]) -> Text | None:
    """Whoever signed up for nothing that is called so means something else."""
    if not ctx.conversation.names:  # who signed up for nothing at all
        return None
    called, number = meant
    found = await mobiles.signed_up(ctx.session, ctx.openid, ctx.now)
    return await _begin(ctx, _called(found, called), number)


@capability.opens
async def begin(ctx: Context) -> Text | None:
    """Whoever said that of no sign-up means all; None where there is none. What leads here about a name says so."""
    if not ctx.conversation.names:
        return None
    if ctx.about == "name":
        return await _begin_renaming(ctx)
    said = _NUMBER.search(normalise(ctx.incoming.text))
    found = await mobiles.signed_up(ctx.session, ctx.openid, ctx.now)
    return await _begin(ctx, found, said[0] if said else "")


async def _begin(ctx: Context, found: Sequence[SignedUp], number: str) -> Text | None:
    if not found:
        return None
    of = _option(found)
    asked = await renumbering.begin(ctx, of=of)
    if number:
        return await renumbering.take(ctx, number)
    return Text(f"好的，改{of.label}留的手机号。\n\n{asked.body}")


async def _begin_renaming(ctx: Context) -> Text | None:
    found = await mobiles.signed_up(ctx.session, ctx.openid, ctx.now)
    if not found:
        return None
    of = _option(found)
    asked = await renaming.begin(ctx, of=of)
    meant = corrections.mistaken(ctx.incoming.text)
    if meant and meant[1]:
        return await renaming.take(ctx, meant[1])
    return Text(f"好的，改{of.label}留的姓名。\n\n{asked.body}")


@renaming.submitted
async def rename(ctx: Context, wanted: NewName) -> Text:
    ctx.understood("training-signup")
    done = await mobiles.rename(ctx.session, ctx.openid, wanted, ctx.now)
    if not done:
        return Text(_NOTHING_LEFT)
    return Text(f"改好了，{_option(done).label}的名单上是{masked_name(wanted.name)}了。")


@renumbering.submitted
async def change(ctx: Context, wanted: NewMobile) -> Text:
    ctx.understood("training-signup")
    try:
        done = await mobiles.change(ctx.session, ctx.openid, wanted, ctx.now)
    except MobileTaken as taken:
        raise Invalid(
            f"“{taken.of.title}”已经有人用这个手机号报过名了。和家人共用号码的话，请填另一个能找到您的手机号。",
            "mobile",
        ) from None
    if not done:
        return Text(_NOTHING_LEFT)
    member = await members.member(ctx.session, ctx.openid)
    other = (
        f"\n会员资料里留的是 {last_four(member.mobile)}，也要改的话，回复“改手机号”。"
        if member is not None and member.mobile != wanted.mobile
        else ""
    )
    return Text(f"改好了，{_option(done).label}有事就打 {last_four(wanted.mobile)} 联系您。{other}")


def _called(found: Sequence[SignedUp], words: str) -> Sequence[SignedUp]:
    """Those that the words name, by title or by kind; all where it is left open."""
    if titles.bare(words):
        return [one for one in found if titles.is_called(one.title, words)]
    kinds = [kind for kind, called in _KINDS.items() if called.search(words)]
    return [one for one in found if one.kind in (kinds or Kind)]


def _option(found: Sequence[SignedUp]) -> Option:
    return Option(mobiles.together(found), "、".join(f"“{one.title}”" for one in found))
