"""What a message means while a form is open: a word to the form, an answer, or a question aside."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dialogue import chatter, corrections, names, wording
from dialogue.answers import Said, person_name, plain
from dialogue.capabilities import Capability, Clash, Handler
from dialogue.contexts import Context
from dialogue.conversations import Conversation
from dialogue.fields import Field
from dialogue.forms import PICKED, AnyForm
from dialogue.notices import Notice, Worded
from dialogue.photos import drop
from dialogue.replies import Text, joined
from dialogue.unasked import is_talk
from dialogue.unfinished import LASTS, FormExpired, FormWaits
from dialogue.values import Opened
from dialogue.wording import Control

# After that long a message is rather something new than the next answer.
PAUSE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Route:
    """A handler, whether it needs the database, and whether what is held for the worker may ride on its answer."""

    handler: Handler
    stores: bool
    carries: bool = True


class Forms:
    """All declared forms; decides in the turn, for only there can what is sealed be read."""

    def __init__(
        self,
        capabilities: Iterable[Capability],
        normalise: Callable[[str], str],
        known: tuple[Callable[[str, str | None], bool], Callable[[str, str], bool]],
        meant: Callable[[str, str | None], Route | None],
    ) -> None:
        """`known`: whether the knowledge base answers a text, or one about a subject; `meant`: who is sure of it."""
        self._normalise = normalise
        self._meant = meant
        self._answered, self._answered_of = known
        self._forms: dict[str, AnyForm] = {}
        for form in (form for capability in capabilities for form in capability.forms):
            if form.name in self._forms:
                raise Clash(f"two forms are called {form.name}")
            self._forms[form.name] = form

    @property
    def wordings(self) -> dict[type, Worded]:
        """What is told of forms that were left open."""
        return {
            FormWaits: lambda fact: Notice(wording.reminder(self._title(fact.form)), only_now=True),
            FormExpired: lambda fact: Notice(wording.expired(self._title(fact.form), LASTS.days)),
        }

    def titles(self, ctx: Context) -> list[str]:
        """Of the forms that the worker has half done."""
        return [self._title(one.form) for one in ctx.forms if one.form in self._forms]

    def _title(self, name: str) -> str:
        form = self._forms.get(name)
        return form.title if form else wording.A_FORM

    def of_text(self, said: str, usual: Route, *, claimed: bool) -> Route:
        """`said` is normalised; `usual` answers where no form does; `claimed`: by an exact phrase or a line of a list."""

        async def hear(ctx: Context) -> Text | None:
            before, since = ctx.conversation.form, ctx.conversation.form_at
            current = self._current(ctx)
            if current is None:
                over = before is not None and _is_over(since, ctx.now)
                news = wording.expired(self._title(before or ""), LASTS.days) if over else ""
                word = wording.control(said)
                if word in wording.NOTHING_OPEN and not claimed:
                    return Text(news or wording.NOTHING_OPEN[word])
                # Of what was said while it lay open nothing but the form was thought of.
                reply = await (ctx.answer_anew() if news else usual.handler(ctx))
                return joined(reply, news) if reply and news else reply
            return await self._hear(ctx, *current, said, usual, claimed)

        return Route(hear, stores=True, carries=False)

    def of_medium(self, kind: str, usual: Route) -> Route:
        """A picture or the like, where a form may be waiting for one."""

        async def hear(ctx: Context) -> Text | None:
            current = self._current(ctx)
            asked = current[0].asked(current[1]) if current and not current[1].aside else None
            if current is None or asked is None or kind not in asked.kinds:
                return await self._aside(ctx, usual)
            form, opened = current
            return await form.hear(ctx, opened, Said("", kind, ctx.incoming.media_id))

        return Route(hear, stores=True, carries=False)

    def of_line(self, menu_id: str) -> Route:
        """A tap on a line of a form's list, however old."""
        name, _, target = menu_id.removeprefix(f"{PICKED}:").partition("=")
        name, _, field = name.rpartition(".")

        async def pick(ctx: Context) -> Text | None:
            form = self._forms.get(name)
            opened = next((one for one in ctx.forms if one.form == name), None)
            if form is None or opened is None:
                return Text(f"{wording.OUT_OF_ORDER}{wording.NOTHING_OPEN[Control.GO_ON]}")
            return await form.pick(ctx, opened, f"{field}={target}")

        return Route(pick, stores=True, carries=False)

    def waiting(self, ctx: Context) -> str:
        """That the form at hand waits, for whoever was answered something graver; empty where none is open."""
        current = self._current(ctx)
        if current is None:
            return ""
        return wording.KEPT if ctx.desk is None else wording.kept_at_desk(current[0].title)

    # --- In the turn ---

    def _current(self, ctx: Context) -> tuple[AnyForm, Opened] | None:
        """The form at hand; one that this version does not know any more, or that is too old, is forgotten."""
        for opened in reversed(ctx.forms):
            form = self._forms.get(opened.form)
            if form is not None and not _is_over(ctx.conversation.form_at, ctx.now):
                return form, opened
            ctx.close_form(opened.form)
        return None

    async def _hear(
        self, ctx: Context, form: AnyForm, opened: Opened, said: str, usual: Route, claimed: bool
    ) -> Text | None:
        if opened.aside:
            if not await self._comes_back(ctx, form, opened, said):
                return await self._aside(ctx, usual)
            opened = replace(opened, aside=False)
        if form.is_private and names.introduces(ctx.incoming.text):
            ctx.hide(wording.hidden(form.title))
        if label := self._shown(ctx, opened, said):
            return self._before_others(ctx, opened, await form.hear(ctx, opened, Said(label)))
        if not claimed and not ctx.incoming.menu_id and form.agrees(opened, ctx.incoming.text):
            return self._before_others(ctx, opened, await form.hear(ctx, opened, Said(ctx.incoming.text)))
        if not ctx.incoming.menu_id and (reply := await self._change(ctx, form, opened, said)):
            return reply
        if claimed:
            return await self._aside(ctx, usual)
        if reply := await self._order(ctx, form, opened, said):
            return reply
        word = wording.control(said)
        if word is None and await self._is_aside(ctx, form, opened):
            return await self._aside(ctx, usual)
        before, hidden = ctx.conversation, ctx.hidden
        reply = await form.hear(ctx, opened, Said(ctx.incoming.text))
        # A word for the form, one that another field asks for, or a number with a digit too few was no question.
        talk = word is None and len(said) > 2 and sum(map(str.isdigit, said)) * 2 < len(said)
        talk = talk and not (_is_name(form.asked(opened)) and names.is_excuse(ctx.incoming.text))
        if talk and self._is_no_answer(ctx, form, opened, before):
            ctx.conversation, ctx.hidden = before, hidden
            return await self._aside(ctx, usual)
        named = form.is_private and names.is_likely(plain(ctx.incoming.text))
        if named and ctx.hidden is None and self._was_refused(ctx, opened):
            ctx.hide(wording.hidden(form.title))  # most likely a name, before anybody asked for it
        return self._before_others(ctx, opened, reply)

    async def _comes_back(self, ctx: Context, form: AnyForm, opened: Opened, said: str) -> bool:
        """Whether the worker goes on with a form that was put aside for a person."""
        if wording.control(said) in wording.NOTHING_OPEN or self._shown(ctx, opened, said):
            return True
        if form.asked(opened) is None and wording.keeps(said):  # a mere “好的” is for the person
            return True
        if _is_name(form.asked(opened)):
            return names.is_alone(plain(ctx.incoming.text))
        return not ctx.incoming.menu_id and await form.takes_surely(ctx, opened, Said(ctx.incoming.text))

    def _shown(self, ctx: Context, opened: Opened, said: str) -> str:
        """The line of the form's list that a text repeats, however long ago it was shown; empty for none."""
        if ctx.incoming.menu_id:
            return ""
        return next((one.label for one in opened.shown if self._normalise(one.label) == said), "")

    async def _change(self, ctx: Context, form: AnyForm, opened: Opened, said: str) -> Text | None:
        """A correction of what was given; before phrases such as “改电话”, which mean the form that lies open."""
        if wording.control(said) is Control.CHANGE or (form.asked(opened) is None and wording.denies(said)):
            return await form.change(ctx, opened)
        if wording.starts_over(said):
            return await form.start_over(ctx, opened)
        if reply := await form.correct(ctx, opened, plain(ctx.incoming.text)):
            return reply
        if reply := await form.take_back(ctx, opened, Said(ctx.incoming.text)):
            return reply
        # As it was written first, for a name's dot and a blank are a part of it.
        for words in (plain(ctx.incoming.text).rstrip(" 。.!！~"), said):
            if (edit := corrections.edit(words)) and (reply := await form.edit(ctx, opened, *edit)):
                return reply
        return None

    async def _order(self, ctx: Context, form: AnyForm, opened: Opened, said: str) -> Text | None:
        """What is said to the form rather than to its question: a word of its own, or to wait."""
        word = wording.control(said)
        if word is not None and (reply := await self._control(ctx, form, opened, word)):
            return reply
        if wording.keeps(said) and (reply := await form.keep(ctx, opened, said)):
            return reply
        if wording.delays(said):
            return Text(wording.pausing(form.title))
        text = ctx.incoming.text
        if ctx.incoming.menu_id or not await is_talk(ctx, form.asked(opened), Said(text)):
            return None
        lost = chatter.struggles(wording.bare(plain(text)))
        return await form.go_on(ctx, opened, wording.EASED) if lost else Text(wording.pausing(form.title))

    async def _is_aside(self, ctx: Context, form: AnyForm, opened: Opened) -> bool:
        """Whether a text is a question that the knowledge base answers rather than what was asked for.

        After a pause it need not sound like one, unless it fits what was asked.
        """
        text, field = ctx.incoming.text, form.asked(opened)
        if _is_name(field) and self._meant(text, None):  # “订阅高州普工” has all that a name is told by
            return not corrections.mobile_anew(plain(text))
        asked = wording.sounds_asked(text)
        if field is None and wording.acknowledges(text):
            return False
        takes_any = field is not None and field.takes_questions
        if takes_any and asked:
            return False
        if not takes_any and wording.is_courtesy(text) and self._known(text, form):
            return True
        if asked and form.topic and not self._meant(text, None) and self._answered_of(form.title, text):
            ctx.subject = form.title  # “要不要钱” is answered of joining
            return True
        paused = ctx.conversation.form_at is not None and ctx.now - ctx.conversation.form_at > PAUSE
        if not (asked or paused) or wording.number(self._normalise(text)) or not self._known(text, form):
            return False
        return asked or not await form.takes_surely(ctx, opened, Said(text))

    def _known(self, text: str, form: AnyForm) -> bool:
        return self._answered(text, form.topic) or self._meant(text, None) is not None

    @staticmethod
    def _was_refused(ctx: Context, opened: Opened) -> bool:
        now = next((one for one in ctx.forms if one.form == opened.form), None)
        return now is not None and now.tries > opened.tries

    def _is_no_answer(self, ctx: Context, form: AnyForm, opened: Opened, before: Conversation) -> bool:
        """Whether a text that was refused, or left the summary as it was, is about something else that is known."""
        now = next((one for one in ctx.forms if one.form == opened.form), opened)
        if form.asked(opened) is None and form.asked(now) is None and now.answers == opened.answers:
            # A list that is on offer was shown after the summary.
            topic = before.recent_topic(ctx.now) if before.on_offer(ctx.now) else None
            return self._meant(ctx.incoming.text, topic) is not None
        return now.tries > opened.tries and self._known(ctx.incoming.text, form)

    async def _control(self, ctx: Context, form: AnyForm, opened: Opened, word: Control) -> Text | None:
        """None where the word is none for this form now, but perhaps an answer."""
        if word is Control.CANCEL:
            await drop(ctx, form.name)
            ctx.close_form(form.name)
            said = wording.unchanged if opened.mending else wording.cancelled
            return self._before_others(ctx, opened, Text(said(form.title)))
        if word is Control.BACK:
            return await form.back(ctx, opened)
        if word is Control.GO_ON:
            return await form.go_on(ctx, opened)
        if word is Control.SKIP:
            return await form.skip(ctx, opened)
        return None

    async def _aside(self, ctx: Context, usual: Route) -> Text | None:
        """Answer something else in the middle of a form, and say how the form goes on."""
        before = ctx.conversation.forms
        reply = await usual.handler(ctx)
        current = self._current(ctx)
        if reply is None or current is None:
            return reply
        form, opened = current
        if opened.aside and ctx.desk is None:
            return joined(reply, wording.waits(form.title))
        if ctx.conversation.forms != before and not opened.aside:
            return reply
        if ctx.desk is not None:  # staff read what is said next, and the journal shows it to them
            return joined(reply, wording.kept_at_desk(form.title))
        # A number would belong to the list that was shown last: then the form only says that it waits.
        return joined(reply, form.reminder(opened, lists=bool(ctx.conversation.offered)))

    def _before_others(self, ctx: Context, opened: Opened, reply: Text) -> Text:
        """When a form is over, the one that was begun before it is called to mind."""
        left = ctx.forms
        if not left or any(one.form == opened.form for one in left):
            return reply
        form = self._forms.get(left[-1].form)
        return reply if form is None else joined(reply, wording.waits(form.title))


def _is_name(field: Field | None) -> bool:
    return field is not None and field.accept is person_name


def _is_over(since: datetime | None, now: datetime) -> bool:
    return since is not None and now - since > LASTS
