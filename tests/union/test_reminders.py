"""The hours at which somebody is called to mind of what they go to."""

from datetime import datetime, timedelta

from storage.base import CHINA
from union.reminders import ahead, due, holds_until

DAY = datetime(2026, 11, 20, tzinfo=CHINA)
HOUR, TOMORROW = timedelta(hours=1), timedelta(days=1)


def test_nobody_is_called_to_mind_in_the_night() -> None:
    begins = DAY + TOMORROW + 10 * HOUR
    told = [half / 2 for half in range(96) if list(due([begins], DAY + half / 2 * HOUR))]
    assert told == [half / 2 for half in (*range(34, 43), *range(64, 68))]


def test_what_begins_early_day_after_day_has_an_eve_each_day() -> None:
    for hour, eve in ((8, True), (9, False)):
        both = DAY + hour * HOUR, DAY + TOMORROW + hour * HOUR
        assert bool(list(due(both, DAY + 18 * HOUR))) is eve


def test_tomorrow_is_said_until_midnight() -> None:
    begins = DAY + TOMORROW + 10 * HOUR
    assert (holds_until(begins, eve=True), holds_until(begins, eve=False)) == (DAY + TOMORROW, begins)


def test_who_signs_up_is_told_of_what_lies_ahead() -> None:
    begins = DAY + TOMORROW + 10 * HOUR
    for now, eves in ((DAY, [True, False]), (DAY + 18 * HOUR, [False]), (DAY + 33 * HOUR, [])):
        assert [eve for _, eve in ahead(begins, now)] == eves
    assert [eve for _, eve in ahead(DAY + TOMORROW + 7 * HOUR, DAY)] == [True]
