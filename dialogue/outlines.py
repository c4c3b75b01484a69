"""What follows from the answers so far: which question comes next, what is summed up, and how it is shown."""

from collections.abc import Sequence

from dialogue import corrections, earlier, wording
from dialogue.answers import one_of
from dialogue.fields import Answers, Field
from dialogue.values import Answer, Opened, Option, Value
from knowledge.normal import simplified

# Instead of a field: the question which answer is to be changed.
WHICH = "*"


class Outline:
    """The fields of a form in their order; nothing counts steps."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = fields
        self.is_private = any(field.private for field in fields)

    def asked(self, opened: Opened) -> Field | None:
        """The field that is being changed, else what is on offer, else the first that applies and has no answer."""
        if opened.editing:
            return self.which(opened) if opened.editing == WHICH else self.named(opened.editing)
        return earlier.question(opened) if opened.offer else self._next(opened)

    def offerable(self, opened: Opened) -> Sequence[Field]:
        """The fields without an answer for which one may be offered, if one of them is asked now and none was."""
        field = self._next(opened)
        if field is None or not field.known_as or opened.editing or opened.anew or opened.mending:
            return ()
        return [one for one in self._fields if one.known_as and self._is_open(one, opened)]

    def _next(self, opened: Opened) -> Field | None:
        return next((one for one in self._fields if self._is_open(one, opened)), None)

    def _is_open(self, field: Field, opened: Opened) -> bool:
        return field.name not in opened.answers and self.applies(field, opened)

    def lacking(self, asked: Field, opened: Opened) -> Sequence[Field]:
        """The other fields without an answer, where the one that is asked has none either."""
        if asked.name in opened.answers:
            return ()
        return [one for one in self.unanswered(opened) if one.name != asked.name]

    def unanswered(self, opened: Opened) -> Sequence[Field]:
        return [one for one in self._fields if self._is_open_yet(one, opened)]

    def _is_open_yet(self, field: Field, opened: Opened) -> bool:
        try:
            return self._is_open(field, opened)
        except KeyError:  # it depends on an answer that is not there yet
            return False

    def named(self, name: str) -> Field | None:
        return next((one for one in self._fields if one.name == name), None)

    def listed_under(self, name: str, opened: Opened) -> Field | None:
        """The question whose list a line belongs to; one of what was on offer only while it is."""
        if name == earlier.SAME:
            return earlier.question(opened) if opened.offer else None
        return self.which(opened) if name == WHICH else self.named(name)

    def which(self, opened: Opened) -> Field:
        """Asks which of what was given is to be changed; what is typed there may be anything."""
        given = one_of(self.given(self.summed(opened), opened))
        return Field(WHICH, wording.CHANGE_WHICH, given, wording.TO_CHANGE, private=self.is_private)

    def given(self, fields: Sequence[Field], opened: Opened) -> list[Option]:
        """The answers to these fields as lines of a list, of which one is to be changed."""
        return [Option(one.name, f"{one.label}：{self.shown(one, opened)}") for one in fields]

    def lines(self, opened: Opened) -> list[str]:
        """What is summed up, numbered."""
        summed = enumerate(self.summed(opened), 1)
        return [f"{number}. {one.label}：{self.shown(one, opened)}" for number, one in summed]

    def still(self, fields: Sequence[Field], opened: Opened) -> str:
        """That their answers are what they were, in words."""
        return "".join(wording.still(one.label, self.shown(one, opened)) for one in fields)

    def applies(self, field: Field, opened: Opened) -> bool:
        return field.when is None or field.when(_values(opened))

    def summed(self, opened: Opened) -> list[Field]:
        """The fields that have an answer and apply."""
        return [one for one in self._fields if one.name in opened.answers and self.applies(one, opened)]

    def called(self, what: str, opened: Opened) -> tuple[Field, str] | None:
        """The one answered field that a number of the summary or a label names, and what stands behind the label."""
        summed = self.summed(opened)
        if numbered := corrections.of_line(what) or ((number := wording.number(what)) and (number, "")):
            number, rest = numbered
            return (summed[number - 1], rest) if 0 < number <= len(summed) else None
        for said in (what, corrections.usual(what)):
            simple = simplified(said)
            meant = [
                one
                for one in summed
                if len(said) > 1 and (simple in one.label or simple.startswith(one.label))
            ]
            if len(meant) == 1:
                value, _ = corrections.behind(meant[0].label, said) or ("", False)
                return meant[0], value
        return None

    def showing(self, what: str, opened: Opened) -> tuple[Field, str] | None:
        """The one line whose value is named, whole or in the main; of a name in any words also a part."""
        given = [(one, self.shown(one, opened)) for one in self.summed(opened)]
        meant = [one for one, shown in given if shown == what] or [
            one
            for one, shown in given
            if len(what) > 1 and what in shown and (one.words or len(what) * 2 >= len(shown))
        ]
        return (meant[0], "") if len(meant) == 1 else None

    def gives(self, what: str, opened: Opened) -> bool:
        """Whether a text says by itself which line it gives anew: “6.京东”, “单位是顺丰”; not “单位没有工会”."""
        if self.called(what, opened) is None:
            return False
        labelled = (corrections.behind(one.label, what) for one in self.summed(opened))
        return corrections.of_line(what) is not None or any(found and found[1] for found in labelled)

    def shown(self, field: Field, opened: Opened) -> str:
        """The answer in the words in which it may be shown again."""
        answer = opened.answers[field.name]
        if answer.value is None:
            return "—"
        return answer.label or field.show(answer.value)

    def changed(self, field: Field, before: Opened, after: Opened) -> str:
        """What was taken, in words; the same as before was no change."""
        now = self.shown(field, after)
        known = before.answers.get(field.name)  # what is shown hides a part of it
        is_same = known is not None and known.value == after.answers[field.name].value
        return wording.still(field.label, now) if is_same else wording.changed(field.label, now)

    def worded(self, field: Field, opened: Opened) -> str:
        """The question."""
        return field.ask if isinstance(field.ask, str) else field.ask(_values(opened))

    def question(self, opened: Opened) -> str:
        """What is asked now, in words without a list."""
        field = self.asked(opened)
        if field is None:
            return wording.CONFIRM_OR_LOOK
        return self.worded(field, opened).partition("{options}")[0].rstrip()

    def unasked(self, opened: Opened) -> dict[str, Answer]:
        """What is known without a question."""
        return {name: one for name, one in opened.answers.items() if self.named(name) is None}

    def values(self, opened: Opened, given: Sequence[str]) -> dict[str, Value]:
        """The answers that apply, and what was `given` without being asked."""
        asked = {one.name for one in self._fields if self.applies(one, opened)} | set(given)
        return {name: answer.value for name, answer in opened.answers.items() if name in asked}


def _values(opened: Opened) -> Answers:
    return {name: answer.value for name, answer in opened.answers.items()}
