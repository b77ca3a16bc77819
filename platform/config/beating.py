"""The web process says that it takes what is posted: it asks itself over its own port, so a loop that hangs is away.

Who posts and is silent is judged only while it does (:mod:`alarms.escalation.supervision`).
"""

from __future__ import annotations

import http.client
import os
import socket
import threading

import structlog
from django.db import connection
from django.utils import timezone

from alarms.escalation import supervision
from central.municipalities.context import in_public

log = structlog.get_logger(__name__)
EVERY_SECONDS, PATIENCE = 2.0, 2.0
INSTANCE = f"{socket.gethostname()[:24]}:{os.getpid()}"


def start(host: str, port: int) -> threading.Thread:
    """Beat in a thread of its own until the process ends. ``host`` and ``port``: where it listens."""
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # to recognise
    beating = threading.Thread(target=_go_on, args=(asked, port), name="beating", daemon=True)
    beating.start()
    return beating


def _go_on(host: str, port: int) -> None:
    pause = threading.Event()
    while not pause.wait(EVERY_SECONDS):
        once(host, port)


def once(host: str, port: int) -> bool:
    """One beat, if the process answers. Never raises."""
    try:
        if not _answers(host, port):
            return False
        with in_public():
            supervision.beat(timezone.now(), INSTANCE, supervision.WEB)
    except Exception as error:
        log.warning("web.beat_unwritten", error=type(error).__name__)
        return False
    finally:
        connection.close()
    return True


def _answers(host: str, port: int) -> bool:
    link = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        link.request("GET", "/healthz")
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False  # not listening yet, or hanging
    finally:
        link.close()
