"""How tests are shared out among processes: the heavy ones in a row, beginning at once, and all others one by one."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

# Several processes of a bot each, or hundreds of phones. The mark `xdist_group` comes to nothing since pytest 9.2,
# in which xdist 3.8 cannot rename tests any more.
_HEAVY = ("tests/crash/", "tests/stories/test_membership_crowd.py", "tests/stories/test_training_crowd.py")


class InARow(LoadGroupScheduling):  # type: ignore[misc]  # xdist leaves it without types
    """The larger a group, the earlier it begins."""

    def _split_scope(self, nodeid: str) -> str:
        return "heavy" if nodeid.startswith(_HEAVY) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadGroupScheduling | None:
    return InARow(config, log) if config.getvalue("dist") == "loadgroup" else None
