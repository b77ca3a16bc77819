"""The storing process: ``python -m config.storing``, started by the web process with their socket as its input.

It lives as long as the other end is open. See :mod:`alarms.receivers.storing`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys


def spawn() -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start one: the child, and our end of the pair. Needs nothing of Django."""
    ours, theirs = socket.socketpair()
    with theirs:
        return subprocess.Popen([sys.executable, "-m", "config.storing"], stdin=theirs.fileno()), ours


def main() -> None:
    """Serve the socket on descriptor 0."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup(set_prefix=False)
    from django.db.backends.signals import connection_created

    from alarms.receivers.signals.schema import utc_now
    from alarms.receivers.storing import serve
    from config.serving import settle

    connection_created.connect(_prepare)
    settle()
    with socket.socket(fileno=os.dup(0)) as link:
        serve(link, utc_now)


def _prepare(sender: object, connection: object, **_: object) -> None:
    """A prepared plan lives as long as the process: one made while a table was small must suit the grown one too.

    And a process that stands still in the middle of a batch lets go of its locks: everybody waits for the events'.
    """
    with connection.cursor() as cursor:  # type: ignore[attr-defined]  # Django's signal is untyped
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET idle_in_transaction_session_timeout = '20s'")


if __name__ == "__main__":
    main()
