"""Structured logs without personal data: constant messages, ids as extra, and tracebacks as places without values.

An exception's own text is left out (a database error quotes the row it refused); its type and where it happened stay.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

POOL_SAYS = "error connecting in %r: %s"
SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def places_not_values(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace exc_info by the error's type and the last eight places of its way."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0] is not None:
        event["error"] = info[0].__name__
        frames = traceback.extract_tb(info[2])[-8:]
        event["at"] = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def nameless_record(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of other libraries' records keep the template and the types of its errors, never the filled-in text."""
    record = event.get("_record")
    if record is not None:
        event["event"] = str(record.msg)
        arguments = record.args if isinstance(record.args, tuple) else ()
        if causes := [type(one).__name__ for one in arguments if isinstance(one, BaseException)]:
            event["causes"] = causes
        if str(record.msg) == POOL_SAYS:  # its error comes as a text with the address in it
            event["event"] = "psycopg.pool: databasen nås inte"
    return event


def configure(level: str) -> None:
    """One JSON line per event on standard error, ours and everybody's."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            places_not_values,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*SHARED, nameless_record, places_not_values],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in (
        "twisted",
        "daphne",
        "django.server",
        "httpx",
        "twilio.http_client",
        "celery.worker.strategy",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
