"""Watches over every test: whatever it leaves behind, on disk or in its log, nobody's number or name lies there in clear."""

import asyncio
from collections.abc import Generator, Iterable
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from tests import leaks

# PostgreSQL's databases that were made since the last test was looked into.
databases: list[str] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """After the last fixture has cleaned up, and before anything is removed."""
    report = yield
    if call.when != "teardown":
        return report
    urls = list(databases)
    databases.clear()
    folder = item.funcargs.get("tmp_path")
    said = [text for name, text in report.sections]
    found = leaks.found_after(folder if isinstance(folder, Path) else None, urls, said)
    asyncio.run(_drop(urls))
    if found:
        report.outcome = "failed"
        report.longrepr = "\n".join(f"in clear in {place}: {secrets}" for place, secrets in found.items())
    return report


async def _drop(urls: Iterable[str]) -> None:
    """A thousand databases would be many gigabytes."""
    for url in urls:
        server, _, name = url.rpartition("/")
        with suppress(OSError, asyncpg.PostgresError):  # a server of the test's own
            connection = await asyncpg.connect(f"{server}/postgres")
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            await connection.close()
