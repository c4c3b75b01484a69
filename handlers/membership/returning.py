"""A member who unfollowed and came back: bound again by what only they and the roll know."""

import re

from dialogue import Context, Field, Invalid, Said, Text
from dialogue.answers import last_four, masked_name, mobile, person_name, plain
from handlers.membership import joining
from handlers.membership.words import capability
from union import consents, members, proofs
from union.consents import Purpose
from union.members import AlreadyMember
from union.proofs import BoundElsewhere, Proof, TooManyTries, WrongProof

_NUMBER = re.compile(r"(?:会员号|编号)?(?:是|为|[:：])?\s*([A-Z]{2}[0-9]{10})")
_PERSON = "回复“人工”，请工作人员帮您接。"


async def member_number(_: Context, said: Said) -> str:
    found = _NUMBER.fullmatch(re.sub(r"\s+", "", plain(said.text)).upper())
    if found is None:
        raise Invalid(
            f"会员号是两个字母加十个数字，入会办好时发给您的，比如 MM2026000001。找不到了，{_PERSON}"
        )
    return found[1]


proving = capability.form(
    Proof,
    Field(
        "mobile",
        "欢迎回来！核对三项，就把会籍给您接上。\n\n入会时登记的手机号？",
        accept=mobile,
        label="手机号",
        show=last_four,
        private=True,
    ),
    Field("name", "入会时的姓名？", accept=person_name, label="姓名", show=masked_name, private=True),
    Field("number", "您的会员号？", accept=member_number, label="会员号", private=True),
    confirm=(
        "请核对：\n{summary}\n\n没错就回复“确认”，表示同意工会继续用登记的资料做会员服务。\n"
        "要改哪一项，回复它的序号；不办了，回复“取消”。"
    ),
    topic="member-card",
)


@capability.says("接回会籍", "找回会籍", "恢复会籍", "接上会籍", "找回会员", "我是老会员")
async def begin(ctx: Context) -> Text:
    member = await members.member(ctx.session, ctx.openid)
    return Text(joining.card(member)) if member else await proving.begin(ctx)


@proving.submitted
async def come_back(ctx: Context, proof: Proof) -> Text:
    try:
        member = await proofs.come_back(ctx.session, ctx.openid, proof, ctx.now)
    except AlreadyMember:
        return await begin(ctx)
    except WrongProof as wrong:
        again = f"今天还可以试 {wrong.left} 次，回复“接回会籍”" if wrong.left else "今天先不试了"
        return Text(f"这三项和登记的没对上，可能有一项记岔了。{again}；拿不准，{_PERSON}")
    except TooManyTries:
        return Text(f"为了保护会籍，今天试的次数到了，明天可以再试。着急的话，{_PERSON}")
    except BoundElsewhere:
        return Text(f"这份会籍还连着另一个微信，为了安全要人工看一下。{_PERSON}")
    await consents.give(ctx.session, ctx.openid, Purpose.MEMBERSHIP, joining.NOTICE_VERSION, ctx.now)
    ctx.close_form(joining.join.name)  # begun before it was clear that they are a member
    ctx.understood("member-card")
    return Text(f"接上了，欢迎回来！\n\n{joining.card(member)}")
