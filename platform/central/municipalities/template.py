"""The template schema: migrated once, copied for each founded municipality.

Running every migration into a fresh schema takes seconds; copying the finished tables takes a fraction. The copy is
plain DDL read from the catalogue (tables LIKE … INCLUDING ALL, then indexes and constraints under their own names, which
LIKE would choose anew and no later migration would find, foreign keys and triggers), so it needs no server-side clone
function.
"""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from psycopg import sql

TEMPLATE_SCHEMA = "template_municipality"

_CONSTRAINTS = """
SELECT rel.relname, con.conname, pg_get_constraintdef(con.oid)
FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid
WHERE con.connamespace = %s::regnamespace AND con.contype IN ('p', 'u', 'x') ORDER BY rel.relname, con.conname"""
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class rel ON rel.oid = i.indrelid
WHERE rel.relnamespace = %s::regnamespace AND rel.relkind = 'r' AND NOT EXISTS (
    SELECT FROM pg_constraint con WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x'))
ORDER BY i.indexrelid"""
_FOREIGN_KEYS = """
SELECT rel.relname, con.conname, pg_get_constraintdef(con.oid)
FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid
WHERE con.connamespace = %s::regnamespace AND con.contype = 'f' ORDER BY rel.relname, con.conname"""
_TRIGGERS = """
SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class rel ON rel.oid = t.tgrelid
WHERE rel.relnamespace = %s::regnamespace AND NOT t.tgisinternal ORDER BY t.tgname"""


def ensure_template(verbosity: int = 0) -> None:
    """Create the template schema if it is missing and bring it up to date with the migrations."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(TEMPLATE_SCHEMA)).as_string(None)
        )
    call_command(
        "migrate_schemas", tenant=True, schema_name=TEMPLATE_SCHEMA, interactive=False, verbosity=verbosity
    )


def copy_template(schema_name: str) -> None:
    """Create a schema with the template's tables, keys, triggers and migration history; in the caller's transaction."""
    source, target = sql.Identifier(TEMPLATE_SCHEMA), sql.Identifier(schema_name)
    with connection.cursor() as cursor:

        def run(statement: sql.Composable) -> None:
            cursor.execute(statement.as_string(None))

        run(sql.SQL("CREATE SCHEMA {}").format(target))
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r' ORDER BY relname",
            [TEMPLATE_SCHEMA],
        )
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            run(
                sql.SQL("CREATE TABLE {}.{} (LIKE {}.{} INCLUDING ALL EXCLUDING INDEXES)").format(
                    target, sql.Identifier(table), source, sql.Identifier(table)
                )
            )
        cursor.execute(_CONSTRAINTS, [TEMPLATE_SCHEMA])
        keys: list[sql.Composable] = [
            sql.SQL("ALTER TABLE {}.{} ADD CONSTRAINT {} ").format(
                target, sql.Identifier(table), sql.Identifier(name)
            )
            + sql.SQL(definition)
            for table, name, definition in cursor.fetchall()
        ]
        cursor.execute(_INDEXES, [TEMPLATE_SCHEMA])
        keys += [
            sql.SQL(definition.replace(f" ON {TEMPLATE_SCHEMA}.", f' ON "{schema_name}".', 1))
            for (definition,) in cursor.fetchall()
        ]
        run(sql.SQL("; ").join(keys))
        cursor.execute(_FOREIGN_KEYS, [TEMPLATE_SCHEMA])
        for table, name, definition in cursor.fetchall():
            own = definition.replace(f"REFERENCES {TEMPLATE_SCHEMA}.", f'REFERENCES "{schema_name}".')
            run(
                sql.SQL("ALTER TABLE {}.{} ADD CONSTRAINT {} ").format(
                    target, sql.Identifier(table), sql.Identifier(name)
                )
                + sql.SQL(own)
            )
        cursor.execute(_TRIGGERS, [TEMPLATE_SCHEMA])
        for (definition,) in cursor.fetchall():
            run(sql.SQL(definition.replace(f" ON {TEMPLATE_SCHEMA}.", f' ON "{schema_name}".')))
        run(
            sql.SQL("INSERT INTO {}.django_migrations (app, name, applied) ").format(target)
            + sql.SQL("SELECT app, name, applied FROM {}.django_migrations ORDER BY id").format(source)
        )
