"""What staff decided, in words for the worker."""

from dialogue import Choice, Matter, Notice, Transaction
from handlers.membership.words import FIELDS, capability
from union.applications import IDENTITY, Kind
from union.approvals import (
    ApplicationAdvanced,
    ApplicationDeclined,
    ApplicationReturned,
    MemberAdmitted,
    MemberMoved,
)
from union.corrections import RollCorrected


@capability.tells(ApplicationAdvanced)
def advanced(fact: ApplicationAdvanced) -> Notice:
    begun = f"您的入会申请（编号 {fact.application_id}）"
    if not fact.reviewer:
        own = _own(fact.application_id, "已看过，等最后确认", "有结果再告诉您")
        return Notice(f"{begun}，市总工会已经看过，正在做最后确认。有结果再告诉您。", own=own)
    return Notice(
        f"{begun}，{fact.reviewer}已经同意，现在等市总工会确认。有结果再告诉您。",
        own=_own(fact.application_id, "已同意，等市总工会确认", "有结果再告诉您"),
    )


@capability.tells(ApplicationReturned)
def returned(fact: ApplicationReturned) -> Notice:
    begun = f"您的入会申请（编号 {fact.application_id}）还差一点：{FIELDS[fact.field]}要改，{fact.reason}。"
    said = f"还差一点：{FIELDS[fact.field]}要改"
    if fact.field == IDENTITY:
        own = _own(fact.application_id, said, "回复“填写身份证号”", whole=False)
        return Notice(f"{begun}\n别发在聊天里，回复“填写身份证号”，在专门的页面填。", own=own)
    return Notice(
        f"{begun}\n别的都不用重填，回复“补正”就能接着办。",
        choices=(Choice("补正", "membership", "mend"),),
        own=_own(fact.application_id, said, "回复“补正”看怎么改"),
    )


@capability.tells(ApplicationDeclined)
def declined(fact: ApplicationDeclined) -> Notice:
    own = _own(fact.application_id, "这次没有通过", "回复任意内容看原因", fact.kind, whole=False)
    if fact.kind is Kind.MOVE:
        return Notice(
            f"您的转会申请（编号 {fact.application_id}）这次没有通过：{fact.reason}。\n"
            "您还是原来工会的会员，什么都不耽误。改好了可以再报，回复“转会”；有疑问回复“人工”。",
            own=own,
        )
    return Notice(
        f"您的申请（编号 {fact.application_id}）这次没有通过：{fact.reason}。\n"
        "情况变了可以再报，回复“入会”；有疑问回复“人工”，或打职工热线 12351。",
        own=own,
    )


@capability.tells(MemberAdmitted)
def admitted(fact: MemberAdmitted) -> Notice:
    return Notice(
        f"恭喜您，入会办好了！\n会员号：{fact.number}\n所在工会：{fact.organisation}\n\n"
        "有事随时找我：欠薪、工伤、培训、困难帮扶，打字问就行。",
        own=Transaction(Matter.MEMBERSHIP, "入会申请", "入会办好了", "回复“入会”看会员号"),
    )


@capability.tells(MemberMoved)
def moved(fact: MemberMoved) -> Notice:
    own = Transaction(Matter.MEMBERSHIP, "转会申请", "转会办好了，会员号不变", "回复“入会”看现在的工会")
    return Notice(f"转会办好了，您现在属于{fact.organisation}，会员号还是 {fact.number}。", own=own)


@capability.tells(RollCorrected)
def corrected(fact: RollCorrected) -> Notice:
    return Notice(
        f"会员 {fact.number} 的登记，工作人员刚刚改了一处。是您要改的就不用管；不是的话，请马上回复“人工”，或打 12351。"
    )


def _own(id: int, text: str, then: str, kind: Kind = Kind.JOIN, *, whole: bool = True) -> Transaction:
    title = f"{'转会' if kind is Kind.MOVE else '入会'}申请（编号 {id}）"
    return Transaction(Matter.MEMBERSHIP, title, text, then, whole)
