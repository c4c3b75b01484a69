"""Staff enter the working days of a year that the lists do not know yet."""

import json
from pathlib import Path

from tests.bot.shells import GOOD, Shell


def test_days_are_entered_listed_and_taken_back(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {**GOOD, "DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3"})
    assert shell.invokes("staff", "add", "desk", "--role", "admin").exit_code == 0
    for words in (("2027-02-05", "--off", "--reason", "Spring Festival"), ("2027-02-13", "--working")):
        assert shell.invokes("calendar", "mark", *words, "--as", "desk").exit_code == 0
    rows = json.loads(shell.invokes("calendar", "list", "--json").stdout)
    assert [(row["day"], row["working"], row["noted_by"]) for row in rows] == [
        ("2027-02-05", False, "desk"),
        ("2027-02-13", True, "desk"),
    ]
    assert "2 days entered" in shell.invokes("calendar", "list").stdout
    assert shell.invokes("calendar", "unmark", "2027-02-05", "--as", "desk").exit_code == 0
    assert shell.invokes("calendar", "unmark", "2027-02-05", "--as", "desk").exit_code == 1
