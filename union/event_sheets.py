"""Events as an Excel workbook, a row each; the words of its headings stand in event_sheets.yaml."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from union import course_sheets, sheets
from union.course_sheets import AT_ONCE, MOST_SEATS
from union.courses import CODE_LETTERS, PLACE_LETTERS, TITLE_LETTERS, Audience
from union.event_plans import Plan, QuotaPlan
from union.events import DETAILS_LETTERS, Sort
from union.sheets import Bad, Fault, Row, Sheet

MOST_QUOTAS = 20
# Somewhere in the province, so that the two numbers are not the wrong way round.
_LATITUDES, _LONGITUDES = (20.0, 26.0), (109.0, 118.0)
_COORDINATES = re.compile(r"(\d+(?:\.\d+)?)\s*[,，;\s]\s*(\d+(?:\.\d+)?)")
_QUOTA = re.compile(r"(.*?)[\s:：]*(\d+)\D?")
_words = sheets.words(__file__)


def template() -> bytes:
    """An empty workbook with the headings, and a second sheet that explains them."""
    return _sheet.template()


def read(path: Path) -> tuple[list[Plan], list[Fault]]:
    """The plans in the first sheet, and all that is wrong with it."""
    return _sheet.plans(path, "event", _plan, _faults)


def _faults(row: Row) -> Sequence[Fault]:
    values = row.values
    opens, closes = values["opens_at"] or AT_ONCE, values["closes_at"] or values["starts_at"]
    reasons = (
        (values["ends_at"] <= values["starts_at"], "ends_at", "is not after the beginning"),
        (closes > values["starts_at"], "closes_at", "is after the event has begun"),
        (closes <= opens, "closes_at", "is not after the sign-up opens"),
    )
    return [Fault(row.number, _sheet.heading(field), what) for holds, field, what in reasons if holds]


def _plan(row: Row) -> Plan:
    values = dict(row.values)
    latitude, longitude = values.pop("coordinates")
    values["closes_at"] = values["closes_at"] or values["starts_at"]
    values["opens_at"] = values["opens_at"] or AT_ONCE
    return Plan(**values, latitude=latitude, longitude=longitude)


def _when(read_moment: Callable[[object], datetime | None]) -> Callable[[object], datetime]:
    def read_when(value: object) -> datetime:
        found = read_moment(value)
        if found is None:
            raise Bad("is empty")
        return found

    return read_when


def _coordinates(value: object) -> tuple[float | None, float | None]:
    typed = sheets.text(value)
    if not typed:
        return None, None
    match = _COORDINATES.fullmatch(typed)
    latitude, longitude = map(float, match.groups()) if match else (0.0, 0.0)
    if not (_LATITUDES[0] <= latitude <= _LATITUDES[1] and _LONGITUDES[0] <= longitude <= _LONGITUDES[1]):
        raise Bad(f"“{typed[:40]}” is not a latitude and a longitude such as 21.6629,110.9192")
    return latitude, longitude


def _quotas(value: object) -> tuple[QuotaPlan, ...]:
    lines = list(filter(None, (line.strip() for line in sheets.text(value).splitlines())))
    quotas = [_quota(line) for line in lines]
    if len({(one.sort, one.whose) for one in quotas}) < len(quotas):
        raise Bad("names a quota twice")
    if len(quotas) > MOST_QUOTAS:
        raise Bad(f"has {len(quotas)} quotas, at most {MOST_QUOTAS}")
    return tuple(quotas)


def _quota(line: str) -> QuotaPlan:
    match = _QUOTA.fullmatch(line)
    if match is None:
        raise Bad(f"“{line[:20]}” is not a number, or a district or kind of work with one")
    seats = sheets.whole(1, MOST_SEATS)(match[2])
    name = match[1].strip()
    if name in ("", _words["others"]):
        return QuotaPlan(Sort.ALL, "", seats)
    work = course_sheets.work_called(name)
    return (
        QuotaPlan(Sort.WORK, work, seats) if work else QuotaPlan(Sort.DISTRICT, sheets.district(name), seats)
    )


_READ: Mapping[str, Callable[[object], object]] = {
    "code": sheets.code(CODE_LETTERS),
    "kind": sheets.one_of(_words["kinds"]),
    "title": sheets.line(TITLE_LETTERS),
    "host": sheets.line(TITLE_LETTERS),
    "district": sheets.district,
    "place": sheets.line(PLACE_LETTERS),
    "coordinates": _coordinates,
    "starts_at": _when(sheets.moment),
    "ends_at": _when(sheets.last_moment),
    "audience": lambda value: Audience(sheets.one_of(_words["audiences"], Audience.ANYONE)(value)),
    "quotas": _quotas,
    "opens_at": sheets.moment,
    "closes_at": sheets.last_moment,
    "details": sheets.line(DETAILS_LETTERS),
}
_sheet = Sheet(_words, _READ)
