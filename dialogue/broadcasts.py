"""Broadcasts as staff handle them, by chat or by command: their rights, then the state, then the step is taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.counts import Counts
from messages import credits, forecasts, launches, masses, results
from messages.audiences import Audiences, BadAudience
from messages.broadcasts import NOTICES, Kind, State, What
from messages.contents import Wordings, wordings
from messages.drafts import Draft, Unfit, readable
from messages.forecasts import Forecast
from messages.launches import Refused, Standing, Step, Why
from messages.reasons import Reason
from messages.results import Progress
from messages.subscriptions import Topic
from messages.tickets import templates_by_topic
from union import audience_words, audiences, rights, staff
from union.announcements import AnnouncementMoved, AnnouncementProposed, Trouble
from union.audiences import Contradiction, UnknownAudience
from union.rights import Forbidden, Right, Staff

__all__ = [
    "NOTICES",
    "BadAudience",
    "Broadcasts",
    "Draft",
    "Forbidden",
    "Forecast",
    "Kind",
    "Progress",
    "Proposal",
    "Refused",
    "Standing",
    "State",
    "Step",
    "Unfit",
    "Why",
    "Wordings",
    "readable",
]

_MOST_SHOWN = 60
_MOST_READ = 1000
# How a reason of the bot's begins: that of `bot.platform` with the kind of the refusal.
_TROUBLES = {
    "content:": Trouble.CONTENT,
    "the platform's verdict:": Trouble.CONTENT,
    "configuration:": Trouble.SETTINGS,
}
_ALIVE = (State.DRAFT, State.APPROVED, State.RUNNING, State.PAUSED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What those who may confirm a broadcast are told; the `unreached`, by name, when they next write and not before."""

    facts: Sequence[AnnouncementProposed]
    unreached: Sequence[str]

    @property
    def reached(self) -> int:
        return len(self.facts) - len(self.unreached)


class Broadcasts:
    """Each method raises Forbidden where the staff member may not address the people it is for, and Refused where the
    broadcast stands elsewhere; those that take a draft raise BadAudience and Unfit."""

    def __init__(self, audiences: Audiences, counts: Counts | None = None) -> None:
        """`counts` where others wait for what is asked here."""
        self._audiences = audiences
        self._counts = counts

    async def draft(self, session: AsyncSession, by: Staff, said: Draft, now: datetime) -> Standing:
        await self._check(session, by, said)
        return await launches.draft(session, said, by.id, now)

    async def change(self, session: AsyncSession, by: Staff, id: int, said: Draft, now: datetime) -> Standing:
        await self._may(session, by, id)
        await self._check(session, by, said)
        return await launches.change(session, id, said, by.id, now)

    async def standing(self, session: AsyncSession, by: Staff, id: int) -> Standing:
        """Without showing what it says."""
        await self._may(session, by, id)
        return await launches.standing(session, id)

    async def look(
        self, session: AsyncSession, by: Staff, id: int, now: datetime, *, whole: bool = False
    ) -> Standing:
        """That they saw this edition is written down; with its picture where the `whole` is wanted."""
        await self._may(session, by, id)
        return await launches.look(session, id, by.id, now, whole=whole)

    async def approve(
        self, session: AsyncSession, by: Staff, id: int, edition: int, now: datetime
    ) -> Standing:
        await self._may(session, by, id)
        return await launches.approve(session, id, edition, by.id, now)

    async def launch(self, session: AsyncSession, by: Staff, id: int, now: datetime) -> Standing:
        await self._may(session, by, id)
        return await launches.launch(session, id, by.id, now)

    async def pause(
        self, session: AsyncSession, by: Staff, id: int, now: datetime, reason: str = ""
    ) -> Standing:
        await self._may(session, by, id)
        return await launches.pause(session, id, by.id, now, reason)

    async def resume(self, session: AsyncSession, by: Staff, id: int, now: datetime) -> Standing:
        await self._may(session, by, id)
        return await launches.resume(session, id, by.id, now)

    async def stop(
        self, session: AsyncSession, by: Staff, id: int, now: datetime, reason: str = ""
    ) -> Standing:
        await self._may(session, by, id)
        return await launches.stop(session, id, by.id, now, reason)

    async def forecast(self, session: AsyncSession, its: Standing, now: datetime) -> Forecast:
        return await forecasts.forecast(session, self._audiences, its.draft, now)

    async def people(self, session: AsyncSession, its: Standing, now: datetime) -> int | None:
        """How many may hear it; None while they are being counted."""
        count = partial(forecasts.people, audiences=self._audiences, said=its.draft, now=now)
        if self._counts is None:
            return await count(session)
        key = "people", its.draft.conditions
        return await self._counts.tell(session, key, forecasts.known(), count)

    async def quick_forecast(
        self, session: AsyncSession, its: Standing, people: int | None, now: datetime
    ) -> Forecast | None:
        """For a turn, which others wait for; None where so many `people` would take long to count."""
        few = people is not None and people <= forecasts.FEW
        return await self.forecast(session, its, now) if few else None

    async def wordings(self, session: AsyncSession, its: Standing, now: datetime) -> Wordings:
        """What it says by each route."""
        return await wordings(session, its.draft, now)

    async def masses_left(self, session: AsyncSession, its: Standing, now: datetime) -> int:
        """Of the four of the month in which it goes, without the one that it may have booked itself."""
        return await masses.left(session, its.id, its.draft.starts_at or now)

    async def progress(self, session: AsyncSession, id: int) -> Progress:
        return await results.progress(session, id)

    async def quick_progress(self, session: AsyncSession, id: int) -> Progress | None:
        """Without reasons; None while they are being counted."""
        count = partial(results.progress, id=id, reasons=False)
        if self._counts is None:
            return await count(session)
        return await self._counts.tell(session, ("progress", id), results.deliveries(id), count)

    async def seen_by(self, session: AsyncSession, by: Staff, id: int) -> int:
        """The newest edition that they were shown; 0 for none."""
        return await launches.seen_by(session, id, by.id)

    async def history(self, session: AsyncSession, by: Staff, id: int) -> Sequence[Step]:
        await self._may(session, by, id)
        return await launches.history(session, id)

    async def alive(self, session: AsyncSession, by: Staff) -> list[Standing]:
        """Those that they may handle and that are not over yet, the newest first."""
        found = await launches.listed(session, *_ALIVE, limit=_MOST_READ)
        return [one for one in found if _may_address(by, one.draft.conditions)]

    async def proposal(self, session: AsyncSession, its: Standing, by: Staff, now: datetime) -> Proposal:
        """For everybody else with the right to it who has bound their WeChat."""
        others = {
            one.openid: one.name
            for one in await staff.everybody(session)
            if one.openid and one.id != by.id and _may_address(one, its.draft.conditions)
        }
        standings = await credits.standings(await session.connection(), others, now)
        said = its.id, by.name, shown(its), readable(its.draft), its.draft.mass
        facts = [AnnouncementProposed(openid, *said) for openid in others]
        return Proposal(facts, [name for openid, name in others.items() if not standings[openid].left])

    async def _may(self, session: AsyncSession, by: Staff, id: int) -> None:
        audiences.demand(by, (await launches.standing(session, id)).draft.conditions)

    async def _check(self, session: AsyncSession, by: Staff, said: Draft) -> None:
        try:
            await self._audiences.check(session, said.conditions)
            await audiences.check(session, said.conditions)
            audiences.demand(by, said.conditions)
        except (UnknownAudience, Contradiction) as problem:
            raise BadAudience(str(problem)) from None
        if said.topic and said.topic not in {*Topic} and said.topic not in await templates_by_topic(session):
            raise Unfit(
                f"topic: there is no {said.topic}, neither {', '.join(Topic)} nor one with a template"
            )


