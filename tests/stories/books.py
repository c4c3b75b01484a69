"""What the union's tables say of a few workers, and what of it must hold whatever they did."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from tests.stories.talk import MOBILES, NAMES
from union.applications import ApplicationRow, Joining, Kind, asked
from union.consents import ConsentRow, Purpose
from union.coupons import CouponRow
from union.event_places import SignUpRow
from union.job_applications import JobApplicationRow
from union.members import MemberRow
from union.seats import EnrolmentRow

# Not the product's own lists: a seat that is offered must be nobody else's by these too.
_SEATED = {"enrolled", "offered"}
_LINES = (EnrolmentRow, SignUpRow)
_FEW = (*_LINES, CouponRow)
_OF_WORKERS = (ApplicationRow, MemberRow, JobApplicationRow, ConsentRow)
# For what is open or held, what must have been agreed to.
_PURPOSES: dict[type, Purpose] = {
    ApplicationRow: Purpose.MEMBERSHIP,
    EnrolmentRow: Purpose.TRAINING,
    SignUpRow: Purpose.EVENTS,
    JobApplicationRow: Purpose.JOBS,
}


class Books:
    """The rows of these workers, and all that stand in lines."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    @classmethod
    async def read(cls, session: AsyncSession, openids: Iterable[str]) -> "Books":
        rows: list[Any] = []
        for table in _OF_WORKERS:
            rows += await session.scalars(sa.select(table).where(table.openid.in_(openids)))
        for few in _FEW:
            rows += await session.scalars(sa.select(few))
        return cls(rows)

    def check(self, before: "Books") -> None:
        """Nothing is there twice, nothing without consent, and nobody's answers are another question's."""
        self._check_once(before)
        self._check_agreed()
        for row in self._of(ApplicationRow, MemberRow):
            assert row.mobile in MOBILES and row.name in NAMES, (type(row), row.mobile, row.name)
        for row in self._of(*_LINES, JobApplicationRow):
            assert row.phone in (*MOBILES, None) and row.name in (*NAMES, None), (row.phone, row.name)

    def check_gone(self, openid: str) -> None:
        """Of whoever has unfollowed nothing is left under their openid."""
        assert not [type(row) for row in self._rows if row.openid == openid]

    def held(self, openid: str) -> Counter[type]:
        """What a worker has, and does not lose by idle words."""
        return Counter(type(row) for row in self._rows if row.openid == openid and _is_held(row))

    def handed_in(self, before: "Books") -> list[Joining]:
        """What has come since, or come anew, by who asks to join."""
        known = {row.id: asked(row) for row in before._of(ApplicationRow)}
        joining = [row for row in self._of(ApplicationRow) if row.kind == Kind.JOIN]
        return [asked(row) for row in joining if known.get(row.id) != asked(row)]

    def _check_once(self, before: "Books") -> None:
        opened = Counter(one.openid for one in self._of(ApplicationRow) if one.closed_at is None)
        assert max(opened.values(), default=0) <= 1
        known = before._ids(ApplicationRow)
        new = Counter(one.openid for one in self._of(ApplicationRow) if one.id not in known)
        assert max(new.values(), default=0) <= 1, "two applications of one confirmation"
        seats = Counter((type(one), _what(one)) for one in self._of(*_LINES) if one.state in _SEATED)
        assert max(seats.values(), default=0) <= 1, "of each there is one"
        lines = {(type(one), _what(one)) for one in self._of(*_LINES) if one.state == "waiting"}
        assert lines <= seats.keys(), "a seat is free, and somebody waits for it"
        assert len(self._of(CouponRow)) <= 1

    def _check_agreed(self) -> None:
        agreed = {(one.openid, one.purpose) for one in self._of(ConsentRow) if one.ended_at is None}
        for row in self._rows:
            purpose = _PURPOSES.get(type(row))
            if purpose and _is_held(row):
                assert (row.openid, purpose) in agreed, f"{purpose} was never agreed to"

    def _ids(self, table: type) -> Set[int]:
        return {row.id for row in self._of(table)}

    def _of(self, *tables: type) -> list[Any]:
        return [row for row in self._rows if isinstance(row, tables)]


def _what(row: Any) -> int:
    """What one is in line for; of the world's event there is one quota."""
    return row.course_id if isinstance(row, EnrolmentRow) else row.event_id


def _is_held(row: Any) -> bool:
    if isinstance(row, ApplicationRow):
        return row.closed_at is None and row.kind == Kind.JOIN
    if isinstance(row, MemberRow):
        return row.left_at is None
    if isinstance(row, JobApplicationRow):
        return row.state == "sent"
    return isinstance(row, CouponRow) or (isinstance(row, _LINES) and row.state == "enrolled")
