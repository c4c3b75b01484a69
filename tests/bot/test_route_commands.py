"""notice and route, as an operator types them."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from messages import masses, outbox, routes
from messages.journal import Status, Via
from storage.database import Database
from tests.bot.shells import GOOD, Shell

ADMIN = ("--as", "管理员")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path, GOOD | {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3", "RATE_MASS": "0.5"})
    assert shell.invokes("staff", "add", "管理员", "--role", "admin").exit_code == 0
    return shell


def test_a_topic_is_given_a_template_and_loses_it_again(shell: Shell) -> None:
    fields = ("--field", "thing1=title", "--field", "time2=date")
    said = shell.invokes("notice", "declare", "welfare", "TPL-1", *fields, "--lasting", *ADMIN)
    assert said.stdout == "welfare goes by TPL-1\n"
    (row,) = json.loads(shell.invokes("notice", "templates", "--json").stdout)
    assert row == {
        "topic": "welfare", "template": "TPL-1", "lasting": True, "page": "", "thing1": "title", "time2": "date",
    }  # fmt: skip
    assert "1 templates" in shell.invokes("notice", "templates").stdout
    assert shell.invokes("notice", "withdraw", "welfare", *ADMIN).exit_code == 0
    assert shell.invokes("notice", "withdraw", "welfare", *ADMIN).stderr == "welfare has no template\n"
    wrong = shell.invokes("notice", "declare", "welfare", "TPL-1", "--field", "thing1", *ADMIN)
    assert wrong.stderr == "'thing1' is not FIELD=WHAT\n"


def test_a_route_that_was_shut_is_opened_by_hand(shell: Shell) -> None:
    now = datetime.now(UTC)

    async def shut() -> None:
        database = Database(shell.settings["DATABASE_URL"])
        async with database.connect() as connection:
            until = now + timedelta(hours=9)
            await routes.shut(connection, Via.CUSTOMER_SERVICE, until, "quota: 45009", now)
            await masses.book(connection, 7, datetime(2026, 12, 9, tzinfo=UTC).date(), "管理员", now)
        await database.close()

    asyncio.run(shut())
    assert "quota: 45009" in shell.invokes("route", "list").stdout
    rates = {
        row["route"]: row["a_second"] for row in json.loads(shell.invokes("route", "list", "--json").stdout)
    }
    assert rates == {"customer_service": 200, "subscription": 100, "mass": 0.5, "template": None}
    (booked,) = json.loads(shell.invokes("route", "calendar", "2026-12", "--json").stdout)
    assert booked == {"number": 1, "broadcast": 7, "day": "2026-12-09"}
    opened = shell.invokes("route", "reopen", "customer_service", *ADMIN)
    assert opened.stdout == "customer_service is open, 0 messages go now\n"
    again = shell.invokes("route", "reopen", "customer_service", *ADMIN)
    assert again.stderr == "customer_service is not shut\n"


def test_what_may_not_have_arrived_is_listed_without_saying_whose_it_is(shell: Shell) -> None:
    now = datetime.now(UTC)

    async def lose() -> None:
        database = Database(shell.settings["DATABASE_URL"])
        async with database.write() as session:
            await outbox.note(session, "o-secret", "陈大文，您好", Status.UNKNOWN, now, "bot")
            await outbox.note(session, "o-secret", "陈大文，早", Status.SENT, now, "bot")
        await database.close()

    assert shell.invokes("route", "unknown").stdout == "0 unknown\n"
    asyncio.run(lose())
    (row,) = json.loads(shell.invokes("route", "unknown", "--json").stdout)
    assert (row["about"], row["route"]) == ("notice", "customer_service")
    shown = shell.invokes("route", "unknown", "--days", "1").stdout
    assert "1 unknown" in shown
    assert "o-secret" not in shown
    assert "陈大文" not in shown
