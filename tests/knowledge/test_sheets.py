"""A knowledge base as a workbook: written, read, and the same; what Excel has made of a cell is not guessed at."""

import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from knowledge import contents, sheets
from knowledge.entries import Broken, Content, Problem
from knowledge.records import Record, gather
from tests.knowledge.bases import SPOILT, TOPICS, bases
from tests.knowledge.test_store import JOIN, PHONE

Row = Mapping[str, object]

ENTRY: Row = {
    "topic": "join-how",
    "question": "怎么入会",
    "phrasings": "入会\n\n加入 \r\n ",
    "answer": "回复“入会”。",
    "source": "章程",
    "effective": "2026-11-01",
    "reviewed": "2026-11-01",
    "review_by": "2027-05-01",
    "owner": "组织部",
    "place": "全国",
    "workers": "全体职工",
}
FACT: Row = {"fact": "union-phone", "label": "电话", "otherwise": "请打 12351", "owner": "办公室"}


def read_back(content: Content) -> Content:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "base.xlsx")
        file.write_bytes(sheets.as_workbook(content))
        problems: list[Problem] = []
        return gather(sheets.read_records(file, problems), TOPICS, problems)


def typed(folder: Path, **tables: Sequence[Row | None]) -> Path:
    """A workbook as people make it: Excel decides what a cell is. None is an empty row."""
    file = folder / "base.xlsx"
    with Workbook(file) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, rows in tables.items():
            sheet = book.add_worksheet(title)
            headings = list(dict.fromkeys(name for row in rows for name in row or ()))
            sheet.write_row(0, 0, headings)
            for number, row in enumerate(rows, start=1):
                for name, value in (row or {}).items():
                    form = day if isinstance(value, date | time) else None
                    sheet.write(number, headings.index(name), value, form)
    return file


def read(file: Path) -> tuple[list[Record], list[str]]:
    problems: list[Problem] = []
    return sheets.read_records(file, problems), list(map(str, problems))


@given(bases())
def test_what_is_written_is_read_again_as_it_was(content: Content) -> None:
    assert read_back(content) == content


def test_the_shipped_content_comes_back_as_it_was(tmp_path: Path) -> None:
    shipped = contents.read()
    file = tmp_path / "base.xlsx"
    file.write_bytes(sheets.as_workbook(shipped))
    assert gather(sheets.read_records(file, []), contents.read_catalogue()) == shipped


def test_every_cell_is_a_text_and_never_a_formula_or_a_link(tmp_path: Path) -> None:
    content = Content((replace(JOIN, phrasings=SPOILT, source="=1+1", owner="https://a.example"),), ())
    file = tmp_path / "base.xlsx"
    file.write_bytes(sheets.as_workbook(content))
    with CalamineWorkbook.from_path(file) as book:
        cells = [cell for row in book.get_sheet_by_name("entries").to_python() for cell in row]
    assert {type(cell) for cell in cells} == {str}
    with zipfile.ZipFile(file) as parts:
        written = b"".join(parts.read(name) for name in parts.namelist() if "sheets/" in name)
    assert re.findall(rb"<f\b|<hyperlink", written) == []
    assert set(re.findall(rb'<c [^>]*?t="(\w+)"', written)) == {b"s"}


@pytest.mark.parametrize("count, length, cells", [(250, 10, 1), (251, 10, 2), (600, 70, 3), (100, 900, 3)])
def test_phrasings_too_many_for_a_cell_go_on_in_the_next(
    tmp_path: Path, count: int, length: int, cells: int
) -> None:
    many = tuple(f"{number:-<{length}}" for number in range(count))
    few = replace(JOIN, id="join-cost", topic="join-cost", question="要钱吗", phrasings=("会费",))
    content = Content((replace(JOIN, phrasings=many), few), ())
    assert read_back(content) == content
    (tmp_path / "base.xlsx").write_bytes(sheets.as_workbook(content))
    with CalamineWorkbook.from_path(tmp_path / "base.xlsx") as book:
        headings, full, short = book.get_sheet_by_name("entries").to_python()
    names = ["phrasings", "phrasings 2", "phrasings 3"][:cells]
    assert headings[3 : 3 + cells + 1] == [*names, "answer"]
    assert all(len(str(cell).encode("utf-16-le")) <= 2 * 32_767 for cell in full)
    assert short[3 : 3 + cells] == ["会费", "", ""][:cells]


