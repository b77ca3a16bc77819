"""What our SQL takes for granted of the server, asked of the server."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("standard_conforming_strings", "on"),  # central.bulk doubles quotes only
        ("server_encoding", "UTF8"),
        ("client_encoding", "UTF8"),
        ("synchronous_commit", "on"),  # COMMIT, then ACK
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("transaction_isolation", "read committed"),
    ],
)
def test_the_server_is_as_we_take_for_granted(db: None, setting: str, wanted: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        assert cursor.fetchone()[0] == wanted
