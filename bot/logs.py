"""Logs: one JSON object a line on standard error, with the events of libraries in the same form."""

import logging
import re
import sys

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

# Whatever a library may be tempted to log, these never leave the process.
_PRIVATE = frozenset({"openid", "text", "body", "token", "secret", "phone", "name", "id_number"})


def _hide_private(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: "***" if key in _PRIVATE else value for key, value in event.items()}


# What a database adds to an error: the key that was there already, the row that was refused.
_DETAIL = re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE)


def _hide_details(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if "exception" in event:
        event["exception"] = _DETAIL.sub(r"\1: ***", event["exception"])
    return event


def configure(*, pretty: bool = False) -> None:
    """Once a process; `pretty` is for people at a terminal."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_private,
    ]
    render: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
        if pretty
        else [
            structlog.processors.format_exc_info,
            _hide_details,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # One malformed request would print a traceback, thousands a second under abuse; the HTTP status says enough.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    for chatty in ("alembic", "apscheduler", "aiosqlite"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
