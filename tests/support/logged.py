"""The product's own logging, set up for one test and taken away again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from config import logs


@contextmanager
def set_up(level: str) -> Iterator[logging.StreamHandler]:
    """As a process starts its logging; afterwards everything is as it was, and the loggers bound before still listen.

    Yields the handler, so that a test may set its stream.
    """
    root = logging.getLogger()
    handlers, before, configured = root.handlers, root.level, structlog.get_config()
    try:
        logs.configure(level)
        handler = root.handlers[0]
        assert isinstance(handler, logging.StreamHandler)
        yield handler
    finally:
        root.handlers = handlers
        root.setLevel(before)
        structlog.configure(**configured)
