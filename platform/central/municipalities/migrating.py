"""Bringing every schema up to date: one question tells which lag behind, and only those are migrated."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from central.municipalities import template
from central.municipalities.context import in_public
from central.municipalities.models import Municipality

TENANT_LABELS = {name.rsplit(".", 1)[-1] for name in settings.TENANT_APPS}


class Failed(RuntimeError):
    """Some schemas could not be migrated; running again continues with them."""


def known_migrations() -> set[tuple[str, str]]:
    """The migrations on disk that belong in a municipality's schema."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {key for key in loader.disk_migrations if key[0] in TENANT_LABELS}


def lagging() -> list[str]:
    """The schemas that lack a migration, in founding order."""
    wanted = known_migrations()
    with in_public():
        schemas = list(Municipality.objects.order_by("pk").values_list("schema_name", flat=True))
        return [schema for schema, applied in _applied(schemas) if not wanted <= applied]


def _applied(schemas: list[str]) -> Iterator[tuple[str, set[tuple[str, str]]]]:
    """Each schema's applied migrations, fifty schemas to a query."""
    for start in range(0, len(schemas), 50):
        some = schemas[start : start + 50]
        union = " UNION ALL ".join(
            f'SELECT %s AS schema, app::text, name::text FROM "{schema}".django_migrations'  # noqa: S608
            for schema in some
        )
        found: dict[str, set[tuple[str, str]]] = {schema: set() for schema in some}
        with connection.cursor() as cursor:
            cursor.execute(union, some)
            for schema, app, name in cursor.fetchall():
                found[schema].add((app, name))
        yield from found.items()


def migrate(say: Callable[[str], None], jobs: int = 2) -> int:
    """Shared schema, template, then each lagging municipality (in parallel); how many were lagging.

    A migration killed half-way is finished by running this again.
    """
    with in_public():
        say("Migrerar det gemensamma schemat")
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
        template.ensure_template()
    behind = lagging()
    say(f"{len(behind)} kommunscheman behöver uppdateras" if behind else "Alla kommunscheman är aktuella")
    connection.close()
    failed: list[str] = []
    with ThreadPoolExecutor(jobs) as pool:
        for done, (schema, code) in enumerate(pool.map(_migrate_one, behind), start=1):
            say(f"{done}/{len(behind)} {schema} {'klart' if code == 0 else 'MISSLYCKADES'}")
            if code:
                failed.append(schema)
    if failed:
        raise Failed(f"Kunde inte migrera: {', '.join(failed)}. Rätta felet och kör om.")
    return len(behind)


def _migrate_one(schema: str) -> tuple[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "config.cli", "migrate_schemas", "--tenant", "--schema", schema, "-v", "0"],
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return schema, done.returncode
