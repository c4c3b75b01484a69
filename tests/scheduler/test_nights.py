"""No push that writes to one worker strikes in the night, when all want quiet."""

from datetime import UTC, datetime, timedelta

import pytest

from messages import quiet
from scheduler import (
    course_feedback,
    deadlines,
    event_offers,
    event_reminders,
    event_thanks,
    forms,
    jobs,
    lesson_reminders,
    waiting_lists,
)
from scheduler.pushes import Push

BEGIN = datetime(2026, 11, 20, tzinfo=UTC)
MODULES = (
    course_feedback,
    deadlines,
    event_offers,
    event_reminders,
    event_thanks,
    forms,
    jobs,
    lesson_reminders,
    waiting_lists,
)


@pytest.mark.parametrize("push", [module.push for module in MODULES], ids=lambda push: push.name)
def test_it_strikes_by_day(push: Push) -> None:
    slot, slots = push.next_slot(BEGIN), 0
    while slot is not None and slot < BEGIN + timedelta(days=2):
        assert quiet.opens(None, slot) == slot
        slot, slots = push.next_slot(slot), slots + 1
    assert slots
