"""Why a question was answered as it was."""

from knowledge.matcher import Snapshot

_TOPICS, _PIECES = 3, 8


def explained(snapshot: Snapshot, question: str) -> str:
    """The signs of the match, and for the nearest topics the pieces that speak for them, heaviest first."""
    verdict = snapshot.match(question)
    look, weights = verdict.look, snapshot.weights
    lines = [
        f"read as      {look.asked}",
        f"inside       {look.inside:.3f}, an answer needs {weights.sure_inside}",
        f"right        {look.right:.3f}, an answer needs {weights.sure_right}",
    ]
    for name, value in look.features._asdict().items():
        shares = [getattr(one.features, name) * value for one in (weights.inside, weights.right)]
        lines.append(f"  {name:10} {value:7.3f}   inside {shares[0]:+7.3f}   right {shares[1]:+7.3f}")
    for at in look.near[:_TOPICS]:
        topic = snapshot.topics[at]
        says = sorted(((snapshot.index.says(piece, at), piece) for piece in look.pieces), reverse=True)
        heaviest = "  ".join(f"{piece} {value:.1f}" for value, piece in says[:_PIECES])
        lines.append(f"{topic.name:24} {look.scores[at]:6.1f}  {heaviest}")
        lines.append(f"{'':24} nearest text: {topic.nearest_text(look.asked)}")
    return "\n".join(lines)
