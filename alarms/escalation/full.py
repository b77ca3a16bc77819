"""Whether PostgreSQL's data volume still has room: reads work long after the last write did."""

from __future__ import annotations

import psycopg.errors
from django.db import Error, connection, transaction

SPILLED_ROWS = 20_000
"""More than `work_mem` below holds: a good half megabyte is written to a temporary file, and gone at once."""


def disk_is_full() -> bool:
    """Writes to the data volume without leaving anything there or in the log. Raises what a database away raises.

    A row would say nothing: it finds room in a page that is already there.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64kB'")
            cursor.execute("SELECT count(*) FROM generate_series(1, %s)", [SPILLED_ROWS])
    except Error as error:
        if not refuses_to_write(error):
            raise
        return True
    return False


def refuses_to_write(error: BaseException) -> bool:
    """Whether a database error says that the disk is full."""
    return isinstance(error.__cause__, psycopg.errors.DiskFull)
