"""The platform as `messages` sees it: what an error means for a message, and a token that processes share."""

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.app import Bot, reach
from bot.platform import SharedTokenStore, WeChatChannel, delivery_error, tokens
from bot.settings import Settings
from messages.ports import DeliveryError, Future, Lesson, TextContent
from storage.database import Database
from wechat.errors import Fault, WeChatError
from wechat.simulator import Phone, Platform
from wechat.tokens import Token

OTHER_KEY = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA="


def test_every_fault_has_a_future() -> None:
    for fault in Fault:
        if fault is not Fault.SENT:
            error = delivery_error(WeChatError(45015, "out of time limit", fault, wait=3))
            assert (error.reason, error.wait) == (f"{fault}: 45015 out of time limit", 3)


def test_what_nobody_knows_is_for_somebody_to_look_at() -> None:
    error = delivery_error(WeChatError(99999, "?", Fault.BUG))
    assert (error.future, error.lesson) == (Future.REFUSED, Lesson.SETTINGS)
    error = delivery_error(WeChatError(None, "HTTP 403", Fault.CONFIGURATION, wait=60))
    assert (error.future, error.lesson) == (Future.RETRY, Lesson.SETTINGS)


async def test_a_text_reaches_the_telephone(bot: Bot, phone: Phone) -> None:
    await phone.says("帮助")
    await WeChatChannel(bot.client).send(phone.openid, TextContent("工作人员：您好"))
    assert (await phone.hears("您好")).via == "customer_service"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_refusal_is_an_error_that_knows_its_future(
    bot: Bot, phone: Phone, platform: Platform
) -> None:
    send = WeChatChannel(bot.client).send
    for errcode, future in {
        45015: Future.HELD,
        43004: Future.REFUSED,
        45011: Future.RETRY,
        48001: Future.RETRY,
    }.items():
        platform.fault("/cgi-bin/message/custom/send", errcode=errcode)
        with pytest.raises(DeliveryError, match=str(errcode)) as refused:
            await send(phone.openid, TextContent("您好"))
        assert refused.value.future is future
    await phone.says("帮助")
    platform.fault("/cgi-bin/message/custom/send", lose_answer=True)
    with pytest.raises(DeliveryError) as lost:
        await send(phone.openid, TextContent("您好"))
    assert lost.value.future is Future.UNKNOWN


@pytest.fixture
async def migrated(database: Database) -> Database:
    await reach(database)
    return database


async def test_a_token_is_shared_and_lies_sealed(migrated: Database, settings: Settings) -> None:
    store = SharedTokenStore(migrated, settings.keyring(), "wx1")
    assert await store.load() is None
    for value in ("first", "token-of-the-tests"):
        await store.save(Token(value, 4e9))
    assert await SharedTokenStore(migrated, settings.keyring(), "wx1").load() == Token(
        "token-of-the-tests", 4e9
    )
    assert await SharedTokenStore(migrated, settings.keyring(), "wx2").load() is None
    async with migrated.read() as session:
        assert b"token-of" not in (await session.scalars(sa.select(tokens.c.value))).one()


async def test_a_token_under_a_retired_key_is_fetched_anew(migrated: Database, settings: Settings) -> None:
    await SharedTokenStore(migrated, settings.keyring(), "wx1").save(Token("t", 4e9))
    rotated = settings.model_copy(update={"data_keys": SecretStr(OTHER_KEY)})
    assert await SharedTokenStore(migrated, rotated.keyring(), "wx1").load() is None
