"""What a worker says who was asked whether the work began or the money came, in their own words. Pure."""

import re
from dataclasses import dataclass

from union import sheets
from union.job_questions import About

_words = sheets.words(__file__)
_MOST_SAID = 40
_PATTERNS = [one["said"].format(**_words["parts"]) for one in _words["answers"]]
_SAID = re.compile(
    rf"[“\"'【\s]*(?:{'|'.join(f'(?P<said{place}>{pattern})' for place, pattern in enumerate(_PATTERNS))})"
    rf"{_words['end']}(?:[\s,，。.;；!！?？~～、”\"'】]+(?P<apart>.*)|(?P<behind>{_words['reason']}.*))?",
    re.DOTALL,
)
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
    if len(text) > _MOST_SAID:  # as most texts are
        return None
    found = _SAID.fullmatch(text)
    if found is None:
        return None
    said = next(one for place, one in enumerate(_words["answers"]) if found[f"said{place}"] is not None)
    about = About(said["about"]) if said["about"] else None
    rest = (found["apart"] or found["behind"] or "").strip()
    if _BUT.search(rest) or (said["word"] == "yes" and _LESS.search(rest)):
        return None
    return Answer(about, said["word"], said["certain"], rest)
