"""Random walks over the wire: whatever is said, tapped, restarted or delivered again, nobody is stuck or served twice."""

import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import watching
from tests.moulds import Databases, Files, Moulds
from tests.postgres import Server
from tests.stories.walks import Walk

Place = AbstractAsyncContextManager[str]
SOAK = bool(os.environ.get("SOAK"))


@asynccontextmanager
async def in_file(moulds: Moulds, cast: Path) -> AsyncIterator[str]:
    """Outside the folder that the watch looks through: a walk says its name wherever it likes."""
    with tempfile.TemporaryDirectory() as folder:
        yield await moulds.cast(Files(cast, Path(folder)), opened=True)


@asynccontextmanager
async def on_server(moulds: Moulds, server: Server) -> AsyncIterator[str]:
    url = await moulds.cast(Databases(server), opened=True)
    watching.databases.remove(url)
    yield url
    connection = await asyncpg.connect(server.url())
    await connection.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")
    await connection.close()


def walks(examples: int, place: Callable[[], Place]) -> None:
    class Here(Walk):
        def database(self) -> Place:
            return place()

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=150 if SOAK else examples,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
            # A walk takes a second or more, and one that fails would be walked a thousand times.
            phases=list(Phase) if SOAK else [Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )


pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(3 * 3600),
    # Of a process that was killed.
    pytest.mark.filterwarnings("ignore:The garbage collector is trying to clean up:sqlalchemy.exc.SAWarning"),
]


def test_nobody_is_stuck_or_served_twice_on_sqlite(
    moulds: Moulds, tmp_path_factory: pytest.TempPathFactory
) -> None:
    walks(6, partial(in_file, moulds, tmp_path_factory.getbasetemp()))


def test_nobody_is_stuck_or_served_twice_on_postgresql(moulds: Moulds, postgres: Server) -> None:
    walks(3, partial(on_server, moulds, postgres))
