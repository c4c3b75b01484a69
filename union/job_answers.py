"""What a worker says who was asked whether the work began or the money came, in their own words. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from union import sheets
from union.job_questions import About

_words = sheets.words(__file__)
_MOST_SAID = 40
_parts: dict[str, str] = {}
for _name, _part in _words["parts"].items():  # one may be made of those above it
    _parts[_name] = _part.format(**_parts)


def _reading(answers: Sequence[Mapping[str, Any]]) -> re.Pattern[str]:
    said = "|".join(f"(?P<said{place}>{one['said'].format(**_parts)})" for place, one in enumerate(answers))
    return re.compile(
        rf"[“\"'【\s]*(?:{said})"
        rf"{_words['end']}(?:[\s,，。.;；!！?？~～、”\"'】]+(?P<apart>.*)|(?P<behind>{_words['reason']}.*))?",
        re.DOTALL,
    )


_SAID, _LOOSE = _reading(_words["answers"]), _reading(_words["loose"])
_BUT, _LESS = re.compile(_words["but"]), re.compile(_words["less"])


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said: about which question, None for whatever was asked, and what followed.

    `word` is yes, no or later, "" for a no that may be a “not yet”. Unless `certain`, it answers only what was asked right before.
    """

    about: About | None
    word: str
    certain: bool
    rest: str


def read(text: str) -> Answer | None:
    """What may be an answer, unless more was said that takes it back; whether anything was asked is for others to know."""
    return _read(text, _SAID, _words["answers"])


def read_loosely(text: str) -> Answer | None:
    """As `read`, of a text right below the question."""
    return _read(text, _LOOSE, _words["loose"])


def _read(text: str, reading: re.Pattern[str], answers: Sequence[Mapping[str, Any]]) -> Answer | None:
    if len(text) > _MOST_SAID:  # as most texts are
        return None
    found = reading.fullmatch(text)
    if found is None:
        return None
    said = next(one for place, one in enumerate(answers) if found[f"said{place}"] is not None)
    about = About(said["about"]) if said["about"] else None
    rest = (found["apart"] or found["behind"] or "").strip()
    if _BUT.search(rest) or (said["word"] == "yes" and _LESS.search(rest)):
        return None
    return Answer(about, said["word"], said.get("certain", False), rest)
