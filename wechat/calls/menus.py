"""The menu at the foot of the chat."""

from collections.abc import Sequence
from dataclasses import dataclass

from wechat.calls.callers import Caller
from wechat.transport import Answer, Request

_NO_MENU = 46003


@dataclass(frozen=True, slots=True)
class Button:
    """Of kind click, view, miniprogram, scancode_waitmsg, location_select and so on, or of none with `buttons` below."""

    name: str
    kind: str = ""
    key: str = ""
    url: str = ""
    appid: str = ""
    pagepath: str = ""
    buttons: tuple["Button", ...] = ()


class Menus(Caller):
    async def publish_menu(self, buttons: Sequence[Button]) -> None:
        """At most three buttons with five below each; phones show it within five minutes."""
        payload = {"button": [_written(button) for button in buttons]}
        await self._call(Request("/cgi-bin/menu/create", payload=payload))

    async def read_menu(self) -> tuple[Button, ...]:
        """Empty when there is none."""
        answer = await self._call(Request("/cgi-bin/menu/get", accepts=(_NO_MENU,)))
        return tuple(_read(button) for button in answer.under("menu").each("button"))

    async def delete_menu(self) -> None:
        """The menus made for tags go with it."""
        await self._call(Request("/cgi-bin/menu/delete"))


def _written(button: Button) -> dict[str, object]:
    written: dict[str, object] = {"name": button.name}
    if button.buttons:
        return written | {"sub_button": [_written(below) for below in button.buttons]}
    fields = {
        "type": button.kind,
        "key": button.key,
        "url": button.url,
        "appid": button.appid,
        "pagepath": button.pagepath,
    }
    return written | {name: value for name, value in fields.items() if value}


def _read(button: Answer) -> Button:
    return Button(
        button.text("name"),
        button.text("type", ""),
        button.text("key", ""),
        button.text("url", ""),
        button.text("appid", ""),
        button.text("pagepath", ""),
        tuple(map(_read, button.each("sub_button"))),
    )
