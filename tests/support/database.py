"""The session's own PostgreSQL and Valkey, one database per test process, two municipalities founded once."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

STOREHOUSE = "TEST_SERVICES_URL"
UNTOUCHED = (
    "django_migrations",
    "municipalities_municipality",
    "municipalities_domain",
    "django_content_type",
)


def start_services() -> object | None:
    """Start the embedded services in the controlling process; workers inherit their addresses."""
    if os.environ.get(STOREHOUSE):
        return None
    if os.environ.get("TEST_DATABASE_URL"):
        os.environ[STOREHOUSE] = os.environ["TEST_DATABASE_URL"]
        os.environ["TEST_REDIS_URL"] = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
        return None
    import embedded

    services = embedded.start(Path(tempfile.mkdtemp(prefix="tc-tests-")))
    os.environ[STOREHOUSE] = services.database_url
    os.environ["TEST_REDIS_URL"] = services.redis_url
    return services


def use_own_database(name: str) -> None:
    """Make an empty database for this process and point Django, and every child process, at it."""
    from config.settings import database

    url = os.environ[STOREHOUSE]
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')
    base, _, query = url.partition("?")
    own = f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    os.environ["DATABASE_URL"] = own
    worker = int(name.removeprefix("test_gw") or 0) if name.startswith("test_gw") else 0
    redis_url = os.environ["TEST_REDIS_URL"]
    if redis_url.startswith("unix://"):
        redis_url = f"{redis_url.partition('?')[0]}?db={worker % 16}"
    os.environ["REDIS_URL"] = settings.REDIS_URL = redis_url
    fresh = database(own)
    connection.close()
    connection.close_pool()
    connection.settings_dict.update({key: fresh[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})


def truncate_everything() -> None:
    """Empty every table but the municipalities themselves, in every schema, triggers notwithstanding.

    Few tables hold rows after a test, and few rows: deleting them takes milliseconds where TRUNCATE takes a second.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> ALL(%s)",
            [list(UNTOUCHED)],
        )
        tables = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
        )
        filled = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET session_replication_role = replica")
        try:
            for table in filled:
                cursor.execute(f"DELETE FROM {table}")
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
