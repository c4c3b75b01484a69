"""What staff decided, in words for the worker."""

from dialogue import Choice, Notice
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
    return Notice(
        f"您的入会申请（编号 {fact.application_id}），{fact.organisation}已经同意，现在等市总工会确认。有结果再告诉您。"
    )


@capability.tells(ApplicationReturned)
def returned(fact: ApplicationReturned) -> Notice:
    begun = f"您的入会申请（编号 {fact.application_id}）还差一点：{FIELDS[fact.field]}要改，{fact.reason}。"
    if fact.field == IDENTITY:
        return Notice(f"{begun}\n别发在聊天里，回复“填写身份证号”，在专门的页面填。")
    return Notice(
        f"{begun}\n别的都不用重填，回复“补正”就能接着办。", choices=(Choice("补正", "membership", "mend"),)
    )


@capability.tells(ApplicationDeclined)
def declined(fact: ApplicationDeclined) -> Notice:
    if fact.kind is Kind.MOVE:
        return Notice(
            f"您的转会申请（编号 {fact.application_id}）这次没有通过：{fact.reason}。\n"
            "您还是原来工会的会员，什么都不耽误。改好了可以再报，回复“转会”；有疑问回复“人工”。"
        )
    return Notice(
        f"您的申请（编号 {fact.application_id}）这次没有通过：{fact.reason}。\n"
        "情况变了可以再报，回复“入会”；有疑问回复“人工”，或打职工热线 12351。"
    )


@capability.tells(MemberAdmitted)
def admitted(fact: MemberAdmitted) -> Notice:
    return Notice(
        f"恭喜您，入会办好了！\n会员号：{fact.number}\n所在工会：{fact.organisation}\n\n"
        "有事随时找我：欠薪、工伤、培训、困难帮扶，打字问就行。"
    )


@capability.tells(MemberMoved)
def moved(fact: MemberMoved) -> Notice:
    return Notice(f"转会办好了，您现在属于{fact.organisation}，会员号还是 {fact.number}。")


@capability.tells(RollCorrected)
def corrected(fact: RollCorrected) -> Notice:
    return Notice(
        f"会员 {fact.number} 的登记，工作人员刚刚改了一处。是您要改的就不用管；不是的话，请马上回复“人工”，或打 12351。"
    )
