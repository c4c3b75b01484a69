"""The documents say what the program does: settings, commands, log events, figures and links."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY
from typer._click.core import Context
from typer.core import TyperGroup
from typer.main import get_group

from bot import settings
from bot.commands import app

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
PAGES = (*READMES, "CHANGELOG.md", *sorted(f"docs/{page.name}" for page in ROOT.glob("docs/*.md")))
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")


def test_the_example_of_the_settings_names_each_one_once() -> None:
    named = re.findall(r"^(?:# )?(UNIONBOT_\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M)
    assert sorted(named) == sorted(settings.names())


def test_the_example_of_the_settings_holds_no_secret() -> None:
    filled = re.findall(r"^(\w+)=(.+)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M)
    assert dict(filled) == {"UNIONBOT_WECHAT_MODE": "safe", "COMPOSE_PROFILES": "sqlite"}


@pytest.mark.parametrize("page", READMES)
def test_the_readme_lists_the_settings_with_their_defaults(page: str) -> None:
    rows = re.findall(r"^\| `(UNIONBOT_\w+)` \| ([^|]*?) ?\|", read(page), re.M)
    assert [name for name, _ in rows] == settings.names()
    shown = {name: default.strip("`").replace("必填", "required") for name, default in rows}
    assert shown == {name: default for name, default, _ in settings.table()}


@pytest.mark.parametrize("page", READMES)
def test_the_readme_lists_the_commands(page: str) -> None:
    rows = re.findall(r"^\| `(?!make )([a-z][a-z -]*)` \|", read(page), re.M)
    assert sorted(rows) == sorted(commands(get_group(app)))


@pytest.mark.parametrize("page", READMES)
def test_the_readme_lists_the_targets_of_make(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^([a-z-]+):.* ## ", makefile, re.M):
        assert f"make {target}" in read(page) or target == "help", target


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = (re.findall(r"^#+ |^\||^```|^\d\. |^- ", read(page), re.M) for page in READMES)
    assert english == chinese


def test_the_handbook_explains_every_event_in_the_log() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for package in packages() for path in package.rglob("*.py")
    )
    events = set(re.findall(r'_log\.\w+\(\s*"(\w+)"', sources))
    explained = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.+?) \|", OPERATIONS, re.M))))
    assert events
    assert events <= explained, events - explained


def test_the_handbook_explains_every_figure() -> None:
    ours = {family.name for family in REGISTRY.collect() if family.name.startswith("unionbot_")}
    assert ours
    for name in ours:
        assert f"`{name}" in OPERATIONS, name


@pytest.mark.parametrize("page", PAGES)
def test_a_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)", read(page)):
        assert (ROOT / page).parent.joinpath(target).exists(), target


def test_the_compose_file_keeps_keys_apart_and_takes_only_what_is_encrypted() -> None:
    services = yaml.safe_load(read("compose.yaml"))["services"]
    assert {profile for service in services.values() for profile in service["profiles"]} == {
        "sqlite",
        "postgres",
    }
    assert services["bot"]["volumes"] == ["data:/data", "keys:/keys"]
    for name in ("bot", "web-1", "web-2", "worker"):
        assert services[name]["environment"]["UNIONBOT_WECHAT_MODE"] == "safe"
        assert set(services[name]["environment"]) <= set(settings.names())


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def packages() -> Iterator[Path]:
    return (path.parent for path in ROOT.glob("[a-z]*/__init__.py") if path.parent.name != "tests")


def commands(group: TyperGroup, under: str = "") -> Iterator[str]:
    """Every command as it is typed, with the group it stands under."""
    context = Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{under}{name} ")
        else:
            yield under + name
