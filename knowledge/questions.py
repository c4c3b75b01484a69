"""The line that `ask --jsonl` prints for a question."""

import json

from knowledge.matcher import Verdict


def verdict_line(question: str, verdict: Verdict, urgent: bool = False) -> str:
    """One JSON object without a line end; acceptance checks read these names."""
    entry = verdict.entry
    topics = [entry.topic] if entry else []
    return json.dumps(
        {
            "q": question,
            "outcome": verdict.outcome.value,
            "topic": entry.topic if entry else None,
            "topics": topics,
            "answer": entry.answer if entry else "",
            "urgent": urgent,
            "candidates": [
                {"topic": candidate.topic, "score": round(candidate.score, 4)}
                for candidate in verdict.candidates
            ],
        },
        ensure_ascii=False,
    )
