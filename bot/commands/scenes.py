"""scene add and list: QR codes at stations, companies and events, and how many came by each."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands.console import AsJson, By, allowed, kind_of_work, list_out, with_database, with_platform
from bot.commands.failures import fail
from bot.platform import utc_now
from storage.database import Database
from union import places, scenes
from union.rights import Right
from union.scenes import BadScene, Came, Scene, SceneKind

app = typer.Typer(help="QR codes by which workers join.", no_args_is_help=True)


@app.callback()
def subject() -> None:
    """QR codes by which workers join."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Of a-z, 0-9 and -, such as station-hedong")],
    kind: Annotated[SceneKind, typer.Option(help="Where it hangs")],
    title: Annotated[str, typer.Option(help="As workers read it")],
    by: By,
    door: Annotated[str, typer.Option(help="open or unit; empty: it is asked")] = "",
    place: Annotated[str, typer.Option(help="Where those who come by it work; empty: it is asked")] = "",
    work: Annotated[
        str, typer.Option(help="Their kind of work, by key or in words; empty: it is asked")
    ] = "",
    employer: Annotated[str, typer.Option(help="Their employer or platform; empty: it is asked")] = "",
) -> None:
    """Make a code; `scene code` gives the picture."""
    scene = Scene(name, kind, title, door, _place(place), kind_of_work(work) if work else "", employer)

    async def _add(database: Database) -> None:
        async with database.write() as session:
            await allowed(session, by, Right.SCENES, _district(scene))
            await scenes.add(session, scene, utc_now())

    try:
        with_database(_add)
    except BadScene as bad:
        fail(str(bad))
    typer.echo(f"{name} leads to {scene.scanned}")


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """Every code, with how many came by it, applied, and are members."""

    async def _count(database: Database) -> list[Came]:
        async with database.read() as session:
            return await scenes.count(session)

    def _line(one: Came) -> str:
        counts = f"{one.scans} came\t{one.applications} applied\t{one.members} members"
        return f"{one.scene.name}\t{one.scene.title}\t{counts}"

    list_out(with_database(_count), "codes", as_json, _line, asdict)


@app.command()
def code(name: Annotated[str, typer.Argument(help="Of a code that was added")], by: By) -> None:
    """Print the address of the picture, which holds for good; an account has 100,000 of them."""

    async def _known(database: Database) -> bool:
        async with database.read() as session:
            found = next((one.scene for one in await scenes.count(session) if one.scene.name == name), None)
            if found is not None:
                await allowed(session, by, Right.SCENES, _district(found))
            return found is not None

    if not with_database(_known):
        fail(f"{name} was never added")
    typer.echo(with_platform(lambda _, client: client.qr_code(scenes.PREFIX + name)).url)


def _district(scene: Scene) -> str:
    """Whose code it is; one without a place is the city's."""
    return places.place(scene.place).district if scene.place else ""


def _place(said: str) -> str:
    if not said:
        return ""
    found = places.find(said)
    if len(found) != 1:
        fail(f"{said} is {', '.join(one.label for one in found) or 'no place'}: name one")
    return found[0].id
