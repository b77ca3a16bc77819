"""What the registers' large files have in common: sealed rows that wait for the worker, one worked on at a time.

The rows are the queue. A ring is only a hint: the clock rings again while any waits. What a killed worker had written is
gone with its transaction, and it begins again; three times, then it is told that it was interrupted.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import structlog
from celery import current_app
from django.db import connection

from central.tabular import Checked

LARGE = 64_000
"""Bytes: a smaller file is read while its sender waits, some seconds at most."""

MOST_ATTEMPTS = 3
INTERRUPTED = "Läsningen avbröts flera gånger. Inget är ändrat. Välj filen igen, eller dela den."
LOCK = 0x7472_7911
log = structlog.get_logger(__name__)


class Refused(msgspec.Struct):
    """Why a file can't be read in: ``wrong`` with the whole of it, or its mistakes."""

    wrong: str = ""
    checked: Checked | None = None


def mistakes(checked: Checked) -> Refused:
    """The mistakes alone, without the rows."""
    return Refused(checked=Checked(errors=checked.errors, more=checked.more))


def packed(content: bytes, file_name: str) -> str:
    """A file as text, to be sealed."""
    return json.dumps({"name": file_name, "content": base64.b64encode(content).decode()})


def unpacked(text: str) -> tuple[bytes, str]:
    """Its bytes and its name."""
    file = json.loads(text)
    return base64.b64decode(file["content"]), str(file["name"])


def ring(task: str) -> None:
    """Ask a worker; never waits for the broker, and never fails."""
    threading.Thread(target=_ring, args=(task,), name="imports-ring", daemon=True).start()


def _ring(task: str) -> None:
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except Exception as away:  # the clock rings again
        log.warning("imports.ring_failed", error=type(away).__name__)


@contextmanager
def alone() -> Iterator[bool]:
    """Whether no other large file is worked on in the whole installation; none is begun within the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
