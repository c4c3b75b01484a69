"""A test that leaves somebody's number or name in clear fails, also where other processes wrote it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parents[1]
_PLANTED = """
import logging, os, sqlite3, subprocess, sys, zipfile
from storage.encryption import Keyring, parse_keys
from tests.leaks import KEYS

def row(path, value, column="TEXT"):
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE members (name {column})")
        database.execute("INSERT INTO members VALUES (?)", [value])

def sealed(path, value):
    row(path, Keyring(parse_keys(KEYS)).seal("members.name", value), "BLOB")

def test_leak_row(tmp_path): row(tmp_path / "x", "13800138000")
def test_leak_log(tmp_path): (tmp_path / "bot.log").write_text("99010119900101006X")
def test_leak_output(): print("13800138000")
def test_leak_error(): print("13800138000", file=sys.stderr)
def test_leak_child(capfd): subprocess.run(["echo", "13800138000"])
def test_leak_logging(): logging.getLogger().warning("13800138000")
def test_leak_backup(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed: packed.writestr("bot", "13800138000")
def test_leak_name(tmp_path):
    sealed(tmp_path / "x", "测试甲")
    (tmp_path / "bot.log").write_text("测试甲")

def test_clean_row(tmp_path): row(tmp_path / "x", "138")
def test_clean_name(tmp_path):
    sealed(tmp_path / "x", "测试甲")
    (tmp_path / "bot.log").write_text("测试乙")
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not the folder of this test, which is watched too."""
    with TemporaryDirectory() as made:
        yield Path(made)


def test_whoever_plants_a_leak_fails_and_nobody_else(folder: Path) -> None:
    path = folder / "test_planted.py"
    path.write_text(_PLANTED)
    options = (
        "-p",
        "tests.watching",
        "-c",
        "/dev/null",
        "--rootdir",
        str(folder),
        "--basetemp",
        f"{folder}/t",
    )
    command = [sys.executable, "-m", "pytest", "-rE", *options, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    planted = set(re.findall(r"test_leak_\w+", _PLANTED))
    assert set(re.findall(r"ERROR \S+::(\w+)", done.stdout)) == planted, done.stdout
    assert done.stdout.count("in clear in") >= len(planted)
    assert f"{len(planted) + 2} passed, {len(planted)} errors" in done.stdout
