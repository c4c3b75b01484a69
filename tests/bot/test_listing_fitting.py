"""Fitting the publication checks to the texts that are shipped with them."""

from pathlib import Path

from bot import listing_fitting
from union import listing_signs
from union.listing_signs import Signs


def test_what_is_fitted_tells_tricks_from_honest_listings(tmp_path: Path) -> None:
    path = tmp_path / "weights.txt"
    path.write_text(listing_signs.to_text(listing_fitting.fit()), encoding="utf-8")
    signs = Signs(path)
    trick = listing_signs.clauses("文员，双休，报到先放一千在公司账上，做满半年归还")
    assert signs.odds(trick) > 1
    assert signs.rule(trick) == "deposit"
    assert signs.telling(trick) != "双休"
    assert signs.odds(listing_signs.clauses("文员，双休，会表格，公司交五险，每月十号发工资")) < -1
