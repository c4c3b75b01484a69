"""Settings: read once, from the environment or a .env file, and handed down in pieces."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from messages.routes import USUAL, Rates
from storage.database import parse_url
from storage.encryption import Keyring, key_file, parse_keys
from wechat.codec import Codec

PREFIX = "UNIONBOT_"


class Misconfigured(Exception):
    """A setting is missing or wrong; the text names it in one line and never repeats a value."""


def _url(value: str) -> str:
    parse_url(value)
    return value


_AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")


def _aes_key(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not _AES_KEY.fullmatch(value.get_secret_value()):
        raise ValueError("must be the 43 letters and digits of the EncodingAESKey")
    return value


def _appid(value: str) -> str:
    if not re.fullmatch(r"[!-~]{1,64}", value):
        raise ValueError("must be 1 to 64 letters, digits or signs, without spaces")
    return value


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", value.get_secret_value()):
        raise ValueError("must be 3 to 32 letters and digits")
    return value


def _without_slash(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/")


def _at_most(most: float) -> AfterValidator:
    def check(value: float) -> float:
        if not 0 < value <= most:  # nor is what is no number
            raise ValueError(f"must be more than 0 and at most {most:g}, in a second")
        return value

    return AfterValidator(check)


class Settings(BaseSettings):
    """What an operator may set. The environment wins over .env."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        extra="ignore",
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: Annotated[str, AfterValidator(_url)] = Field(
        "sqlite:///data/unionbot.sqlite3",
        description="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
    )
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on")
    public_url: Annotated[str, AfterValidator(_without_slash)] | None = Field(
        None,
        description="Address under which WeChat and workers reach the bot, such as https://bot.example.org",
    )
    data_keys: SecretStr | None = Field(
        None,
        description="Keys of sealed values: base64 of 32 bytes each, newest first; needed with PostgreSQL",
    )
    key_file: Path = Field(
        Path("~/.unionbot/data.keys"), description="With SQLite: file of the keys, made at the first start"
    )
    wechat_appid: Annotated[str, AfterValidator(_appid)] = Field(description="AppID of the service account")
    wechat_secret: SecretStr = Field(min_length=1, description="AppSecret of the service account")
    wechat_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        description="Token of the server configuration"
    )
    wechat_aes_key: Annotated[SecretStr, AfterValidator(_aes_key)] = Field(
        SecretStr(""), description="EncodingAESKey of the server configuration"
    )
    wechat_aes_key_previous: Annotated[SecretStr, AfterValidator(_aes_key)] = Field(
        SecretStr(""), description="The EncodingAESKey before, accepted while it is changed"
    )
    wechat_mode: Literal["any", "safe"] = Field(
        "any", description="safe refuses messages that are not encrypted"
    )
    wechat_api: Annotated[str, AfterValidator(_without_slash)] = Field(
        "https://api.weixin.qq.com", description="Base address of the platform"
    )
    rate_customer_service: Annotated[float, _at_most(2000)] = Field(
        USUAL.customer_service,
        description="Customer-service messages to many in a second, of all processes together",
    )
    rate_subscription: Annotated[float, _at_most(2000)] = Field(
        USUAL.subscription, description="Subscription notices to many in a second, of all processes together"
    )
    rate_mass: Annotated[float, _at_most(1)] = Field(
        USUAL.mass, description="Mass sends in a second; the platform takes 60 a minute"
    )
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token for /metrics; without it only this machine may read them"
    )

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if parse_url(self.database_url).get_backend_name() == "postgresql" and self.data_keys is None:
            raise ValueError(f"{PREFIX}DATA_KEYS is required with PostgreSQL")
        if self.data_keys is not None:
            try:
                parse_keys(self.data_keys.get_secret_value())
            except ValueError as error:
                raise ValueError(f"{PREFIX}DATA_KEYS: {error}") from None
        if not self.wechat_aes_key.get_secret_value():
            if self.wechat_mode == "safe":
                raise ValueError(f"{PREFIX}WECHAT_AES_KEY is required when {PREFIX}WECHAT_MODE is safe")
            if self.wechat_aes_key_previous.get_secret_value():
                raise ValueError(f"{PREFIX}WECHAT_AES_KEY is required beside {PREFIX}WECHAT_AES_KEY_PREVIOUS")
        return self

    def rates(self) -> Rates:
        return Rates(self.rate_customer_service, self.rate_subscription, self.rate_mass)

    def codec(self) -> Codec:
        return Codec(
            self.wechat_token.get_secret_value(),
            self.wechat_appid,
            self.wechat_aes_key.get_secret_value(),
            self.wechat_aes_key_previous.get_secret_value(),
            self.wechat_mode,
        )

    def keyring(self) -> Keyring:
        """The keys given, or those of the key file, which is made where there is none."""
        if self.data_keys is not None:
            return Keyring(parse_keys(self.data_keys.get_secret_value()))
        try:
            return Keyring(key_file(self.key_file.expanduser()))
        except (OSError, ValueError) as error:
            raise Misconfigured(f"{PREFIX}KEY_FILE: {error}") from None


def load() -> Settings:
    """Read and check everything; raises Misconfigured with one line that names each wrong setting."""
    try:
        return Settings()
    except ValidationError as error:
        raise Misconfigured("; ".join(_lines(error))) from None


def unknown() -> list[str]:
    """Variables that look like settings and are none: slips of the pen."""
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in names())


def names() -> list[str]:
    return [PREFIX + field.upper() for field in Settings.model_fields]


def table() -> Iterator[tuple[str, str, str]]:
    """Name, default and meaning of every setting, for people."""
    for name, field in zip(names(), Settings.model_fields.values(), strict=True):
        yield name, _default(field), field.description or ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return "" if value is None else str(value)


def _lines(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False):
        where = PREFIX + str(problem["loc"][0]).upper() if problem["loc"] else ""
        text = "is missing" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
        yield f"{where} {text}".strip()
