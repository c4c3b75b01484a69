"""training list, roster, cancel and certify: courses by command, until the console comes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.console import AsJson, Result, allowed, list_out, local, teller, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from storage.database import Database
from union import accesses, course_plans, courses, outcomes, seats
from union.attendance import CHECK_IN
from union.course_plans import Unfit
from union.courses import Course
from union.lines import Places
from union.outcomes import NumberTaken, Participant
from union.rights import Right, Staff
from union.trainings import Refused

app = typer.Typer(help="Courses, who is in them, and what becomes of them.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="Code of the course")]
Name = Annotated[str, typer.Option("--as", help="The staff member who does it")]
Decision = Callable[[AsyncSession, Course, Staff], Awaitable[Result]]
Listed = tuple[Course, Places]

_LISTED = timedelta(days=30)  # after a course has ended


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """Courses that are planned, run, or ended within thirty days; with the QR scene of each lesson in --json."""
    list_out(with_database(_listed), "courses", as_json, _line, _as_json)


@app.command()
def roster(code: Code, name: Name, as_json: AsJson = False) -> None:
    """Who signed up for a course, in the order in which they did; that a staff member saw it is written down."""

    async def _look(session: AsyncSession, course: Course, someone: Staff) -> Sequence[Participant]:
        found = await outcomes.roster(session, course.id)
        for one in found:
            what = f"course:{course.code}"
            await accesses.log(session, someone.id, what, "training roster", utc_now(), one.openid)
        return found

    list_out(_decide(code, name, _look), "people", as_json, _participant, asdict)


@app.command()
def cancel(
    code: Code,
    name: Name,
    reason: Annotated[str, typer.Option(help="Why, in words that are told to the workers")] = "",
) -> None:
    """Call a course off; all who have or want a seat are told."""

    async def _cancel(session: AsyncSession, course: Course, _: Staff) -> int:
        told = await course_plans.cancel(session, course.id, reason, utc_now())
        return await teller().tell(session, told, utc_now())

    typer.echo(f"{code} is cancelled; {_decide(code, name, _cancel)} told")


@app.command()
def certify(
    code: Code,
    name: Name,
    enrolment: Annotated[int, typer.Argument(help="Number of the enrolment, as in the roster")],
    number: Annotated[str, typer.Argument(help="Number of the certificate")],
) -> None:
    """Write down the number of a certificate and tell its owner."""

    async def _certify(session: AsyncSession, course: Course, _: Staff) -> bool:
        fact = await outcomes.certify(session, course.id, enrolment, number, utc_now())
        await teller().tell(session, [fact] if fact else [], utc_now())
        return fact is not None

    is_new = _decide(code, name, _certify)
    typer.echo(f"certificate {number}: " + ("written down and told" if is_new else "known already"))


async def _listed(database: Database) -> list[Listed]:
    async with database.read() as session:
        found = await courses.since(session, utc_now() - _LISTED)
        places = await seats.all_places(session, [course.id for course in found])
        return [(course, places.get(course.id, Places(0, 0))) for course in found]


def _decide(code: str, name: str, decision: Decision[Result]) -> Result:
    """What a staff member does about a course, in one transaction, or the end of the command with one line."""

    async def _work(database: Database) -> Result:
        async with database.write() as session:
            course = await courses.find_code(session, code)
            if course is None:
                fail(f"there is no course {code}")
            someone = await allowed(session, name, Right.TEACH, course.district)
            return await decision(session, course, someone)

    try:
        return with_database(_work)
    except NumberTaken as taken:
        fail(f"another certificate has the number {taken}")
    except (Refused, Unfit) as refusal:
        fail(f"not possible: {refusal}")


def _line(one: Listed) -> str:
    course, places = one
    full = f"{places.taken}/{course.seats}" + (f" +{places.waiting}" if places.waiting else "")
    state = "cancelled" if course.cancelled else full
    return f"{course.code}\t{local(course.starts_at)}\t{state}\t{course.title}\t{course.place}"


def _participant(one: Participant) -> str:
    cells = (one.enrolment, one.state, one.name, one.phone, f"attended {one.attended}", one.certificate)
    return "\t".join(map(str, cells)).rstrip()


def _as_json(one: Listed) -> dict[str, object]:
    course, places = one
    lessons = [
        {"starts_at": local(lesson.starts_at), "ends_at": local(lesson.ends_at), "scene": f"{CHECK_IN}{lesson.id}"}
        for lesson in course.lessons
    ]  # fmt: skip
    named = (
        "code", "title", "line", "academy", "district", "place", "seats", "audience", "works", "cancelled",
    )  # fmt: skip
    counts = {"taken": places.taken, "waiting": places.waiting, "free": places.free(course)}
    return {name: getattr(course, name) for name in named} | counts | {"lessons": lessons}
