"""Broadcasts as staff handle them: each finds their own, however many others there are."""

from datetime import timedelta

from dialogue.broadcasts import Broadcasts, trouble_of
from messages import launches, results
from messages.audiences import Audiences
from messages.drafts import Draft
from messages.outbox import Lane, expand
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from tests.dialogue.talks import NOON
from union import staff
from union.announcements import Trouble
from union.audiences import QUERIES
from union.rights import Role

UNTIL = NOON + timedelta(hours=9)


async def test_those_of_a_district_find_theirs_behind_many_of_others(database: Database) -> None:
    await migrate(database, Base.metadata)
    broadcasts = Broadcasts(Audiences(QUERIES))
    async with database.write() as session:
        one = await staff.add(session, "茂南经办", {Role.OFFICER}, "maonan", NOON)
        own = await launches.draft(session, Draft(("district:maonan",), "自己的", UNTIL), one.id, NOON)
        for number in range(50):
            await launches.draft(session, Draft(("everybody",), f"别人的{number}", UNTIL), "9", NOON)
        assert [its.id for its in await broadcasts.alive(session, one)] == [own.id]


async def test_deliveries_are_read_by_openid_each_once(database: Database) -> None:
    await migrate(database, Base.metadata)
    people = [f"o{number:02}" for number in range(7)]
    async with database.write() as session:
        its = await launches.draft(session, Draft(("everybody",), "消息", UNTIL), "1", NOON)
        await expand(await session.connection(), its.id, people[::-1], "消息", Lane.BULK, UNTIL, NOON)
        read: list[str] = []
        while part := await results.received(session, its.id, read[-1] if read else "", 3):
            read += [one.openid for one in part]
    assert read == people


def test_a_reason_of_the_bot_is_known_by_its_beginning() -> None:
    reasons = {
        "content: 87014 risky content": Trouble.CONTENT,
        "the platform's verdict: err(10001)": Trouble.CONTENT,
        "configuration: 48001 api unauthorized": Trouble.SETTINGS,
        "20 in a row: unknown: no answer timeout": Trouble.PLATFORM,
        "写错了字": None,
        "": None,
    }
    assert {reason: trouble_of(reason) for reason in reasons} == reasons
