"""A real installation for the bench: embedded PostgreSQL and Valkey, municipalities, 2 000 sources with 20 000
transmitters, and a room of signed-in operators. Call :func:`prepare` before anything imports Django."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SOURCES = 2_000
TRANSMITTERS = 20_000
OPERATORS = 100
MUNICIPALITIES = 8
HOT_TABLES = (
    "intake_signal",
    "intake_unknownaccount",
    "workqueue_notice",
    "workqueue_presence",
    "workqueue_workitem",
    "events_eventrecord",
    "audit_auditentry",
)
LETTER_TABLES = ("contents_signalcontent", "casefiles_journalentry", "casefiles_casefile")


@dataclass(slots=True)
class Installation:
    """Where everything is. ``keys[n % SOURCES]`` belongs to transmitter n, whose area is n."""

    database_url: str
    floor_url: str
    redis_url: str
    pids: dict[str, int]
    keys: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    founding: list[float] = field(default_factory=list)


@contextmanager
def prepare(host: str) -> Iterator[Installation]:
    """Start the services, migrate, found the region and sign the operators in; everything is gone afterwards."""
    import embedded

    folder = Path(tempfile.mkdtemp(prefix="tc-bench-"))
    try:
        with embedded.start(folder) as services:
            os.environ.update(
                DATABASE_URL=services.database_url,
                REDIS_URL=services.redis_url,
                SECRET_KEY="only-for-the-bench-not-a-secret",
                SECURE_COOKIES="0",
                REQUIRE_TOTP="0",
                OWN_CHECK_SECONDS="0",
                LOG_LEVEL="WARNING",
                DJANGO_SETTINGS_MODULE="config.settings",
            )
            installation = Installation(
                database_url=services.database_url,
                floor_url=services.database_url.replace("/app?", "/floor?"),
                redis_url=services.redis_url,
                pids=services.pids,
            )
            _migrate(services.database_url)
            found_municipalities(installation, MUNICIPALITIES)
            _register(installation)
            _sign_in(installation, host)
            yield installation
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _migrate(database_url: str) -> None:
    import django
    import psycopg

    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE floor")
    django.setup(set_prefix=False)
    from django.core.management import call_command

    from alarms.workqueue.models import GatheringRule
    from central.municipalities.services import found
    from central.municipalities.template import ensure_template

    call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
    ensure_template()
    found(slug="centralen", name="Trygghetscentralen Mätland", short_code="TC", kind="centre")
    GatheringRule.objects.all().delete()  # what is measured is the whole path: each alarm a case of its own


def found_municipalities(installation: Installation, until: int) -> None:
    """Found municipalities until there are this many; each one's seconds are noted."""
    from central.municipalities.models import Kind, Municipality
    from central.municipalities.services import found

    there = Municipality.objects.filter(kind=Kind.MUNICIPALITY).count()
    for nth in range(there, until):
        started = time.perf_counter()
        found(slug=f"kommun-{nth}", name=f"Kommun {nth:03d}", short_code=f"K{nth:03d}")
        installation.founding.append(time.perf_counter() - started)


def _register(installation: Installation) -> None:
    from alarms.intake.models import Source
    from alarms.intake.registering import key_digest

    installation.keys = [f"tck_bench_{nth}" for nth in range(SOURCES)]
    Source.objects.bulk_create(
        Source(name=f"Källa {nth:04d}", key_digest=key_digest(key))
        for nth, key in enumerate(installation.keys)
    )
    spread_transmitters()


def spread_transmitters() -> None:
    """Transmitter n stands in area n, in each municipality by turns, behind source n modulo those that post.

    What another part has registered for the receivers is no source that the load has a key to.
    """
    from alarms.intake.models import Protocol, Source, Transmitter
    from alarms.intake.registering import account_hash
    from central.municipalities.models import Kind, Municipality

    posting = Source.objects.filter(protocol=Protocol.HTTP).order_by("id")
    sources = list(posting.values_list("id", flat=True))
    owners = list(
        Municipality.objects.filter(kind=Kind.MUNICIPALITY).order_by("id").values_list("id", flat=True)
    )
    Transmitter.objects.all().delete()
    rows = (
        Transmitter(
            source_id=sources[nth % len(sources)],
            account_hash=account_hash(sources[nth % len(sources)], str(nth)),
            municipality_id=owners[(nth // 7) % len(owners)],
            area=str(nth),
        )
        for nth in range(TRANSMITTERS)
    )
    Transmitter.objects.bulk_create(rows, batch_size=2_000)


def _sign_in(installation: Installation, host: str) -> None:
    """A hundred people with a sign-in each; one in ten is a shift leader, so two kinds of boards are served."""
    from django.conf import settings

    from central.accounts.models import Membership, User
    from central.functions import NAMES, OPEN
    from central.municipalities.models import Municipality
    from tests.support.signing_in import session_cookie

    centre = Municipality.objects.get(slug="centralen")
    for nth in range(OPERATORS):
        leads = nth % 10 == 9
        user = User.objects.create(username=f"op{nth}", name=f"Operatör {nth}", initials=f"O{nth}")
        Membership.objects.create(
            user=user,
            municipality=centre,
            role="shift_leader" if leads else "operator",
            functions=sorted(NAMES if leads else OPEN),
        )
        installation.cookies.append(f"{settings.SESSION_COOKIE_NAME}={session_cookie(user, host)}")


def empty_the_board() -> None:
    """Forget every case, signal and event, so that each measurement starts alike."""
    from django.db import connection

    from central.municipalities.models import Municipality

    schemas = Municipality.objects.values_list("schema_name", flat=True)
    tables = [f"public.{name}" for name in HOT_TABLES]
    tables += [f'"{schema}".{name}' for schema in schemas for name in LETTER_TABLES]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def counted(sql: str, *parameters: Any) -> Any:
    """One number from the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]
