"""A form is data that fills a frozen dataclass: fields in order, how each is asked, and what is done in the end."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from dialogue import assents, corrections, earlier, elsewhere, several, wording
from dialogue.answers import Ambiguous, Doubtful, Invalid, OneOf, Said, plain, simple
from dialogue.contexts import Context
from dialogue.conversations import Choice
from dialogue.fields import Field, Malformed, check, options_of, photos_in, read
from dialogue.outlines import WHICH, Outline
from dialogue.photos import drop, hand_in
from dialogue.replies import MOST_BYTES, Text, fitted, helping, listed
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
        self.capability, self.title, self.topic = capability, title, topic
        self.name = f"{capability}.{filled.__name__}"
        self._filled = filled
        self._fields = tuple(asked)
        self._outline = Outline(self._fields)
        self.is_private = self._outline.is_private
        self._given = tuple(given)
        self._confirm = confirm
        self._submit: Submitted[Filled] | None = None
        check(self.name, filled, self._fields, given, confirm)

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
        if field := self._outline.asked(opened):
            return await is_surely_meant(ctx, field, said)
        return len([one for one in self._outline.summed(opened) if await is_meant(ctx, one, said)]) == 1

    def agrees(self, opened: Opened, text: str) -> bool:
        """Whether a text is a yes to the summary; that nothing is changed may mean to leave what was submitted."""
        unchanged = not opened.mending and wording.UNCHANGED not in self._confirm
        return self._outline.asked(opened) is None and assents.consents(simple(text), unchanged=unchanged)

    async def start_over(self, ctx: Context, opened: Opened) -> Text:
        """Ask for everything anew."""
        await drop(ctx, self.name)
        empty = Opened(self.name, self._outline.unasked(opened), mending=opened.mending, anew=True)
        return await self._ask(ctx, empty, wording.STARTED_OVER)

    async def go_on(self, ctx: Context, opened: Opened, preface: str = "") -> Text:
        """Ask again what is still open."""
        return await self._ask(ctx, opened, preface or wording.resumed(self.title))

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
        return await self._again(ctx, opened, called[0], to or called[1]) if called else None

    async def correct(self, ctx: Context, opened: Opened, text: str) -> Text | None:
        """Take what a text says of several answers at once, and ask for those that it only calls wrong; None for any other."""
        given = await several.corrected(ctx, self._outline, opened, text)
        if not given:
            return None
        after, noted, why = await several.amended(ctx, self._outline, opened, given)
        field = self._outline.asked(after)
        if field is None or why is None:
            return await self._ask(ctx, after, noted)
        return fitted(noted, (await self._unread(ctx, after, field, why)).body)

    async def take_back(self, ctx: Context, opened: Opened, said: Said) -> Text | None:
        """Take back what was picked from a list or is said not to be so; None where nothing is."""
        back = await elsewhere.taken_back(ctx, self._outline, opened, said)
        return await self._again(ctx, opened, *back) if back else None

    async def _again(self, ctx: Context, opened: Opened, field: Field, to: str) -> Text:
        waiting = (opened.editing, *opened.then) if opened.then else ()
        again = opened.asking(field.name, *(one for one in waiting if one != field.name))
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
        except (Ambiguous, Invalid) as why:
            return await self._unread(ctx, opened, field, why, said)
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
        if (field := self._outline.asked(opened)) is None or not field.optional:
            return None
        return await self._ask(ctx, opened.with_answer(field.name, Answer(None)))

    def reminder(self, opened: Opened, *, lists: bool) -> str:
        """What is said below an answer to something else: what is asked, or where it or the answer `lists`, that it waits."""
        field = self._outline.asked(opened)
        if lists or opened.shown or (field is not None and isinstance(field.accept, OneOf)):
            return wording.waits(self.title)
        return wording.going_on(self.title, self._outline.question(opened))

    async def _ask(self, ctx: Context, opened: Opened, preface: str = "") -> Text:
        offer = await earlier.offered(ctx, self._outline.offerable(opened))
        opened = replace(opened, aside=False, offer=offer)
        ctx.understood(self.topic or ctx.topic)  # lists before it are over: a number now belongs to the form
        field = self._outline.asked(opened)
        if field is None:
            ctx.open_form(opened)
            return fitted(preface, self._confirm.replace("{summary}", "\n".join(self._outline.lines(opened))))
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

    async def _unread(
        self, ctx: Context, opened: Opened, field: Field, why: Ambiguous | Invalid, said: Said | None = None
    ) -> Text:
        if isinstance(why, Ambiguous):
            return self._choose(ctx, opened, why)
        if not opened.shown:
            opened = replace(opened, shown=tuple(await options_of(ctx, field)))
        doubted = why.value if isinstance(why, Doubtful) else ""
        text = str(why) + (elsewhere.hint(self._outline, opened, field, said) if said and not doubted else "")
        tries = opened.tries + 1
        ctx.understood(self.topic or ctx.topic)
        ctx.open_form(replace(opened, doubted=doubted, tries=tries))
        if isinstance(field.accept, OneOf):
            text = f"{text}\n{self._lines(field.name, opened.shown, len(text.encode()))}"
        return helping(text, field.hint, tries)

    def _lines(self, field: str, options: Sequence[Option], taken: int) -> str:
        choices = [Choice(one.label, PICKED, f"{self.name}.{field}={one.value}") for one in options]
        return listed(choices, MOST_BYTES - taken - 200)

    async def _hear_confirmation(self, ctx: Context, opened: Opened, said: Said) -> Text:
        if self.agrees(opened, said.text):
            return await self._finish(ctx, opened)
        if reply := await self._correct(ctx, opened, said):
            return reply
        if self.is_private:
            ctx.hide(wording.hidden(self.title))
        tries = opened.tries + 1
        return await self._ask(ctx, replace(opened, tries=tries), wording.unconfirmed(tries))

    async def _correct(self, ctx: Context, opened: Opened, said: Said) -> Text | None:
        """Of what was given, what is named by its number or label, or given anew; None where that is not one thing."""
        said = Said(words := corrections.mobile_anew(plain(said.text)) or plain(said.text))
        if wording.number(words) or self._outline.gives(words, opened):
            return await self.edit(ctx, opened, words)
        fitting, value = await meant(ctx, self._outline.summed(opened), said)
        new = await anew(ctx, opened, fitting, value) if len(fitting) > 1 else fitting
        if len(new) == 1:
            return await self.hear(ctx, opened.asking(new[0].name), value, echo=True)
        is_right = not fitting and corrections.is_right(words)  # “姓名没错” gives no name
        if is_right or (reply := await self.edit(ctx, opened, words)) or not fitting:
            return None if is_right else reply
        if any(one.private for one in fitting):
            ctx.hide(wording.hidden(self.title))
        if new:
            return self._choose(ctx, opened.asking(WHICH), Ambiguous(self._outline.given(new, opened)))
        return await self._ask(ctx, opened.asking(""), self._outline.still(fitting, opened))

    async def _finish(self, ctx: Context, opened: Opened) -> Text:
        if self._submit is None:
            raise Malformed(f"nobody takes {self.name}")
        values = self._outline.values(opened, self._given)
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
