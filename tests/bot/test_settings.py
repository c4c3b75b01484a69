"""Settings: what is wrong is named in one line, and no value is ever repeated."""

import json
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path

import pytest

from bot.settings import PREFIX, Misconfigured, Settings, load, names, table
from tests.bot.shells import GOOD, Shell


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"WECHAT_APPID": None}, "WECHAT_APPID is missing"),
        ({"WECHAT_SECRET": None}, "WECHAT_SECRET is missing"),
        ({"WECHAT_TOKEN": None}, "WECHAT_TOKEN is missing"),
        ({"WECHAT_APPID": ""}, "WECHAT_APPID is missing"),
        ({"WECHAT_APPID": "sec ret值"}, "WECHAT_APPID"),
        ({"WECHAT_TOKEN": "sec-ret"}, "WECHAT_TOKEN must be 3 to 32 letters and digits"),
        ({"WECHAT_AES_KEY": "secret"}, "WECHAT_AES_KEY must be the 43"),
        ({"WECHAT_AES_KEY_PREVIOUS": "secret"}, "WECHAT_AES_KEY_PREVIOUS must be the 43"),
        ({"WECHAT_AES_KEY_PREVIOUS": GOOD["WECHAT_AES_KEY"], "WECHAT_AES_KEY": ""}, "WECHAT_AES_KEY is required"),
        ({"WECHAT_MODE": "safe", "WECHAT_AES_KEY": ""}, "WECHAT_AES_KEY is required"),
        ({"WECHAT_MODE": "secret"}, "WECHAT_MODE"),
        ({"WECHAT_API": "secret.example.org"}, "WECHAT_API must begin with http"),
        ({"PUBLIC_URL": "secret.example.org"}, "PUBLIC_URL must begin with http"),
        ({"PORT": "secret"}, "PORT"),
        ({"PORT": "65536"}, "PORT"),
        ({"DATABASE_URL": "mysql://secret@host/name"}, "DATABASE_URL"),
        ({"DATABASE_URL": "secret"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://user:pass@host:secret/name"}, "DATABASE_URL cannot be read"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL SQLite needs a file"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL SQLite needs a file"),
        ({"DATABASE_URL": "postgresql://secret@host/name", "DATA_KEYS": None}, "DATA_KEYS is required"),
        ({"DATA_KEYS": "secret"}, "DATA_KEYS: data key 1"),
        ({"DATA_KEYS": f"{GOOD['DATA_KEYS']},c2VjcmV0"}, "DATA_KEYS: data key 2"),
        ({"DATA_KEYS": ","}, "DATA_KEYS: data key 1"),
        ({"RATE_CUSTOMER_SERVICE": "0"}, "RATE_CUSTOMER_SERVICE must be more than 0 and at most 2000"),
        ({"RATE_CUSTOMER_SERVICE": "secret"}, "RATE_CUSTOMER_SERVICE"),
        ({"RATE_SUBSCRIPTION": "-5"}, "RATE_SUBSCRIPTION must be more than 0 and at most 2000"),
        ({"RATE_SUBSCRIPTION": "nan"}, "RATE_SUBSCRIPTION must be more than 0 and at most 2000"),
        ({"RATE_MASS": "1.5"}, "RATE_MASS must be more than 0 and at most 1"),
        ({"RATE_MASS": "inf"}, "RATE_MASS must be more than 0 and at most 1"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_in_one_line(
    tmp_path: Path, wrong: dict[str, str | None], named: str
) -> None:
    with pytest.raises(Misconfigured) as refused:
        read(tmp_path, GOOD | wrong)
    line = str(refused.value)
    assert PREFIX + named in line
    assert "\n" not in line
    assert "secret" not in line


def read(folder: Path, given: Mapping[str, str | None]) -> Settings:
    """The settings of a .env in this folder."""
    lines = [f"{PREFIX}{name}={value}" for name, value in given.items() if value is not None]
    (folder / ".env").write_text("\n".join(lines), encoding="utf-8")
    with chdir(folder):
        return load()


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as refused:
        read(tmp_path, {})
    for name in ("WECHAT_APPID", "WECHAT_SECRET", "WECHAT_TOKEN"):
        assert f"{PREFIX}{name} is missing" in str(refused.value)


def test_right_settings_are_taken_and_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{PREFIX}WECHAT_MODE=neither\n{PREFIX}WECHAT_SECRET=s\n")
    given = {name: value for name, value in GOOD.items() if name != "WECHAT_SECRET"}
    done = Shell(tmp_path, {**given, "WECHAT_MODE": "safe"}).runs("migrate")
    assert (done.returncode, done.stdout) == (0, "the database is up to date\n")
    assert (tmp_path / "data/unionbot.sqlite3").exists()


def test_a_setting_that_is_empty_is_not_set(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD | {"DATA_KEYS": "", "PUBLIC_URL": "", "PORT": "", "WECHAT_AES_KEY": ""})
    assert (settings.data_keys, settings.public_url, settings.port) == (None, None, 8080)


def test_secrets_do_not_show(tmp_path: Path) -> None:
    shown = repr(read(tmp_path, GOOD))
    assert [name for name, value in GOOD.items() if value in shown] == ["WECHAT_APPID"]


def test_addresses_are_kept_without_the_last_slash(tmp_path: Path) -> None:
    settings = read(
        tmp_path, GOOD | {"PUBLIC_URL": "https://bot.example.org/", "WECHAT_API": "http://localhost:1//"}
    )
    assert (settings.public_url, settings.wechat_api) == ("https://bot.example.org", "http://localhost:1")


def test_keys_that_cannot_be_kept_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = read(tmp_path, GOOD | {"DATA_KEYS": None, "KEY_FILE": str(tmp_path / "file/keys")})
    with pytest.raises(Misconfigured, match=f"{PREFIX}KEY_FILE"):
        settings.keyring()


@pytest.mark.parametrize("command", ["serve", "doctor"])
def test_a_command_with_wrong_settings_ends_with_one_line(tmp_path: Path, command: str) -> None:
    wrong = {"WECHAT_TOKEN": "se-cret", "WECHAT_APPID": "se cret", "DATABASE_URL": "mysql://secret"}
    done = Shell(tmp_path, GOOD | wrong).runs(command)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"not configured: {PREFIX}DATABASE_URL")
    assert f"{PREFIX}WECHAT_TOKEN" in line
    assert f"{PREFIX}WECHAT_APPID" in line
    assert "cret" not in line


def test_a_file_that_cannot_be_the_key_file_ends_serve_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("not a key")
    given = {name: value for name, value in GOOD.items() if name != "DATA_KEYS"}
    done = Shell(tmp_path, given | {"KEY_FILE": str(tmp_path / "keys"), "PORT": "0"}).runs("serve")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1, f"not configured: {PREFIX}KEY_FILE: data key 1 is not the base64 of 32 bytes",
    )  # fmt: skip


def test_the_table_names_every_setting(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {})
    rows = json.loads(shell.invokes("settings", "--json").stdout)
    assert [row["name"] for row in rows] == names()
    assert all(row["meaning"] for row in rows)
    defaults = {row["name"]: row["default"] for row in rows}
    assert defaults[f"{PREFIX}HOST"] == "127.0.0.1"
    assert defaults[f"{PREFIX}WECHAT_APPID"] == "required"
    for_people = shell.invokes("settings").stdout
    assert all(name in for_people for name in names())


def test_every_setting_has_a_meaning() -> None:
    assert [name for name, _, meaning in table() if not meaning] == []
    assert len(names()) == len(Settings.model_fields)
