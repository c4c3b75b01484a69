"""The doctor: is everything set so that WeChat and the bot understand each other? Answers in plain words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import urlsplit

import aiohttp

from bot import settings as options
from bot.platform import SharedTokenStore
from bot.settings import PREFIX, Misconfigured, Settings
from bot.tables import METADATA
from dialogue import desks
from messages import transactions
from scheduler import runs
from scheduler.runs import Outcome
from storage.database import Database, is_away
from storage.migrations import pending
from union import calendars
from wechat.client import Client
from wechat.errors import WeChatError
from wechat.tokens import MemoryTokenStore, TokenStore

# Our window for WeChat's timestamps is five minutes; a clock this far off is on its way out of it.
_CLOCK_SLACK = 60
_WATCHED = (
    "/cgi-bin/message/custom/send",
    "/cgi-bin/message/template/send",
    "/cgi-bin/message/mass/send",
)
# What an operator must do about the codes that setting up an account usually meets.
_ADVICE = {
    40164: "add this machine's address to the IP whitelist (IP白名单) of the account",
    40125: f"{PREFIX}WECHAT_SECRET is not the AppSecret of this account",
    40013: f"{PREFIX}WECHAT_APPID is not the AppID of an account",
    40243: "the AppSecret is frozen: unfreeze or reset it in the developer platform",
    48001: "the account may not use this call: is it a verified service account (认证服务号)?",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is in order, and what to do where it is not; a warning is good for now."""

    subject: str
    good: bool
    text: str
    warning: bool = False


async def examine(settings: Settings) -> list[Finding]:
    """Every check in turn; one that fails does not hide the others."""
    findings = [_names(), _keys(settings), _encryption(settings), _address(settings)]
    database = Database(settings.database_url)
    try:
        findings.append(await _database(database))
        if findings[-1].good:
            findings.append(await _calendar(database, calendars.china_day(datetime.now(UTC))))
            findings.append(await _pushes(database))
            findings.append(await _desk(database, datetime.now(UTC)))
            findings.append(await _templates(database, datetime.now(UTC)))
        async with aiohttp.ClientSession() as http:
            findings.append(await _clock(http, settings.wechat_api))
            if findings[1].good:
                # The database keeps the token that all processes share; without it the doctor keeps one of its own.
                store = _shared(settings, database) if findings[4].good else MemoryTokenStore()
                findings.extend(await _platform(settings, store, http))
    finally:
        await database.close()
    return findings


def _shared(settings: Settings, database: Database) -> TokenStore:
    return SharedTokenStore(database, settings.keyring(), settings.wechat_appid)


async def _platform(settings: Settings, store: TokenStore, http: aiohttp.ClientSession) -> list[Finding]:
    secret = settings.wechat_secret.get_secret_value()
    client = Client(http, settings.wechat_appid, secret, store, settings.wechat_api)
    token = await _asked("AppID, AppSecret and IP whitelist", partial(_servers, client))
    if not token.good:
        return [token]
    callback = await _asked("callback as WeChat reaches it", partial(_callback, client))
    quotas = [await _asked(f"quota of {path}", partial(_quota, client, path)) for path in _WATCHED]
    return [token, callback, *quotas]


def _names() -> Finding:
    strange = options.unknown()
    if strange:
        return Finding("settings", False, f"these are no settings and have no effect: {', '.join(strange)}")
    return Finding("settings", True, "all are known")


def _keys(settings: Settings) -> Finding:
    try:
        names = settings.keyring().names
    except Misconfigured as problem:
        return Finding("data keys", False, str(problem))
    return Finding(
        "data keys", True, f"{len(names)} at hand; keep a copy apart from the backups (backup-keys)"
    )


def _encryption(settings: Settings) -> Finding:
    subject = "EncodingAESKey"
    if not settings.wechat_aes_key.get_secret_value():
        return Finding(
            subject,
            False,
            f"messages cross the net in the clear: choose 安全模式, set {PREFIX}WECHAT_AES_KEY",
        )
    if settings.wechat_mode != "safe":
        return Finding(
            subject, True, f"set; with {PREFIX}WECHAT_MODE=safe the bot also refuses what is not encrypted"
        )
    return Finding(subject, True, "set, and only encrypted messages are taken")


