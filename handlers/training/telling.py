"""What is told of courses to workers who are not writing; and what a tapped line leads to."""

from dialogue import Context, Matter, Notice, Text, Transaction
from dialogue.moments import day, hour, moment
from dialogue.offers import kept_or_left, subject
from handlers.training import browsing, learning, leaving, signing
from handlers.training.words import capability, card, lesson_time, times, where
from union import reminders
from union.trainings import (
    CertificateIssued,
    CourseCancelled,
    CourseMoved,
    FeedbackAsked,
    OfferExpired,
    Reminder,
    SeatOffered,
    WaitingEnded,
)

_GONE = "这一条用不上了。回复“培训”看近期的课，回复“我的培训”看您报的课。"


@capability.picks
async def pick(ctx: Context, argument: str) -> Text:
    """A line of one of our lists, maybe of long ago."""
    deed, *numbers = argument.split("=")
    if not all(number.isdecimal() and len(number) < 16 for number in numbers):
        return Text(_GONE)
    match deed, [int(number) for number in numbers]:
        case "list", []:
            return await browsing.show(ctx)
        case "stay", []:
            return await leaving.stay(ctx)
        case "see", [course]:
            return await browsing.see(ctx, course)
        case "join", [course]:
            return await signing.join(ctx, course)
        case "take", [course]:
            return await signing.take(ctx, course)
        case "quit", [course]:
            return await leaving.ask_to_leave(ctx, course)
        case "leave", [course]:
            return await leaving.leave(ctx, course)
        case "stars", [course, stars] if 1 <= stars <= 5:
            return await learning.rate(ctx, course, stars)
        case "checkin", []:
            return await learning.explain_check_in(ctx)
        case "words", [course]:
            return await learning.write(ctx, course)
    return Text(_GONE)


@capability.tells(SeatOffered)
def seat_offered(fact: SeatOffered) -> Notice:
    course = fact.course
    return Notice(
        f"轮到您了！“{course.title}”空出一个名额，给您留到{moment(fact.until)}。\n\n{times(course)}\n地点：{where(course)}\n\n"
        "要的话回复“要名额”，不要就回复“不要名额”，过了时间就让给下一位。",
        fact.until,
        kept_or_left(capability.name, course.id),
        topic=subject(capability.name, course.id),
        own=Transaction(Matter.TRAINING, course.title, f"有名额，留到{moment(fact.until)}", "回复“要名额”"),
    )


@capability.tells(OfferExpired)
def offer_expired(fact: OfferExpired) -> Notice:
    then = (
        "还没有别人排。还想上的话，回复“要名额”，空着就是您的。"
        if fact.still_free
        else "已经让给下一位。还想上的话，回复“培训”再排一次。"
    )
    return Notice(
        f"“{fact.course.title}”给您留的名额过了时间，{then}",
        fact.course.starts_at,
        topic=subject(capability.name, fact.course.id),
    )


@capability.tells(WaitingEnded)
def waiting_ended(fact: WaitingEnded) -> Notice:
    return Notice(f"“{fact.course.title}”已经开课，这次没能排上，抱歉。回复“培训”看看别的课，下次早点报。")


@capability.tells(CourseCancelled)
def course_cancelled(fact: CourseCancelled) -> Notice:
    why = f"原因：{fact.reason}。" if fact.reason else ""
    said, then = f"{day(fact.course.starts_at)}的取消了，请不要去现场", "回复“培训”看看别的"
    return Notice(
        f"通知：您报的“{fact.course.title}”（{moment(fact.course.starts_at)}）取消了，请不要去现场。{why}"
        "给您添麻烦了，回复“培训”看看别的课。",
        fact.course.ends_at,
        own=Transaction(Matter.TRAINING, fact.course.title, said, then, whole=not fact.reason),
        before=fact.course.starts_at,
    )


@capability.tells(CourseMoved)
def course_moved(fact: CourseMoved) -> Notice:
    return Notice(
        f"通知：您报的课时间或地点改了，现在是：\n\n{card(fact.course)}\n\n去不了的话，回复“取消报名”。",
        fact.course.ends_at,
        own=Transaction(Matter.TRAINING, fact.course.title, "时间或地点改了", "回复“我的培训”看新安排"),
        before=fact.course.starts_at,
    )


@capability.tells(Reminder)
def reminder(fact: Reminder) -> Notice:
    when = "明天" if fact.eve else "今天"
    return Notice(
        f"提醒您：“{fact.course.title}”{when}上课。\n{lesson_time(fact.lesson)}\n地点：{where(fact.course)}\n\n"
        f"到了扫现场的码签到（{hour(fact.lesson.starts_at)}前）。去不了请回复“取消报名”，把位子让给别人。",
        reminders.holds_until(fact.lesson.starts_at, eve=fact.eve),
    )


@capability.tells(CertificateIssued)
def certificate_issued(fact: CertificateIssued) -> Notice:
    return Notice(
        f"恭喜您！“{fact.course.title}”的证书发下来了，编号 {fact.number}。回复“我的培训”随时能查到编号。",
        own=Transaction(Matter.TRAINING, fact.course.title, "证书发下来了", "回复“我的培训”查编号"),
    )


@capability.tells(FeedbackAsked)
def feedback_asked(fact: FeedbackAsked) -> Notice:
    return Notice(
        f"“{fact.course.title}”（{day(fact.course.starts_at)}）上完了，觉得怎么样？点一下给个分，我们好改进；也可以回复“评价课程”。",
        choices=tuple(learning.stars_of(fact.course.id)),
    )
