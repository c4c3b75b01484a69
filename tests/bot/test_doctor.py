"""The doctor: what is wrong between WeChat and the bot is said in plain words, with what to do about it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import Bot
from bot.doctor import examine
from bot.settings import Settings
from messages import transactions
from messages.transactions import Matter, Service
from tests.bot.shells import Shell, written
from wechat.simulator import Platform


@pytest.fixture
def public(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": "https://bot.example.org", "wechat_mode": "safe"})


async def bad(settings: Settings) -> dict[str, str]:
    return {finding.subject: finding.text for finding in await examine(settings) if not finding.good}


async def test_a_sound_bot_gets_a_clean_bill(bot: Bot, public: Settings) -> None:
    findings = await examine(public)
    assert [finding for finding in findings if not finding.good] == []
    subjects = [finding.subject for finding in findings]
    assert subjects[:4] == ["settings", "data keys", "EncodingAESKey", "callback address"]
    assert "AppID, AppSecret and IP whitelist" in subjects
    assert any(subject.startswith("quota of /cgi-bin/message/custom/send") for subject in subjects)
    assert any("https://bot.example.org/wechat" in finding.text for finding in findings)


async def test_a_template_that_wechat_refuses_is_named_with_the_reason(bot: Bot, public: Settings) -> None:
    now = datetime.now(UTC)
    training = Service(Matter.TRAINING, "TPL-1", {"thing1": "text"})
    async with bot.database.write() as session:
        await transactions.declare(session, training, "s1", now)
    assert await bad(public) == {}
    async with bot.database.connect() as connection:
        later = now + timedelta(hours=1)
        await transactions.put_aside(connection, training, "configuration: 43116", later)
    (text,) = (await bad(public)).values()
    assert "training (configuration: 43116)" in text


async def test_a_wrong_secret_is_named_with_its_setting(bot: Bot, public: Settings) -> None:
    wrong = public.model_copy(update={"wechat_secret": SecretStr("reset-since")})
    (text,) = (await bad(wrong)).values()
    assert "40125" in text
    assert "UNIONBOT_WECHAT_SECRET is not the AppSecret" in text
    assert "reset-since" not in text


async def test_a_machine_that_is_not_whitelisted_is_told_so(
    bot: Bot, public: Settings, platform: Platform
) -> None:
    platform.fault("/cgi-bin/stable_token", errcode=40164)
    (text,) = (await bad(public)).values()
    assert "40164" in text
    assert "whitelist" in text


async def test_an_account_that_may_not_call_is_told_why(
    bot: Bot, public: Settings, platform: Platform
) -> None:
    platform.fault("/cgi-bin/openapi/quota/get", errcode=48001)
    ((subject, text),) = (await bad(public)).items()
    assert subject == "quota of /cgi-bin/message/custom/send"
    assert "verified service account" in text


async def test_a_platform_out_of_reach_is_no_riddle(bot: Bot, public: Settings) -> None:
    found = await bad(public.model_copy(update={"wechat_api": "http://127.0.0.1:9"}))
    assert "does not answer" in found["clock"]
    assert "ClientConnectorError" in found["AppID, AppSecret and IP whitelist"]


async def test_a_database_that_was_never_migrated_is_noticed(public: Settings) -> None:
    found = await bad(public)
    assert "python -m bot migrate" in next(
        text for name, text in found.items() if name.startswith("database")
    )


async def test_a_database_out_of_reach_does_not_hide_the_rest(
    bot: Bot, public: Settings, tmp_path: Path
) -> None:
    away = "postgresql://u:pass@127.0.0.1:9/x"
    if bot.database.is_sqlite:
        (tmp_path / "broken").write_bytes(b"this is not a database" * 99)
        away = f"sqlite:///{tmp_path}/broken"
    findings = await examine(public.model_copy(update={"database_url": away}))
    wrong = [finding for finding in findings if not finding.good]
    assert wrong[0].subject.startswith("database")
    assert "cannot be reached" in wrong[0].text
    assert any(finding.subject == "clock" and finding.good for finding in findings)
    assert any(finding.subject == "AppID, AppSecret and IP whitelist" for finding in findings)
    assert "pass" not in repr(wrong)


async def test_what_would_cross_the_net_in_the_clear_is_named(bot: Bot, settings: Settings) -> None:
    clear = settings.model_copy(update={"wechat_aes_key": SecretStr("")})
    found = await bad(clear)
    assert "安全模式" in found["EncodingAESKey"]
    assert "UNIONBOT_PUBLIC_URL" in found["callback address"]
    for address, text in {
        "http://bot.example.org": "not https",
        "https://bot.example.org:8443": "443",
    }.items():
        assert text in (await bad(clear.model_copy(update={"public_url": address})))["callback address"]


async def test_lost_keys_are_named(bot: Bot, public: Settings, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("torn")
    lost = public.model_copy(update={"data_keys": None, "key_file": tmp_path / "keys"})
    assert list(await bad(lost)) == ["data keys"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_command_prints_a_line_each_and_fails_when_one_is_bad(
    bot: Bot, public: Settings, tmp_path: Path
) -> None:
    shell = Shell(tmp_path, {**written(public), "DATABSE_URL": "x"})
    done = await asyncio.to_thread(shell.runs, "doctor")
    assert done.returncode == 1
    first, *others = done.stdout.splitlines()
    assert first == "BAD  settings: these are no settings and have no effect: UNIONBOT_DATABSE_URL"
    assert all(line.startswith(("ok   ", "note ")) for line in others), done.stdout
    assert len(others) == 14