def shown(its: Standing) -> str:
    """Whom it is for, in words that fit into a line."""
    label = audience_words.label(its.draft.conditions)
    return label if len(label) <= _MOST_SHOWN else f"{label[:_MOST_SHOWN]}…"


def may_broadcast(by: Staff) -> bool:
    return rights.may(by, Right.BROADCAST, by.district)


def is_late(its: Standing) -> bool:
    """Whether its time was over before everybody had it, and the bot ended it."""
    return its.state in (State.DONE, State.STOPPED) and its.reason == Reason.TOO_LATE


def trouble_of(reason: str) -> Trouble | None:
    """None where a person gave the reason, or none."""
    if " in a row: " in reason:
        return Trouble.PLATFORM
    return next((one for begins, one in _TROUBLES.items() if reason.startswith(begins)), None)


async def moved(session: AsyncSession, step: Step, its: Standing) -> list[AnnouncementMoved]:
    """For the author and the approver, what the bot did."""
    ended = step.what in (What.DONE, What.STOPPED)
    done = await results.progress(session, its.id, reasons=False) if ended else Progress({}, {}, {})
    trouble = trouble_of(step.reason) or Trouble.PLATFORM if step.what is What.PAUSED else None
    people = [await _numbered(session, one) for one in dict.fromkeys((its.author, its.approver)) if one]
    return [
        AnnouncementMoved(
            one.openid,
            its.id,
            its.draft.name,
            step.what,
            "",
            trouble,
            bool(step.reason),
            done.sent,
            done.held,
        )
        for one in people
        if one is not None and one.openid and one.active
    ]


async def _numbered(session: AsyncSession, id: str) -> Staff | None:
    try:
        return await staff.numbered(session, id)
    except staff.Unknown:
        return None


def _may_address(by: Staff, conditions: Iterable[str]) -> bool:
    try:
        audiences.demand(by, conditions)
    except Forbidden:
        return False
    return True
