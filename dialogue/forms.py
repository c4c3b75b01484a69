"""A form is data that fills a frozen dataclass: fields in order, how each is asked, and what is done in the end."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import Any, Generic, TypeVar

from dialogue import wording
from dialogue.answers import Ambiguous, Invalid, OneOf, Said, person_name, plain
from dialogue.contexts import Context
from dialogue.conversations import Choice
from dialogue.fields import Answers, Field, is_meant, is_surely_meant, options_of, photos_in
from dialogue.photos import hand_in
from dialogue.replies import MOST_BYTES, Text, fitted, listed
from dialogue.values import Answer, Opened, Option, Value
from dialogue.wording import Control

Filled = TypeVar("Filled")
Submitted = Callable[[Context, Filled], Awaitable[Text]]

# Menu ids of the lines of a form's list: form:NAME.FIELD=VALUE.
PICKED = "form"


class Malformed(Exception):
    """A form does not fit its dataclass; the process must not start."""


class Form(Generic[Filled]):
    """Declared by `Capability.form`; it holds nothing of any worker."""

    def __init__(
        self,
        capability: str,
        title: str,
        filled: type[Filled],
        asked: Sequence[Field],
        confirm: str,
        given: Sequence[str],
        topic: str | None = None,
    ) -> None:
        """`given` are fields of the dataclass that are never asked, only handed to `begin`. Raises Malformed."""
        self.capability = capability
        self.title = title
        self.name = f"{capability}.{filled.__name__}"
        self._filled = filled
        self._fields = tuple(asked)
        self.is_private = any(field.private for field in asked)
        self._given = tuple(given)
        self.topic = topic
        self._confirm = confirm
        self._submit: Submitted[Filled] | None = None
        self._check()

    def _check(self) -> None:
        if not is_dataclass(self._filled):
            raise Malformed(f"{self.name} is not a dataclass")
        known = {one.name: one for one in fields(self._filled)}
        named = [field.name for field in self._fields] + list(self._given)
        for name in named:
            if name not in known or named.count(name) > 1:
                raise Malformed(f"{self.name} has no field {name}, or it is named twice")
        for name, one in known.items():
            if name not in named and one.default is MISSING:
                raise Malformed(f"{self.name}.{name} is never asked")
        if "{summary}" not in self._confirm:
            raise Malformed(f"{self.name} is confirmed without its summary")

    def submitted(self, submit: Submitted[Filled]) -> Submitted[Filled]:
        """What is done with a form that was confirmed; raising Invalid has one field asked again."""
        self._submit = submit
        return submit

    async def begin(self, ctx: Context, mend: str | None = None, **known: Value | Option) -> Text:
        """Start, or go on where the worker stopped. What is known is not asked, but for the field to `mend`."""
        earlier = next((one for one in ctx.forms if one.form == self.name), None)
        answers = {name: _answer(value) for name, value in known.items() if name != mend}
        if earlier is None or mend:
            return await self._ask(ctx, Opened(self.name, answers, mending=mend is not None))
        answered = replace(earlier, answers={**earlier.answers, **answers})
        return await self._ask(ctx, answered, wording.resumed(self.title) if earlier.order else "")

    def wants(self, opened: Opened, kind: str) -> bool:
        """Whether a message of that kind may answer what is asked now."""
        field = self._asked(opened)
        return field is not None and kind in field.kinds

    def takes_questions(self, opened: Opened) -> bool:
        """Whether what is asked now is answered in any words, so that a question may be an answer."""
        field = self._asked(opened)
        return field is not None and field.takes_questions

    async def takes_surely(self, ctx: Context, opened: Opened, said: Said) -> bool:
        """Whether a text that asks nothing can be taken as what is asked now, or as one answer that it corrects."""
        field = self._asked(opened)
        if field is not None:
            return await is_surely_meant(ctx, field, said)
        return len([one for one in self._summed(opened) if await is_meant(ctx, one, said)]) == 1

    def asks_name(self, opened: Opened) -> bool:
        field = self._asked(opened)
        return field is not None and field.accept is person_name

    async def go_on(self, ctx: Context, opened: Opened) -> Text:
        """Ask again what is still open."""
        return await self._ask(ctx, opened, wording.resumed(self.title))

    async def back(self, ctx: Context, opened: Opened) -> Text:
        if opened.editing:
            return await self._ask(ctx, opened.asking(""))
        if not opened.order:
            return await self._ask(ctx, opened, wording.FIRST_ALREADY)
        last = next((one for one in self._summed(opened) if one.name == opened.order[-1]), None)
        if last is not None and self._asked(opened) is None:
            return await self._ask(ctx, opened.asking(last.name), wording.kept(self._shown(last, opened)))
        return await self._ask(ctx, opened.without(opened.order[-1]))

    async def keep(self, ctx: Context, opened: Opened) -> Text | None:
        """Leave the answer that is asked for again as it was; None where none is."""
        return await self._ask(ctx, opened.asking("")) if opened.editing else None

    async def edit(self, ctx: Context, opened: Opened, what: str, to: str = "") -> Text | None:
        """Ask a field again that is named by its label or by its number in the summary; None when none is meant.

        Its answer stays until another was taken.
        """
        shown = self._summed(opened)
        number = wording.number(what)
        field: Field | None = None
        if number:
            field = shown[number - 1] if number <= len(shown) else None
        elif len(what) > 1:
            said = wording.usual(what)
            meant = [one for one in shown if said in one.label or said.startswith(one.label)]
            field = meant[0] if len(meant) == 1 else None
            if field and said.startswith(field.label):
                to = to or said.removeprefix(field.label)
        if field is None:
            return None
        again = opened.asking(field.name)
        return await self.hear(ctx, again, Said(to)) if to else await self._ask(ctx, again)

    async def hear(self, ctx: Context, opened: Opened, said: Said) -> Text:
        """Take an answer to what is asked now; one that cannot be taken is asked again, each time with more help."""
        field = self._asked(opened)
        if field is None:
            return await self._hear_confirmation(ctx, opened, said)
        if field.private and said.kind == "text":
            ctx.hide(wording.hidden(field.label))
        if not opened.shown:
            opened = replace(opened, shown=tuple(await options_of(ctx, field)))
        try:
            answer = await self._read(ctx, field, opened, said)
        except Ambiguous as several:
            return self._choose(ctx, opened, several.options)
        except Invalid as refused:
            return await self._refuse(ctx, field, opened, str(refused))
        return await self._ask(ctx, opened.with_answer(field.name, answer))

    async def pick(self, ctx: Context, opened: Opened, target: str) -> Text:
        """A line of a list was tapped, maybe one of long ago: it answers its own field."""
        name, _, value = target.partition("=")
        field = next((one for one in self._fields if one.name == name), None)
        offered = [*opened.shown, *(await options_of(ctx, field) if field else ())]
        option = next((one for one in offered if str(one.value) == value), None)
        if field is None or option is None or not self._applies(field, opened):
            return await self._ask(ctx, opened, wording.OUT_OF_ORDER)
        return await self._ask(ctx, opened.with_answer(name, Answer(option.value, option.label)))

    async def skip(self, ctx: Context, opened: Opened) -> Text | None:
        """Leave what is asked now empty; None where nothing can be skipped."""
        field = self._asked(opened)
        if field is None or not field.optional:
            return None
        return await self._ask(ctx, opened.with_answer(field.name, Answer(None)))

    def question(self, opened: Opened) -> str:
        """What is asked now, in words without a list."""
        field = self._asked(opened)
        if field is None:
            return wording.PLEASE_CONFIRM
        return self._worded(field, opened).partition("{options}")[0].rstrip()

    def asks_choice(self, opened: Opened) -> bool:
        field = self._asked(opened)
        return bool(opened.shown) or (field is not None and isinstance(field.accept, OneOf))

    # --- Asking ---

    async def _ask(self, ctx: Context, opened: Opened, preface: str = "") -> Text:
        ctx.understood(self.topic or ctx.topic)  # lists before it are over: a number now belongs to the form
        field = self._asked(opened)
        if field is None:
            ctx.open_form(opened)
            lines = enumerate(self._summed(opened), 1)
            summary = "\n".join(f"{n}. {one.label}：{self._shown(one, opened)}" for n, one in lines)
            return fitted(preface, self._confirm.replace("{summary}", summary))
        options = await options_of(ctx, field)
        if isinstance(field.accept, OneOf) and not options:
            ctx.close_form(self.name)
            return Text(wording.NOTHING_TO_CHOOSE)
        ctx.open_form(replace(opened, shown=tuple(options)))
        question = self._worded(field, opened)
        if "{options}" in question:
            question = question.replace("{options}", self._lines(field.name, options, len(question.encode())))
        return fitted(preface, question)

    def _choose(self, ctx: Context, opened: Opened, options: Sequence[Option]) -> Text:
        ctx.understood(self.topic or ctx.topic)
        ctx.open_form(replace(opened, shown=tuple(options)))
        field = self._asked(opened)
        lines = self._lines(field.name if field else "", options, len(wording.WHICH.encode()))
        return Text(wording.WHICH.replace("{options}", lines))

    async def _refuse(self, ctx: Context, field: Field, opened: Opened, why: str) -> Text:
        tries = opened.tries + 1
        ctx.understood(self.topic or ctx.topic)
        ctx.open_form(replace(opened, tries=tries))
        if isinstance(field.accept, OneOf):
            why = f"{why}\n{self._lines(field.name, opened.shown, len(why.encode()))}"
        if tries == 1:
            return Text(why)
        if tries == 2:
            return fitted(wording.AGAIN, "\n".join(filter(None, (why, field.hint))))
        return fitted(why, "\n".join(filter(None, (field.hint, wording.CALL_PERSON))))

    def _lines(self, field: str, options: Sequence[Option], taken: int) -> str:
        choices = [Choice(one.label, PICKED, f"{self.name}.{field}={one.value}") for one in options]
        return listed(choices, MOST_BYTES - taken - 200)

    # --- Reading ---

    async def _read(self, ctx: Context, field: Field, opened: Opened, said: Said) -> Answer:
        words = plain(said.text)
        if opened.shown and said.kind == "text":
            number = wording.number(words)
            if 0 < number <= len(opened.shown):
                return _answer(opened.shown[number - 1])
            if number and isinstance(field.accept, OneOf):
                raise Invalid(wording.PICK_ONE.format(count=len(opened.shown)))
            for option in opened.shown:
                if plain(option.label) == words:
                    return _answer(option)
        return _answer(await field.accept(ctx, said))

    async def _hear_confirmation(self, ctx: Context, opened: Opened, said: Said) -> Text:
        words = plain(said.text)
        if wording.control(wording.bare(words)) is Control.CONFIRM:
            return await self._finish(ctx, opened)
        if number := wording.number(words):
            edited = await self.edit(ctx, opened, str(number))
            if edited is not None:
                return edited
        elif len(meant := [one for one in self._summed(opened) if await is_meant(ctx, one, said)]) == 1:
            return await self.hear(ctx, opened.asking(meant[0].name), said)
        if self.is_private:
            ctx.hide(wording.hidden(self.title))
        return await self._ask(ctx, opened, wording.PLEASE_CONFIRM)

    async def _finish(self, ctx: Context, opened: Opened) -> Text:
        if self._submit is None:
            raise Malformed(f"nobody takes {self.name}")
        asked = {one.name for one in self._fields if self._applies(one, opened)} | set(self._given)
        values = {name: answer.value for name, answer in opened.answers.items() if name in asked}
        try:
            reply = await self._submit(ctx, self._filled(**values))
        except Invalid as refused:
            if refused.field is None:
                ctx.close_form(self.name)
                return Text(str(refused))
            return await self._ask(ctx, opened.without(refused.field), str(refused))
        if keys := photos_in(self._fields, values):
            await hand_in(ctx, keys)
        ctx.close_form(self.name)
        return reply

    # --- Deriving ---

    def _asked(self, opened: Opened) -> Field | None:
        """The field that is being changed, else the first that applies and has no answer."""
        if opened.editing:
            return next((one for one in self._fields if one.name == opened.editing), None)
        return next(
            (one for one in self._fields if one.name not in opened.answers and self._applies(one, opened)),
            None,
        )

    def _applies(self, field: Field, opened: Opened) -> bool:
        return field.when is None or field.when(_values(opened))

    def _summed(self, opened: Opened) -> list[Field]:
        return [one for one in self._fields if one.name in opened.answers and self._applies(one, opened)]

    def _shown(self, field: Field, opened: Opened) -> str:
        answer = opened.answers[field.name]
        if answer.value is None:
            return "—"
        return answer.label or field.show(answer.value)

    @staticmethod
    def _worded(field: Field, opened: Opened) -> str:
        return field.ask if isinstance(field.ask, str) else field.ask(_values(opened))


AnyForm = Form[Any]


def _values(opened: Opened) -> Answers:
    return {name: answer.value for name, answer in opened.answers.items()}


def _answer(value: Value | Option) -> Answer:
    return Answer(value.value, value.label) if isinstance(value, Option) else Answer(value)
