"""template, as an operator types it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from messages import transactions
from messages.transactions import Matter
from storage.database import Database
from tests.bot.shells import GOOD, Shell

ADMIN = ("--as", "管理员")
FIELDS = ("--field", "thing1=title", "--field", "thing2=text", "--field", "time3=date")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path, GOOD | {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3"})
    assert shell.invokes("staff", "add", "管理员", "--role", "admin").exit_code == 0
    assert shell.invokes("staff", "add", "办事员", "--role", "auditor", *ADMIN).exit_code == 0
    return shell


def test_a_matter_is_given_a_template_and_loses_it_again(shell: Shell) -> None:
    said = shell.invokes("template", "declare", "training", "TPL-1", *FIELDS, *ADMIN)
    assert said.stdout == "training goes by TPL-1\n"
    (row,) = json.loads(shell.invokes("template", "list", "--json").stdout)
    assert row == {
        "matter": "training", "template": "TPL-1", "page": "", "thing1": "title", "thing2": "text", "time3": "date",
    }  # fmt: skip
    assert shell.invokes("template", "withdraw", "training", *ADMIN).exit_code == 0
    assert shell.invokes("template", "withdraw", "training", *ADMIN).stderr == "training has no template\n"
    assert shell.invokes("template", "declare", "training", "TPL-1", *FIELDS, "--as", "办事员").exit_code != 0


def test_what_the_platform_would_refuse_is_not_declared(shell: Shell) -> None:
    wrong = shell.invokes("template", "declare", "desk", "TPL-1", "--field", "thing1=title", *ADMIN)
    assert wrong.stderr == "one field must be text: how the transaction stands\n"
    assert shell.invokes("template", "declare", "marketing", "TPL-1", *FIELDS, *ADMIN).exit_code == 2
    assert "0 templates" in shell.invokes("template", "list").stdout


def test_one_that_the_platform_has_refused_is_shown_with_the_reason_until_it_is_declared_anew(
    shell: Shell,
) -> None:
    shell.invokes("template", "declare", "training", "TPL-1", *FIELDS, *ADMIN)

    async def refuse() -> None:
        database = Database(shell.settings["DATABASE_URL"])
        async with database.connect() as connection:
            service = (await transactions.declared(connection))[Matter.TRAINING]
            until = datetime.now(UTC) + timedelta(hours=1)
            await transactions.put_aside(connection, service, "configuration: 43116", until)
        await database.close()

    asyncio.run(refuse())
    assert "configuration: 43116" in shell.invokes("template", "list").stdout
    shell.invokes("template", "declare", "training", "TPL-1", *FIELDS, *ADMIN)
    assert "43116" not in shell.invokes("template", "list").stdout