@pytest.mark.parametrize(
    "changed, message",
    [
        ({"phrasings": ("两\n行",)}, "a phrasing is one line"),
        ({"source": "长" * 32_768}, "source is longer than 32767 letters"),
        ({"owner": "\x00"}, "owner holds a control character"),
        ({"question": "\ud800"}, "question holds a control character"),
    ],
)
def test_what_a_workbook_could_not_give_back_is_not_written(
    changed: dict[str, str | tuple[str, ...]], message: str
) -> None:
    with pytest.raises(Broken) as refused:
        sheets.as_workbook(Content((replace(JOIN, **changed),), ()))  # type: ignore[arg-type]  # of several types
    assert str(refused.value) == f"entry join-how:1: {message}"


def test_what_people_type_is_read_with_its_row(tmp_path: Path) -> None:
    records, problems = read(typed(tmp_path, entries=[ENTRY, None, ENTRY], facts=[FACT]))
    assert problems == []
    assert [(record.file, record.line, record.is_fact) for record in records] == [
        ("base.xlsx:entries", 2, False),
        ("base.xlsx:entries", 4, False),
        ("base.xlsx:facts", 2, True),
    ]
    assert records[0].texts["phrasings"] == ("入会", "加入 ")
    assert gather(records[1:], TOPICS).facts == (PHONE,)


def test_a_date_that_excel_made_is_the_date(tmp_path: Path) -> None:
    days = {"effective": date(2026, 11, 1), "reviewed": datetime(2026, 11, 1)}  # noqa: DTZ001 - as Excel keeps it
    records, problems = read(typed(tmp_path, entries=[{**ENTRY, **days}]))
    assert problems == []
    assert records[0].texts["effective"] == records[0].texts["reviewed"] == ("2026-11-01",)


@pytest.mark.parametrize(
    "made",
    [
        {"answer": 668},
        {"answer": 0.8},
        {"phrasings": 12367},
        {"owner": True},
        {"source": date(2026, 3, 5)},
        {"effective": 46327},
        {"effective": True},
        {"effective": datetime(2026, 11, 1, 8, 30)},  # noqa: DTZ001 - as Excel keeps it
        {"effective": time(8, 30)},
    ],
)
def test_what_excel_has_made_of_a_cell_is_refused_with_its_row(tmp_path: Path, made: Row) -> None:
    (name,) = made
    records, problems = read(typed(tmp_path, entries=[ENTRY, {**ENTRY, **made}]))
    assert [problem.partition(" to Excel")[0].rpartition(" is")[0] for problem in problems] == [
        f"base.xlsx:entries:3: {name}"
    ]
    assert len(records) == 2


@pytest.mark.parametrize(
    "tables, expected",
    [
        ({"Sheet1": [ENTRY]}, "base.xlsx:1: has none of the sheets entries, facts"),
        ({"entries": [{**ENTRY, "anser": "x"}]}, "base.xlsx:entries:1: unknown column anser"),
        ({"entries": [{**ENTRY, "answer ": "x"}]}, "base.xlsx:entries:1: column answer is there twice"),
        ({"facts": [{**FACT, "phrasings 2": "x"}]}, "base.xlsx:facts:1: unknown column phrasings 2"),
        ({"facts": [{"fact": "x"}]}, "base.xlsx:facts:1: no column label"),
        ({"facts": [FACT, {"label": "x"}]}, "base.xlsx:facts:3: missing fact"),
        (
            {"entries": [ENTRY, {**ENTRY, "": "note"}]},
            "base.xlsx:entries:3: “note” is in a column without a heading",
        ),
    ],
)
def test_what_stands_where_nothing_is_looked_for_is_named(
    tmp_path: Path, tables: dict[str, list[Row]], expected: str
) -> None:
    assert expected in read(typed(tmp_path, **tables))[1]


def test_a_row_that_is_no_entry_is_refused_by_its_number(tmp_path: Path) -> None:
    rows = [ENTRY, {**ENTRY, "topic": "nothing", "question": "别的"}, {"topic": "join-cost"}]
    records, problems = read(typed(tmp_path, entries=rows))
    with pytest.raises(Broken) as broken:
        gather(records, TOPICS)
    assert problems == []
    assert [str(problem).partition(" ")[0] for problem in broken.value.problems] == [
        *("base.xlsx:entries:3:",) * 3,
        "base.xlsx:entries:4:",
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"topic,question\n", bytes(600)])
def test_what_is_no_workbook_is_said_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "base.xlsx").write_bytes(content)
    records, problems = read(tmp_path / "base.xlsx")
    assert records == []
    assert len(problems) == 1
    assert problems[0].startswith("base.xlsx:1: cannot be read")


def test_a_workbook_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    assert len(read(tmp_path / "absent.xlsx")[1]) == len(read(tmp_path)[1]) == 1
