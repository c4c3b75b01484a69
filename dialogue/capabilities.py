"""A capability declares what a worker can ask for, in words, taps, events and kinds of message."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from dialogue.contexts import Context
from dialogue.fields import Field
from dialogue.forms import AnyForm, Filled, Form
from dialogue.notices import Notice, Worded
from dialogue.pages import LASTS, AnyPage, ConsentPage, FilePage, FormPage, PageField, ViewPage
from dialogue.replies import Text
from dialogue.values import Earlier

Meant = TypeVar("Meant")
Handler = Callable[[Context], Awaitable[Text | None]]
Picked = Callable[[Context, str], Awaitable[Text | None]]
Counted = Callable[[Context, int], Awaitable[Text | None]]
Awaited = Callable[[Context, bool], Awaitable[Text | None]]
Caught = Callable[[Context, bool], Awaitable[Text | None]]
Rescuer = Callable[[Context, str], Awaitable[Text]]
Scanned = Callable[[Context, str], Awaitable[Text]]
Reader = Callable[[str, str | None], Meant | None]
Understood = Callable[[Context, Meant], Awaitable[Text | None]]
Heard = Callable[[Context, str], Awaitable[Text]]
Attend = Callable[[Context, str], Awaitable[Text | None]]
Progress = Callable[[Context], Awaitable[Sequence[str]]]
Recalling = Callable[[Context], Awaitable[Sequence[Earlier]]]
Apology = Callable[[str], Text]
Caution = Callable[[], str]
AnyFact = TypeVar("AnyFact")
AnyHandler = TypeVar("AnyHandler", bound=Handler)


class Clash(Exception):
    """Two capabilities claim the same words, key, event or duty; the process must not start."""


class Capability:
    """What a module of `handlers` exports. Claims made twice raise Clash when the routes are built.

    `stores=False` promises that no handler here touches a session, which saves the turn a savepoint.
    """

    def __init__(self, name: str, title: str, *, stores: bool = True) -> None:
        self.name = name
        self.title = title
        self.stores = stores
        self.phrases: list[tuple[str, Handler]] = []
        self.readers: list[tuple[Reader[Any], Understood[Any]]] = []
        self.orders: list[tuple[Reader[Any], Understood[Any]]] = []
        self.guessed: list[tuple[Reader[Any], Understood[Any]]] = []
        self.suspected: list[tuple[Reader[Any], Understood[Any]]] = []
        self.lone_phrases: list[tuple[str, Handler]] = []
        self.patterns: list[tuple[str, Heard]] = []
        self.keys: list[tuple[str, Handler]] = []
        self.events: list[tuple[str, Handler]] = []
        self.kinds: list[tuple[str, Handler]] = []
        self.opening: Handler | None = None
        self.glancing: Handler | None = None
        self.picking: Picked | None = None
        self.counting: Counted | None = None
        self.awaiting: Awaited | None = None
        self.catching: list[Caught] = []
        self.rescuing: Rescuer | None = None
        self.answering: Handler | None = None
        self.otherwise: Handler | None = None
        self.apology: Apology | None = None
        self.scanned: list[tuple[str, Scanned]] = []
        self.forms: list[AnyForm] = []
        self.wordings: list[tuple[type, Worded]] = []
        self.reporting: Progress | None = None
        self.recalling: Recalling | None = None
        self.attending: Attend | None = None
        self.caution: Caution | None = None
        self.pages: list[AnyPage] = []

    def says(self, *phrases: str, alone: bool = False) -> Callable[[AnyHandler], AnyHandler]:
        """These very words, however they are written; `alone` only while no form is open that may want them too."""
        return _claims(self.lone_phrases if alone else self.phrases, phrases)

    def hears(self, pattern: str) -> Callable[[Heard], Heard]:
        """Words with a part that varies: a pattern of the normalised text whose first group the handler gets."""

        def claim(handler: Heard) -> Heard:
            self.patterns.append((pattern, handler))
            return handler

        return claim

    def understands(self, reader: Reader[Meant]) -> Callable[[Understood[Meant]], Understood[Meant]]:
        """Texts in free words: `reader` gets the text and the topic of the last answer, and returns what is meant or None.

        It must be quick and sure, for it comes before the knowledge base; where two understand a text, neither does.
        A handler that finds nothing the text could be about returns None, and the text is answered as any other.
        """
        return _reads(self.readers, reader)

    def obeys(self, reader: Reader[Meant]) -> Callable[[Understood[Meant]], Understood[Meant]]:
        """Texts that nobody writes by chance, such as “#公告 …”: before all else, emergencies and open forms too.

        What they are about, such as an accident, is not what is happening to the writer.
        """
        return _reads(self.orders, reader)

    def suspects(self, reader: Reader[Meant]) -> Callable[[Understood[Meant]], Understood[Meant]]:
        """Texts that look like an order and are none that anybody obeys.

        A handler to whose writer no order belongs returns None, and the text is answered as any other.
        """
        return _reads(self.suspected, reader)

    def guesses(self, reader: Reader[Meant]) -> Callable[[Understood[Meant]], Understood[Meant]]:
        """Short texts that the knowledge base has no answer to but by the way, of which `reader` says what they may mean.

        The handler looks at `Context.connection` whether they mean it, and returns None where they do not.
        """
        return _reads(self.guessed, reader)

    def taps(self, *keys: str) -> Callable[[AnyHandler], AnyHandler]:
        """Keys of the menu at the foot of the chat."""
        return _claims(self.keys, keys)

    def happens(self, *events: str) -> Callable[[AnyHandler], AnyHandler]:
        """Events of the platform by their lower-case names, such as subscribe."""
        return _claims(self.events, events)

    def receives(self, *kinds: str) -> Callable[[AnyHandler], AnyHandler]:
        """Kinds of message other than text, such as voice."""
        return _claims(self.kinds, kinds)

    def scans(self, prefix: str) -> Callable[[Scanned], Scanned]:
        """QR codes whose scene is `prefix` or `prefix:rest`, scanned or followed by; the handler gets the rest."""

        def claim(handler: Scanned) -> Scanned:
            self.scanned.append((prefix, handler))
            return handler

        return claim

    def form(
        self,
        filled: type[Filled],
        *fields: Field,
        confirm: str,
        title: str = "",
        given: Sequence[str] = (),
        topic: str | None = None,
    ) -> Form[Filled]:
        """Declare a form that fills `filled`; `confirm` shows {summary}, `given` fields are handed to `begin` alone.

        `topic` is what a short question in the middle is about, such as “要交钱吗”.
        """
        form = Form(self.name, title or self.title, filled, fields, confirm, given, topic)
        self.forms.append(form)
        return form

    def tells(
        self, fact: type[AnyFact]
    ) -> Callable[[Callable[[AnyFact], Notice]], Callable[[AnyFact], Notice]]:
        """How a fact about a worker is put into words for somebody who is not writing now."""

        def claim(worded: Callable[[AnyFact], Notice]) -> Callable[[AnyFact], Notice]:
            self.wordings.append((fact, worded))
            return worded

        return claim

    def progress(self, report: Progress) -> Progress:
        """What is open for this worker in this subject, a line each; gathered by `Context.progress`."""
        self.reporting = report
        return report

    def recalls(self, recalled: Recalling) -> Recalling:
        """What this worker gave to forms before, and may be offered where another asks for the same."""
        self.recalling = recalled
        return recalled

    def attends(self, handler: Attend) -> Attend:
        """Whatever a worker sends while a person is speaking with them, but for emergencies.

        The handler is given its text in the form that phrases are compared in, empty where there is none.
        """
        self.attending = handler
        return handler

    def page(
        self,
        filled: type[Filled],
        *asked: PageField,
        title: str,
        notice: str,
        button: str,
        consent: str = "",
        lasts: timedelta = LASTS,
    ) -> FormPage[Filled]:
        """Declare a page that fills `filled`; with `consent`, that box must be ticked before anything is sent."""
        page = FormPage(
            self._page_name(), filled, asked,
            title=title, notice=notice, button=button, consent=consent, lasts=lasts,
        )  # fmt: skip
        self.pages.append(page)
        return page

    def file(self, title: str, notice: str, button: str) -> FilePage:
        """Declare a page that gives a file."""
        page = FilePage(self._page_name(), title=title, notice=notice, button=button)
        self.pages.append(page)
        return page

    def consents(self, title: str, notice: str, button: str, none: str, trouble: str) -> ConsentPage:
        """Declare a page on which the platform itself asks whether it may bring notices."""
        page = ConsentPage(self._page_name(), title, notice, button, none, trouble)
        self.pages.append(page)
        return page

    def view(self, title: str, lasts: timedelta = LASTS) -> ViewPage:
        """Declare a page that shows something."""
        page = ViewPage(self._page_name(), title=title, lasts=lasts)
        self.pages.append(page)
        return page

    def _page_name(self) -> str:
        return f"{self.name}-{len(self.pages) + 1}" if self.pages else self.name

    def opens(self, handler: AnyHandler) -> AnyHandler:
        """What happens when something else leads here, such as an entry of the knowledge base."""
        self.opening = handler
        return handler

    def glances(self, handler: AnyHandler) -> AnyHandler:
        """What is said before anything is opened, by no more than a look at `Context.connection`; None: it is opened."""
        self.glancing = handler
        return handler

    def picks(self, picked: Picked) -> Picked:
        """What happens when a line is picked that this capability offered; it gets the line's argument."""
        self.picking = picked
        return picked

    def counts(self, counted: Counted) -> Counted:
        """A number, which may mean a line of a message rather than of the conversation's list; None where it does not.

        It comes before every number, so it should take no more than a look at `Context.connection`.
        """
        self.counting = counted
        return counted

    def awaits(self, awaited: Awaited) -> Awaited:
        """A plain yes or no (“好的”, “不去了”, “1”, “2”) that answers nothing else; None where nothing waits for it.

        Every such message comes here, so it should look at `Context.connection`, and `attach` only where something waits.
        """
        self.awaiting = awaited
        return awaited

    def catches(self, caught: Caught) -> Caught:
        """A text that the knowledge base has no answer to and that may be what this capability asked for in a notice.

        It gets whether something is known to say to it, if only by the way; None where nothing of the kind was asked for.
        Short texts alone come here, of people of whom a name is held, while no form is open.
        """
        self.catching.append(caught)
        return caught

    def rescues(self, rescuer: Rescuer) -> Rescuer:
        """An emergency, before anything else; it gets the kind of it."""
        self.rescuing = rescuer
        return rescuer

    def answers(self, handler: AnyHandler) -> AnyHandler:
        """Any text that nothing else claims."""
        self.answering = handler
        return handler

    def meets_the_rest(self, handler: AnyHandler) -> AnyHandler:
        """Any message that is not text and that nothing else claims."""
        self.otherwise = handler
        return handler

    def apologises(self, worded: Apology) -> Apology:
        """The words for a turn that failed; they get its reference."""
        self.apology = worded
        return worded

    def cautions(self, worded: Caution) -> Caution:
        """What is added to the answer when a number was hidden that does not belong in a chat."""
        self.caution = worded
        return worded


def _reads(
    claimed: list[tuple[Reader[Any], Understood[Any]]], reader: Reader[Meant]
) -> Callable[[Understood[Meant]], Understood[Meant]]:
    def claim(handler: Understood[Meant]) -> Understood[Meant]:
        claimed.append((reader, handler))
        return handler

    return claim


def _claims(claimed: list[tuple[str, Handler]], names: tuple[str, ...]) -> Callable[[AnyHandler], AnyHandler]:
    def claim(handler: AnyHandler) -> AnyHandler:
        claimed.extend((name, handler) for name in names)
        return handler

    return claim
