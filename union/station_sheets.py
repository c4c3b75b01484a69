"""Stations as an Excel workbook that staff fill in, a row each; the words of its headings stand in station_sheets.yaml."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from union import hours, sheets
from union.sheets import Bad, Fault, Sheet
from union.station_words import KINDS, STATES
from union.station_words import SERVICES as _SERVICES
from union.stations import ADDRESS_LETTERS, CODE_LETTERS, NAME_LETTERS, Listed

HOURS_LETTERS, TELEPHONE_LETTERS = 256, 32
_SEPARATORS = re.compile(r"[、,，;；/\s]+")
# Guangdong and its neighbours: a degree more or less is a cell in the wrong column.
_LATITUDES, _LONGITUDES = (18.0, 27.0), (107.0, 119.0)


def template() -> bytes:
    """An empty workbook with the headings, and a second sheet that explains them."""
    return _sheet.template()


def read(path: Path) -> tuple[list[Listed], list[Fault]]:
    """The stations in the first sheet, and all that is wrong with it."""
    return _sheet.plans(path, "station", lambda row: Listed(**row.values))


def _degrees(least: float, most: float) -> Callable[[object], float]:
    def read_degrees(value: object) -> float:
        typed = sheets.text(value)
        try:
            degrees = float(typed)
        except ValueError:
            raise Bad(f"“{typed[:20]}” are no degrees") from None
        if not least <= degrees <= most:
            raise Bad(f"{typed[:20]} is not between {least:g} and {most:g}")
        return degrees

    return read_degrees


def _services(value: object) -> tuple[str, ...]:
    keys = {name: key for key, name in _SERVICES.items()}
    names = list(filter(None, _SEPARATORS.split(sheets.text(value))))
    for name in names:
        if name not in keys:
            raise Bad(f"“{name[:20]}” is not one of {', '.join(keys)}")
    return tuple(sorted({keys[name] for name in names}))


def _hours(value: object) -> str:
    words = sheets.line(HOURS_LETTERS)(value)
    try:
        hours.read(words)
    except hours.Unclear as unclear:
        raise Bad(str(unclear)) from None
    return words


_READ: Mapping[str, Callable[[object], object]] = {
    "code": sheets.code(CODE_LETTERS),
    "name": sheets.line(NAME_LETTERS),
    "kind": sheets.one_of({key: names[0] for key, names in KINDS.items()}),
    "district": sheets.district,
    "address": sheets.line(ADDRESS_LETTERS),
    "latitude": _degrees(*_LATITUDES),
    "longitude": _degrees(*_LONGITUDES),
    "services": _services,
    "hours": _hours,
    "telephone": sheets.line(TELEPHONE_LETTERS),
    "keeper": sheets.line(NAME_LETTERS),
    "state": sheets.one_of(STATES, "open"),
    "note": sheets.line(NAME_LETTERS),
}
_sheet = Sheet(sheets.words(__file__), _READ)
