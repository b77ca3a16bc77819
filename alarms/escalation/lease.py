"""Who is active: a session lock in PostgreSQL, held by one connection that must keep talking.

The server ends a session that is silent for 10 s, and the lock goes with it: a stopped or cut-off process loses its
place to the standby by itself.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

import psycopg
from django.db import connection


class Lease:
    """``hold()`` is True while this process is the active one for a number; ask at least every few seconds."""

    SILENCE = "10s"

    def __init__(self, number: int) -> None:
        self._number = number
        self._session: psycopg.Connection | None = None
        self._held = False

    def hold(self) -> bool:
        """Take the lock if it is free, or prove that it is still ours; False while another is active."""
        try:
            if self._session is None or self._session.closed:
                self._held = False
                self._session = self._connect()
            with self._session.cursor() as cursor:
                if self._held:
                    cursor.execute("SELECT 1")
                    return True
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [self._number])
                row = cursor.fetchone()
                self._held = bool(row and row[0])
                return self._held
        except psycopg.Error:
            self.release()
            return False

    def _connect(self) -> psycopg.Connection:
        parameters = connection.get_connection_params()
        parameters = {
            key: value
            for key, value in parameters.items()
            if key in ("dbname", "user", "password", "host", "port")
        }
        session = psycopg.connect(**parameters, autocommit=True, connect_timeout=3)
        session.execute(f"SET idle_session_timeout = '{self.SILENCE}'")
        return session

    def release(self) -> None:
        """Let go, and let the standby in at once."""
        self._held = False
        if self._session is not None:
            self._session.close()
            self._session = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
