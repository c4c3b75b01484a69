"""The snapshot in force."""

from knowledge.entries import Entry
from knowledge.matcher import Candidate, Outcome, Snapshot
from knowledge.understanding import BY_ITSELF, Reading, offers, read

_SHORT = 12  # letters of a question that leaves out what it is about
_SURELY = 0.7
SHOWN = 4  # what a worker is offered at most


class Knowledge:
    """Holds the snapshot that questions are matched against; swapping it is one assignment, so any thread may."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def read(self, message: str, topic: str | None = None) -> Reading:
        """What a worker means who was last answered on that topic."""
        return read(self._snapshot, message, topic)

    def offers(self, reading: Reading) -> tuple[Candidate, ...]:
        """What the worker may have meant, as much as is shown."""
        return offers(self._snapshot, reading, SHOWN)

    def knows(self, message: str, topic: str | None = None) -> bool:
        """Whether a message has an answer at once, or likely has, where that topic is spoken of."""
        reading = self.read(message, topic)
        likely = reading.outcome is Outcome.SUGGEST and reading.certainty >= BY_ITSELF
        return reading.outcome is Outcome.ANSWER or likely or reading.aside is not None

    def knows_of(self, subject: str, message: str) -> bool:
        """Whether a short question has no answer by itself, but has where it is asked of that subject."""
        if len(message) > _SHORT:
            return False
        alone = self._snapshot.match(message)
        if alone.entry is not None:
            return False
        whole = self._snapshot.match(f"{subject}{message}")
        return whole.entry is not None and whole.certainty >= max(alone.certainty, _SURELY)

    def exact(self, question: str) -> Entry | None:
        return self._snapshot.exact(question)

    def entry(self, entry_id: str) -> Entry | None:
        """The entry of that id, unless it has gone since somebody was shown it."""
        return self._snapshot.by_id.get(entry_id)

    def swap(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
