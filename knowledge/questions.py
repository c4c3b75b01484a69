"""The line that `ask --jsonl` prints for a question."""

import json

from knowledge.matcher import TOPICS, Snapshot
from knowledge.understanding import Reading, offers


def reading_line(snapshot: Snapshot, question: str, reading: Reading, urgent: bool = False) -> str:
    """One JSON object without a line end; acceptance checks read these names."""
    answered = reading.entries
    told = [entry.answer for entry in answered] or ([reading.aside.answer] if reading.aside else [])
    return json.dumps(
        {
            "q": question,
            "outcome": reading.outcome.value,
            "topic": answered[0].topic if answered else None,
            "topics": [entry.topic for entry in answered],
            "answer": "\n\n".join(told),
            "urgent": urgent,
            "candidates": [
                {"topic": one.topic, "score": round(one.score, 4)}
                for one in offers(snapshot, reading, TOPICS)
            ],
        },
        ensure_ascii=False,
    )
