"""What happens when the clock strikes? One module a push.

A module here that exports `push` is found by itself:

    push = Push("training-reminders", cron="*/10 8-20 * * *", late=timedelta(hours=2))

    @push.strikes
    async def remind(strike: Strike) -> int:
        due = await trainings.due_reminders(strike.session, strike.now)
        return await strike.tell(*due)

The strike runs once for each time of the cron expression (Asia/Shanghai), in one process of all, in the transaction
that also claims the time: what it changes and whom it tells is committed with the claim or not at all. It returns how
much it found to do. It must look for all that is due by now, never only for its own slot: slots that pass while
nothing runs are not struck one by one.
"""

import importlib
import pkgutil

from scheduler.pushes import Push


class Clash(Exception):
    """Two pushes have one name; the process must not start."""


def discover() -> list[Push]:
    """The `push` of each module here that exports one, by name; raises Clash."""
    modules = [
        importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
    ]
    pushes: dict[str, Push] = {}
    for push in (module.push for module in modules if hasattr(module, "push")):
        if pushes.setdefault(push.name, push) is not push:
            raise Clash(f"two pushes are called {push.name}")
    return [pushes[name] for name in sorted(pushes)]
