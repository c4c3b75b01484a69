"""Access tokens: the old kind, where a new one ends the last, and the stable kind."""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from wechat.simulator.quotas import beijing_day
from wechat.simulator.refusals import Refused

Kind = Literal["old", "stable"]
LIFE = 7200.0
GRACE = 300.0  # an old token lives this long beside its successor
FORCED_A_DAY = 20
FORCED_APART = 30.0


@dataclass(slots=True)
class Token:
    value: str
    ends: float


@dataclass(slots=True)
class Tokens:
    """The two kinds are isolated: a new token of one never ends one of the other."""

    clock: Callable[[], float]
    current: dict[Kind, Token] = field(default_factory=dict)
    _known: dict[str, Token] = field(default_factory=dict)
    _forced: Counter[str] = field(default_factory=Counter)
    _forced_at: float = 0.0

    def renew(self) -> Token:
        """The old endpoint: every call makes a new token."""
        return self._issue("old")

    def stable(self, force: bool) -> Token:
        """The same token until five minutes before its end; a forced one at most 20 a day, 30 s apart."""
        now = self.clock()
        current = self.current.get("stable")
        if force and self._may_force(now):
            self._forced[beijing_day(now)] += 1
            self._forced_at = now
            return self._issue("stable")
        if current is not None and current.ends - now > GRACE:
            return current
        return self._issue("stable")

    def check(self, value: str) -> None:
        """Raises Refused: 41001 missing, 40001 unknown, 42001 expired."""
        if not value:
            raise Refused(41001)
        token = self._known.get(value)
        if token is None:
            raise Refused(40001)
        if self.clock() >= token.ends:
            raise Refused(42001)

    def revoke(self) -> None:
        """Every token dies at once, as when the secret is reset."""
        self._known.clear()
        self.current.clear()

    def _may_force(self, now: float) -> bool:
        if self._forced[beijing_day(now)] >= FORCED_A_DAY:
            raise Refused(45009)
        return now - self._forced_at >= FORCED_APART

    def _issue(self, kind: Kind) -> Token:
        now = self.clock()
        last = self.current.get(kind)
        if last is not None:
            last.ends = min(last.ends, now + GRACE)
        token = Token(f"99_{secrets.token_urlsafe(96)}", now + LIFE)
        self.current[kind] = self._known[token.value] = token
        return token
