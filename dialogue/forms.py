"""A form is data that fills a frozen dataclass: fields in order, how each is asked, and what is done in the end."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from dialogue import corrections, earlier, elsewhere, several, wording
from dialogue.answers import Ambiguous, Doubtful, Invalid, OneOf, Said, plain
from dialogue.contexts import Context
from dialogue.conversations import Choice
from dialogue.fields import Field, Malformed, check, options_of, photos_in, read
from dialogue.outlines import WHICH, Outline
from dialogue.photos import hand_in
from dialogue.replies import MOST_BYTES, Text, fitted, listed
from dialogue.unasked import anew, is_meant, is_sent_alone, is_surely_meant, meant
from dialogue.values import Answer, Opened, Option, Value, answer
from dialogue.wording import Control

Filled = TypeVar("Filled")
Submitted = Callable[[Context, Filled], Awaitable[Text]]

# Menu ids of the lines of a form's list: form:NAME.FIELD=VALUE.
PICKED = "form"


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
        self._outline = Outline(self._fields)
        self._given = tuple(given)
        self.topic = topic
        self._confirm = confirm
        self._submit: Submitted[Filled] | None = None
        check(self.name, filled, self._fields, given, confirm)

    @property
    def is_private(self) -> bool:
        """Whether something is asked that is nobody's business."""
        return self._outline.is_private

    def submitted(self, submit: Submitted[Filled]) -> Submitted[Filled]:
        """What is done with a form that was confirmed; raising Invalid has one field asked again."""
        self._submit = submit
        return submit

    async def begin(self, ctx: Context, mend: str | None = None, **known: Value | Option) -> Text:
        """Start, or go on where the worker stopped. What is known is not asked, but for the field to `mend`."""
        begun = next((one for one in ctx.forms if one.form == self.name), None)
        answers = {name: answer(value) for name, value in known.items() if name != mend}
        if begun is None or mend:
            return await self._ask(ctx, Opened(self.name, answers, mending=mend is not None))
        editing = "" if begun.editing in answers else begun.editing
        answered = replace(begun, answers={**begun.answers, **answers}, editing=editing)
        is_kept = any(name not in answers for name in begun.order)
        return await self._ask(ctx, answered, wording.resumed(self.title) if is_kept else "")

    async def take(self, ctx: Context, text: str) -> Text:
        """An answer to what `begin` has just asked, for what was said in one message with the wish."""
        opened = next(one for one in ctx.forms if one.form == self.name)
        return await self.hear(ctx, opened, Said(text))

    async def is_sent(self, ctx: Context, name: str, text: str, *, known: bool) -> bool:
        """Whether a text that comes by itself is an answer to that field; `known`: it may mean something else too."""
        field = self._outline.named(name)
        return field is not None and await is_sent_alone(ctx, field, Said(text), known=known)

    def asked(self, opened: Opened) -> Field | None:
        """What is asked now; None where all is answered, and nothing is asked but a yes."""
        return self._outline.asked(opened)

    async def takes_surely(self, ctx: Context, opened: Opened, said: Said) -> bool:
        """Whether a text that asks nothing can be taken as what is asked now, or as one answer that it corrects."""
        field = self._outline.asked(opened)
        if field is not None:
            return await is_surely_meant(ctx, field, said)
        return len([one for one in self._outline.summed(opened) if await is_meant(ctx, one, said)]) == 1

    async def go_on(self, ctx: Context, opened: Opened) -> Text:
        """Ask again what is still open."""
        return await self._ask(ctx, opened, wording.resumed(self.title))

    async def back(self, ctx: Context, opened: Opened) -> Text:
        if opened.editing:
            return await self._ask(ctx, opened.asking(""))
        if not opened.order:
            return await self._ask(ctx, opened, wording.FIRST_ALREADY)
        last = next((one for one in self._outline.summed(opened) if one.name == opened.order[-1]), None)
        if last is not None and self._outline.asked(opened) is None:
            kept = wording.kept(self._outline.shown(last, opened))
            return await self._ask(ctx, opened.asking(last.name), kept)
        return await self._ask(ctx, replace(opened.without(opened.order[-1]), anew=False))

    async def keep(self, ctx: Context, opened: Opened, said: str) -> Text | None:
        """Leave the answer that is asked for again as it was; None where none is, or a yes means an odd new one."""
        is_new = opened.doubted and wording.control(said) is Control.CONFIRM
        return await self._ask(ctx, opened.asking("")) if opened.editing and not is_new else None

    async def edit(self, ctx: Context, opened: Opened, what: str, to: str = "") -> Text | None:
        """Ask a field again that is named by its label, value or number in the summary; None when none is meant.

        Its answer stays until another was taken.
        """
        called = self._outline.called(what, opened) or (self._outline.showing(what, opened) if to else None)
        if called is None:
            return None
        field, rest = called
        return await self._again(ctx, opened, field, to or rest)

    async def _again(self, ctx: Context, opened: Opened, field: Field, to: str) -> Text:
        again = opened.asking(field.name)
        return await self.hear(ctx, again, Said(to), echo=True) if to else await self._ask(ctx, again)

    async def change(self, ctx: Context, opened: Opened) -> Text:
        """Show what was given, and ask which of it is to be changed."""
        now = opened.asking("")
        if opened.offer and not opened.editing:
            return await self._ask(ctx, opened.declining())
        if not self._outline.summed(now):
            return await self._ask(ctx, opened, wording.NOTHING_GIVEN)
        if self._outline.asked(now) is None:  # the summary shows it, and takes its numbers
            return await self._ask(ctx, now, wording.CHANGE_ABOVE)
        return await self._ask(ctx, opened.asking(WHICH))

    async def hear(self, ctx: Context, opened: Opened, said: Said, *, echo: bool = False) -> Text:
        """Take an answer to what is asked now; one that cannot be taken is asked again, each time with more help.

        `echo`: it was said which field it is for; what was taken is said where something else is asked next.
        """
        field = self._outline.asked(opened)
        if field is None:
            return await self._hear_confirmation(ctx, opened, said)
        if field.private and said.kind == "text":
            ctx.hide(wording.hidden(field.label))
        if new := await earlier.instead(ctx, field, self._outline.offerable(opened), said):
            return await self.hear(ctx, opened.declining().asking(new.name), said)
        if opened.editing == WHICH and (reply := await self._correct(ctx, opened, said)):
            return reply
        if not opened.shown:
            opened = replace(opened, shown=tuple(await options_of(ctx, field)))
        if not echo and (other := await elsewhere.meant_for(ctx, self._outline, opened, field, said)):
            return await self._again(ctx, opened, *other)
        given = await several.parts(ctx, self._outline, opened, field, said)
        if given and field.name not in given:
            return await self._ask(ctx, *await several.taken(ctx, self._outline, opened, given))
        said = replace(said, text=given.get(field.name, said.text))
        try:
            taken = await read(ctx, field, opened, said)
        except Ambiguous as meanings:
            return self._choose(ctx, opened, meanings)
        except Invalid as refused:
            doubted = refused.value if isinstance(refused, Doubtful) else ""
            hint = "" if doubted else elsewhere.hint(self._outline, opened, field, said)
            return await self._refuse(ctx, field, replace(opened, doubted=doubted), f"{refused}{hint}")
        if given:
            after = opened.with_answer(field.name, taken)
            return await self._ask(ctx, *await several.taken(ctx, self._outline, after, given, field))
        return await self._take(ctx, opened, field, taken, echo=echo)

    async def pick(self, ctx: Context, opened: Opened, target: str) -> Text:
        """A line of a list was tapped, maybe one of long ago: it answers its own field."""
        name, _, value = target.partition("=")
        field = self._outline.listed_under(name, opened)
        offered = [*opened.shown, *(await options_of(ctx, field) if field else ())]
        option = next((one for one in offered if str(one.value) == value), None)
        if field is None or option is None or not self._outline.applies(field, opened):
            return await self._ask(ctx, opened, wording.OUT_OF_ORDER)
        return await self._take(ctx, opened, field, answer(option), echo=False)

    async def _take(self, ctx: Context, opened: Opened, field: Field, taken: Answer, *, echo: bool) -> Text:
        if field.name == WHICH:
            return await self._ask(ctx, opened.asking(str(taken.value)))
        if field.name == earlier.SAME:
            settled = await earlier.settled(ctx, opened, self._outline.offerable(opened), taken)
            return await self._ask(ctx, *settled)
        after = opened.with_answer(field.name, taken)
        return await self._ask(ctx, after, self._outline.changed(field, opened, after) if echo else "")

    async def skip(self, ctx: Context, opened: Opened) -> Text | None:
        """Leave what is asked now empty; None where nothing can be skipped."""
        field = self._outline.asked(opened)
        if field is None or not field.optional:
            return None
        return await self._ask(ctx, opened.with_answer(field.name, Answer(None)))

    def question(self, opened: Opened) -> str:
        """What is asked now, in words without a list."""
        field = self._outline.asked(opened)
        if field is None:
            return wording.CONFIRM_OR_LOOK
        return self._outline.worded(field, opened).partition("{options}")[0].rstrip()

    def asks_choice(self, opened: Opened) -> bool:
        field = self._outline.asked(opened)
        return bool(opened.shown) or (field is not None and isinstance(field.accept, OneOf))

    # --- Asking ---

    async def _ask(self, ctx: Context, opened: Opened, preface: str = "") -> Text:
        offer = await earlier.offered(ctx, self._outline.offerable(opened))
        opened = replace(opened, aside=False, offer=offer)
        ctx.understood(self.topic or ctx.topic)  # lists before it are over: a number now belongs to the form
        field = self._outline.asked(opened)
        if field is None:
            ctx.open_form(opened)
            lines = enumerate(self._outline.summed(opened), 1)
            summary = "\n".join(f"{n}. {one.label}：{self._outline.shown(one, opened)}" for n, one in lines)
            return fitted(preface, self._confirm.replace("{summary}", summary))
        options = await options_of(ctx, field)
        if isinstance(field.accept, OneOf) and not options:
            ctx.close_form(self.name)
            return Text(wording.NOTHING_TO_CHOOSE)
        ctx.open_form(replace(opened, shown=tuple(options)))
        question = self._outline.worded(field, opened)
        if "{options}" in question:
            question = question.replace("{options}", self._lines(field.name, options, len(question.encode())))
        return fitted(preface, question)

    def _choose(self, ctx: Context, opened: Opened, meanings: Ambiguous) -> Text:
        ctx.understood(self.topic or ctx.topic)
        ctx.open_form(replace(opened, shown=meanings.options))
        field = self._outline.asked(opened)
        lines = self._lines(field.name if field else "", meanings.options, len(meanings.asked.encode()))
        return Text(f"{meanings.asked}\n{lines}")

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

    async def _hear_confirmation(self, ctx: Context, opened: Opened, said: Said) -> Text:
        words = plain(said.text)
        if wording.control(wording.bare(words)) is Control.CONFIRM:
            return await self._finish(ctx, opened)
        if reply := await self._correct(ctx, opened, said):
            return reply
        if self.is_private:
            ctx.hide(wording.hidden(self.title))
        return await self._ask(ctx, opened, wording.PLEASE_CONFIRM)

    async def _correct(self, ctx: Context, opened: Opened, said: Said) -> Text | None:
        """Of what was given, what is named by its number or label, or given anew; None where that is not one thing."""
        said = Said(words := corrections.mobile_anew(plain(said.text)) or plain(said.text))
        if wording.number(words) or self._outline.gives(words, opened):
            return await self.edit(ctx, opened, words)
        fitting, value = await meant(ctx, self._outline.summed(opened), said)
        new = await anew(ctx, opened, fitting, value) if len(fitting) > 1 else fitting
        if len(new) == 1:
            return await self.hear(ctx, opened.asking(new[0].name), value, echo=True)
        if (reply := await self.edit(ctx, opened, words)) or not fitting:
            return reply
        if any(one.private for one in fitting):
            ctx.hide(wording.hidden(self.title))
        if new:
            return self._choose(ctx, opened.asking(WHICH), Ambiguous(self._outline.given(new, opened)))
        return await self._ask(ctx, opened.asking(""), self._outline.still(fitting, opened))

    async def _finish(self, ctx: Context, opened: Opened) -> Text:
        if self._submit is None:
            raise Malformed(f"nobody takes {self.name}")
        asked = {one.name for one in self._fields if self._outline.applies(one, opened)} | set(self._given)
        values = {name: answer.value for name, answer in opened.answers.items() if name in asked}
        try:
            reply = await self._submit(ctx, self._filled(**values))
        except Invalid as refused:
            if refused.field is None:
                ctx.close_form(self.name)
                return Text(str(refused))
            return await self._ask(ctx, opened.without(refused.field).declining(), str(refused))
        if keys := photos_in(self._fields, values):
            await hand_in(ctx, keys)
        ctx.close_form(self.name)
        return reply


AnyForm = Form[Any]
