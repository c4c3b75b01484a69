"""Letters in common, against the library that compares them one text at a time."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from knowledge.bags import Bags

_texts = st.text(alphabet="入会要带什么材料证", min_size=1, max_size=20)


@given(st.lists(_texts, min_size=1, max_size=8), _texts)
def test_is_the_best_ratio_of_letters_in_order(texts: list[str], asked: str) -> None:
    about_as_long = [text for text in texts if len(asked) <= 2 * len(text) <= 4 * len(asked)]
    ratios = [fuzz.ratio("".join(sorted(asked)), "".join(sorted(text))) / 100 for text in about_as_long]
    assert abs(Bags(texts).likeness(asked) - max(ratios, default=0.0)) < 1e-5


def test_nothing_in_common_is_nothing() -> None:
    assert Bags(["入会"]).likeness("社保") == 0.0
