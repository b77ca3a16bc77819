"""The migrations to series, review and conditions keep every version and step, forward and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

SCHEMA = "m_migrated"


def run(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SET search_path TO "{SCHEMA}", public')
        try:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
        finally:
            cursor.execute("SET search_path TO public")


def migrate(to: str) -> None:
    call_command(
        "migrate_schemas", "instructions", to, tenant=True, schema_name=SCHEMA, interactive=False, verbosity=0
    )


def version(nth: int, kind: str, number: int | None, state: str, ends: str = "NULL") -> None:
    starts, by = ("NULL", "") if number is None else ("'2026-01-01'", "Eva")
    run(
        "INSERT INTO instructions_actioninstruction (id, kind, version, title, state, valid_from, superseded_at, "
        "approved_by_name, changed_at, changed_by_name) VALUES "
        f"('00000000-0000-0000-0000-00000000000{nth}', '{kind}', {number or 'NULL'}, 'T{nth}', '{state}', {starts}, "
        f"{ends}, '{by}', now(), 'Arvid')"
    )


@pytest.fixture(params=["migrated", "founded"])
def legacy(committed: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """A schema as it was before: an old and a valid version of one kind, a draft of another with two steps.

    In a founded municipality's, which was a copy, unique constraints had names that PostgreSQL chose.
    """
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{SCHEMA}"')
    try:
        migrate("0002")
        if request.param == "founded":
            run(
                "ALTER TABLE instructions_actioninstruction RENAME CONSTRAINT instructions_version_once TO a_key"
            )
            run("ALTER INDEX instructions_one_valid RENAME TO b_idx")
            run("ALTER INDEX instructions_one_draft RENAME TO c_idx")
            run(
                "ALTER TABLE instructions_instructionstep RENAME CONSTRAINT instructions_step_position_once TO d_key"
            )
        version(1, "fire", None, "draft")
        for place in (1, 2):
            run(
                "INSERT INTO instructions_instructionstep "
                "(instruction_id, position, type, text, required, duty, choices) VALUES "
                f"('00000000-0000-0000-0000-000000000001', {place}, 'check', 'Steg {place}', true, '', '{{}}')"
            )
        version(2, "technical", 1, "superseded", "'2026-02-01'")
        version(3, "technical", 2, "valid")
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA IF EXISTS "{SCHEMA}" CASCADE')


def test_versions_drafts_and_steps_are_there_afterwards(legacy: None) -> None:
    migrate("0004")
    rows = run(
        "SELECT i.title, s.kind, s.site_id, s.name, i.state, i.version, i.superseded_at IS NULL, i.hours::text "
        "FROM instructions_actioninstruction i JOIN instructions_series s ON s.id = i.series_id ORDER BY i.title"
    )
    assert rows == [
        ("T1", "fire", None, "", "draft", None, True, "[]"),
        ("T2", "technical", None, "", "approved", 1, False, "[]"),
        ("T3", "technical", None, "", "approved", 2, True, "[]"),
    ]
    steps = run(
        "SELECT code, text, condition::text, minutes FROM instructions_instructionstep ORDER BY position"
    )
    assert steps == [("1", "Steg 1", "{}", None), ("2", "Steg 2", "{}", None)]
    with pytest.raises(DatabaseError, match="never changes"):
        run("UPDATE instructions_actioninstruction SET title = 'x' WHERE version = 2")


def test_and_back_again(legacy: None) -> None:
    migrate("0004")
    migrate("0002")
    rows = run("SELECT title, state, version FROM instructions_actioninstruction ORDER BY title")
    assert rows == [("T1", "draft", None), ("T2", "superseded", 1), ("T3", "valid", 2)]
    with pytest.raises(DatabaseError, match="never changes"):
        run("UPDATE instructions_actioninstruction SET title = 'x' WHERE version = 2")
    migrate("0004")
    assert run("SELECT count(*) FROM instructions_series") == [(2,)]
