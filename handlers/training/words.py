"""What all talk about courses has in common: a course in a line or on a card, and why something cannot be."""

from dialogue import Capability, moments
from dialogue.moments import day, hour, moment
from union import course_sheets, places
from union.courses import Audience, Course, Lesson
from union.refusals import Why
from union.trainings import Refused

capability = Capability("training", title="培训报名")

_MOST_LESSONS = 6  # on a card


def until(course: Course) -> str:
    """How long one can sign up."""
    return moments.until(min(course.closes_at, course.starts_at))


def lesson_time(lesson: Lesson) -> str:
    return f"{moment(lesson.starts_at)}—{hour(lesson.ends_at)}"


def short(course: Course) -> str:
    """The course in a list and in a summary."""
    return f"{course.title}，{moment(course.starts_at)}"


def where(course: Course) -> str:
    return places.address(course.district, course.place)


def times(course: Course) -> str:
    lines = [lesson_time(lesson) for lesson in course.lessons[:_MOST_LESSONS]]
    if len(course.lessons) > _MOST_LESSONS:
        lines.append(f"……共 {len(course.lessons)} 次，到{day(course.ends_at)}")
    return "\n".join(lines)


def card(course: Course) -> str:
    """All that somebody wants to know who has not decided yet."""
    lines = [f"【{course.title}】", times(course), f"地点：{where(course)}"]
    if course.academy:
        lines.append(f"主办：{course.academy}")
    if course.works:
        lines.append(f"招：{'、'.join(course_sheets.work_names(course.works))}")
    if course.audience is Audience.MEMBERS:
        lines.append("只招工会会员")
    if course.details:
        lines.append(course.details)
    return "\n".join(lines)


def refusal(refused: Refused) -> str:
    """Why not, and what to do instead."""
    course = refused.course
    if course is None:
        return "这门课找不到了，可能已经撤下。回复“培训”看看近期的课。"
    title = f"“{course.title}”"
    if refused.why is Why.NOT_YET:
        return f"{title}还没开始报名，{moment(course.opens_at)}开始，到时候回复“培训”就能报。"
    if refused.why is Why.OTHER_WORK:
        works = "、".join(course_sheets.work_names(course.works))
        return f"{title}这一期只招{works}。回复“培训”看看别的课；工种登记错了，回复“修改资料”。"
    if refused.why is Why.TOO_EARLY and refused.lesson is not None:
        return (
            f"还没到签到的时候。{title}{moment(refused.lesson.starts_at)}上课，开课前一小时起可以扫码签到。"
        )
    return f"{title}{_REFUSALS[refused.why]}"


_REFUSALS = {
    Why.UNKNOWN: "找不到了。回复“培训”看看近期的课。",
    Why.CANCELLED: "已经取消，不开了。回复“培训”看看别的课。",
    Why.CLOSED: "报名已经截止了。回复“培训”看看别的课。",
    Why.BEGUN: "已经开课了。回复“培训”看看别的课。",
    Why.MEMBERS_ONLY: "只招工会会员。还没入会的话，回复“入会”，几分钟就能申请；也可以回复“培训”看看别的课。",
    Why.ENROLLED: "您已经报上了，不用再报。回复“我的培训”可以看时间地点。",
    Why.WAITING: "您已经在排候补了，有空位马上告诉您。回复“我的培训”看排到第几。",
    Why.OFFERED: "正给您留着一个名额，回复“要名额”就是您的。",
    Why.PHONE_TAKEN: "用这个手机号报过名了。和家人共用号码的话，请填另一个能找到您的手机号。",
    Why.NOT_ENROLLED: "您没有在名单上。回复“我的培训”看看您报了哪些课，回复“人工”找工作人员。",
    Why.NOTHING_OFFERED: "现在没有给您留的名额，可能已经过了时间。回复“我的培训”看看排到第几。",
    Why.LESSON_OVER: "这一节已经下课，签不了到了。人到了没签上的，请告诉老师，或回复“人工”。",
    Why.TOO_LATE: "上完很久了，评价已经收好。有话想说，回复“人工”告诉我们。",
    Why.NOT_OVER: "还没上完，上完再请您评价。",
}
