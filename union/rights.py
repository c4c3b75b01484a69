"""What a staff member may do, checked here and nowhere else. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the union; somebody may have several."""

    ADMIN = "admin"
    OFFICER = "officer"
    APPROVER = "approver"
    DESK = "desk"
    EDITOR = "editor"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What can be allowed. FORWARD is the first stage of an application, ADMIT the last; VET passes job listings,
    BROADCAST writes to many, which a second person with it must approve.
    HOLD is for events and packs, REDEEM hands packs over.

    OPERATE is for what holds for all: the clock, the calendar, which unions there are.
    """

    STAFF = "staff"
    SEE = "see"
    FORWARD = "forward"
    ADMIT = "admit"
    CORRECT = "correct"
    EXPORT = "export"
    REPLY = "reply"
    TEACH = "teach"
    EDIT = "edit"
    SCENES = "scenes"
    VET = "vet"
    BROADCAST = "broadcast"
    HOLD = "hold"
    REDEEM = "redeem"
    AUDIT = "audit"
    OPERATE = "operate"


_RIGHTS = {
    Role.ADMIN: frozenset(Right) - {Right.FORWARD},
    Role.OFFICER: frozenset(
        {
            Right.SEE,
            Right.FORWARD,
            Right.CORRECT,
            Right.TEACH,
            Right.SCENES,
            Right.VET,
            Right.BROADCAST,
            Right.HOLD,
            Right.REDEEM,
        }
    ),
    Role.APPROVER: frozenset({Right.SEE, Right.ADMIT, Right.VET, Right.BROADCAST}),
    Role.DESK: frozenset({Right.SEE, Right.REPLY, Right.REDEEM}),
    Role.EDITOR: frozenset({Right.EDIT}),
    Role.AUDITOR: frozenset({Right.AUDIT}),
}
# Nobody admits members, gives rights or stops the clock for one district alone.
_FOR_THE_CITY = frozenset({Right.ADMIT, Right.STAFF, Right.OPERATE})


@dataclass(frozen=True, slots=True)
class Staff:
    """A staff member; `district` "" is the whole city. `id` is what the journal and the accesses name them by."""

    id: str
    name: str
    roles: frozenset[Role]
    district: str
    openid: str | None = None
    active: bool = True


class Forbidden(Exception):
    """That staff member may not do that there."""

    def __init__(self, staff: Staff, right: Right, district: str) -> None:
        there = f", only in {staff.district}" if may(staff, right, staff.district) else ""
        super().__init__(f"{staff.name} may not {right}" + (f" in {district}" if district else "") + there)
        self.right = right


def may(staff: Staff, right: Right, district: str = "") -> bool:
    """Whether they may do it for workers of that district ("" is what belongs to the city as a whole)."""
    if not staff.active or not any(right in _RIGHTS[role] for role in staff.roles):
        return False
    return not staff.district or (staff.district == district and right not in _FOR_THE_CITY)


def demand(staff: Staff, right: Right, district: str = "") -> None:
    """Raises Forbidden unless they may."""
    if not may(staff, right, district):
        raise Forbidden(staff, right, district)