def _address(settings: Settings) -> Finding:
    subject = "callback address"
    if settings.public_url is None:
        return Finding(subject, False, f"set {PREFIX}PUBLIC_URL to the address that WeChat is to call")
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https":
        return Finding(
            subject, False, f"{settings.public_url} is not https: what workers write could be read"
        )
    if parts.port not in (None, 443):
        return Finding(subject, False, "WeChat calls port 443 only")
    return Finding(subject, True, f"enter {settings.public_url}/wechat as URL in the developer platform")


async def _database(database: Database) -> Finding:
    subject = f"database ({database.url.get_backend_name()})"
    try:
        missing = await pending(database, METADATA)
    except Exception as error:
        if not is_away(error):
            raise
        return Finding(subject, False, f"cannot be reached ({type(error).__name__})")
    if missing:
        return Finding(subject, False, "is not at the newest schema: run `python -m bot migrate`")
    return Finding(subject, True, "can be reached and has the newest schema")


async def _calendar(database: Database, today: date) -> Finding:
    async with database.read() as session:
        unlisted = calendars.unlisted(await calendars.calendar(session), today)
    if not unlisted:
        return Finding("working days", True, "are known as far as deadlines reach now")
    years = " and ".join(map(str, unlisted))
    advice = f"{years}: only Monday to Friday is known; upgrade, or enter the State Council's list by `calendar mark`"
    return Finding("working days", today.year not in unlisted, advice, warning=True)


async def _pushes(database: Database) -> Finding:
    async with database.read() as session:
        last, paused = await runs.last_runs(session), await runs.paused(session)
    failed = sorted(name for name, run in last.items() if run.outcome is Outcome.FAILED)
    if failed:
        return Finding("pushes", False, f"failed when they struck last: {', '.join(failed)}; see `push list`")
    if paused:
        return Finding("pushes", True, f"are stopped by hand: {', '.join(sorted(paused))}", warning=True)
    return Finding("pushes", True, "none failed when it struck last, none is stopped")


async def _desk(database: Database, now: datetime) -> Finding:
    async with database.read() as session:
        callees = await desks.callees(session, now)
    reachable = sum(one.reachable for one in callees)
    if reachable:
        return Finding(
            "desk", True, f"{reachable} of {len(callees)} who are called now can be reached by WeChat"
        )
    advice = "have them write to the account every other day" if callees else "bind theirs by `staff bind`"
    text = f"nobody would hear by WeChat that a worker wants a person: {advice}, and watch `reply list`"
    return Finding("desk", True, text, warning=True)


async def _templates(database: Database, now: datetime) -> Finding:
    """Of template messages."""
    subject = "templates"
    async with database.read() as session:
        declared = (await transactions.declared(session)).values()
    refused = [
        f"{one.matter} ({one.reason})" for one in declared if one.refused_until and one.refused_until > now
    ]
    if refused:
        return Finding(
            subject, False, f"WeChat refuses that of {', '.join(refused)}: mend it, then `template declare`"
        )
    if not declared:
        text = "none: who has not written for two days hears of their own affairs with the next answer; see `template`"
        return Finding(subject, True, text, warning=True)
    return Finding(subject, True, f"are there for {', '.join(one.matter for one in declared)}")


async def _clock(http: aiohttp.ClientSession, api: str) -> Finding:
    subject = "clock"
    try:
        async with http.head(api, timeout=aiohttp.ClientTimeout(total=5)) as answer:
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError) as error:
        return Finding(
            subject, False, f"could not be compared: {api} does not answer ({type(error).__name__})"
        )
    off = abs((datetime.now(UTC) - theirs).total_seconds())
    if off > _CLOCK_SLACK:
        return Finding(subject, False, f"is {off:.0f} s off WeChat's: signatures will be refused; set up NTP")
    return Finding(subject, True, f"agrees with WeChat's within {max(1, round(off))} s")


async def _asked(subject: str, question: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(subject, True, await question())
    except WeChatError as error:
        advice = _ADVICE.get(error.errcode or 0, "")
        return Finding(subject, False, f"{error}" + (f" — {advice}" if advice else ""))


async def _servers(client: Client) -> str:
    return f"a token was given; WeChat calls from {len(await client.callback_ips())} addresses or networks"


async def _callback(client: Client) -> str:
    pings = await client.check_callback()
    if not pings:
        return "WeChat has no address to try yet: save the server configuration first"
    return "; ".join(f"{ping.ip} from {ping.operator}: {ping.loss} lost, {ping.time}" for ping in pings)


async def _quota(client: Client, path: str) -> str:
    quota = await client.quota(path)
    return f"{quota.remain} of {quota.limit} left today"
