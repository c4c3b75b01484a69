"""The menu at the foot of the chat, from `handlers/menu.yaml`; a key that nobody takes stops the publishing."""

from collections.abc import Iterable
from pathlib import Path

import yaml

import handlers
from dialogue.routing import Router
from knowledge.entries import Entry
from wechat.calls.menus import Button

_FILE = Path(handlers.__file__).with_name("menu.yaml")


class UnknownKey(Exception):
    """A line of the menu would lead nowhere."""


def read(router: Router, entries: Iterable[Entry]) -> tuple[Button, ...]:
    """The buttons to publish; raises UnknownKey."""
    ids = {entry.id for entry in entries}
    buttons = []
    for button in yaml.safe_load(_FILE.read_text(encoding="utf-8")):
        for line in button["below"]:
            if not router.takes(line["key"]) or line["key"].removeprefix("ask:") not in ids | router.keys:
                raise UnknownKey(
                    f"{_FILE.name}: “{line['name']}” has the key {line['key']}, which leads nowhere"
                )
        below = tuple(Button(line["name"], "click", line["key"]) for line in button["below"])
        buttons.append(Button(button["name"], buttons=below))
    return tuple(buttons)
