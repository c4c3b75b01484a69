"""Trouble on demand: the next calls of a path fail in the way that was asked for."""

import dataclasses
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """Befalls `times` calls of `path` (the beginning of a path will do), once `after` others have passed unharmed.

    `delay` is in seconds and comes before the rest. `status` answers with that HTTP status, `errcode` with that
    code, both without doing the work; `lose_answer` does the work and closes the connection.
    """

    path: str
    errcode: int = 0
    errmsg: str = ""
    delay: float = 0.0
    lose_answer: bool = False
    status: int = 0
    times: int = 1
    after: int = 0


@dataclass(slots=True)
class Faults:
    _due: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        self._due.append(fault)

    def clear(self) -> None:
        self._due.clear()

    def befall(self, path: str) -> Fault | None:
        """The oldest fault due for this path, used up by one; those that wait for calls to pass count this one."""
        for place, fault in enumerate(self._due):
            if path.startswith(fault.path) and fault.after:
                self._due[place] = dataclasses.replace(fault, after=fault.after - 1)
            elif path.startswith(fault.path):
                left = dataclasses.replace(fault, times=fault.times - 1)
                self._due[place : place + 1] = [left] if left.times > 0 else []
                return fault
        return None
