"""The commands, one module a subject."""

import gc
from collections.abc import Mapping
from importlib import import_module

import typer
from typer._click.core import Command, Context  # nowhere else
from typer.core import TyperGroup
from typer.main import get_group

# Where each command stands. A module is imported when it is asked for: all together they take a second.
_MODULES: Mapping[str, str] = {
    **dict.fromkeys(("serve", "migrate", "settings", "doctor"), "operations"),
    **dict.fromkeys(("demo", "chat"), "phones"),
    "ask": "questions",
    **dict.fromkeys(("backup", "backup-keys", "restore"), "backups"),
    "access": "accesses",
    "approve": "approvals",
    "broadcast": "broadcasts",
    "calendar": "calendars",
    "event": "events",
    "export": "members",
    "import": "imports",
    "job": "jobs",
    "knowledge": "knowledge",
    "member": "corrections",
    "menu": "menus",
    "notice": "notices",
    "organisation": "organisations",
    "photo": "photos",
    "pack": "packs",
    "push": "pushes",
    "reply": "replies",
    "route": "routes",
    "scene": "scenes",
    "staff": "staff",
    "station": "stations",
    "template": "templates",
    "training": "trainings",
    "unit": "units",
}


class _Commands(TyperGroup):
    """Groups under the names given here, and commands by their own."""

    def list_commands(self, ctx: Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: Context, name: str) -> Command | None:
        if name not in _MODULES:
            return None
        gc.disable()  # nothing of what is imported is garbage, and looking for it takes a sixth of the time
        try:
            module = import_module(f"{__name__}.{_MODULES[name]}")
        finally:
            gc.enable()
        group = get_group(module.app)
        group.name = name
        return group.commands.get(name, group)


app = typer.Typer(
    name="bot", cls=_Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.callback()
def bot() -> None:
    """A WeChat service-account bot for a city trade union."""
