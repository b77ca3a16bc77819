"""No code ever works in a municipality it did not ask for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.db import DataError, InternalError, OperationalError, connection, transaction

from central.municipalities.backend import base
from central.municipalities.context import NoMunicipality, current, in_municipality, run_in
from tenants.casefiles.models import Draft


def schema_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


def fail_after_seeing(schema: str, municipality: Any) -> None:
    """Work in a municipality inside a transaction (or savepoint) that is rolled back."""
    with transaction.atomic(), in_municipality(municipality):
        assert schema_now() == schema
        raise ZeroDivisionError


def test_a_tenant_model_without_a_municipality_raises(db: None) -> None:
    with pytest.raises(NoMunicipality):
        Draft.objects.count()


def test_current_without_a_municipality_raises() -> None:
    with pytest.raises(NoMunicipality):
        current()


def test_the_context_is_restored_after_an_exception(storkoping: Any, lillby: Any) -> None:
    with in_municipality(lillby):
        with pytest.raises(ValueError, match="mitt i"), in_municipality(storkoping):
            raise ValueError("mitt i")
        assert current().slug == "lillby"
        assert schema_now() == "m_lillby"


def test_a_rolled_back_savepoint_keeps_the_right_schema(storkoping: Any, lillby: Any) -> None:
    with in_municipality(storkoping):
        assert schema_now() == "m_storkoping"
        with pytest.raises(ZeroDivisionError):
            fail_after_seeing("m_lillby", lillby)
        assert schema_now() == "m_storkoping"


def test_a_rolled_back_transaction_keeps_the_right_schema(
    committed: None, storkoping: Any, lillby: Any
) -> None:
    with in_municipality(storkoping):
        with pytest.raises(ZeroDivisionError):
            fail_after_seeing("m_storkoping", storkoping)
        assert schema_now() == "m_storkoping"
    with in_municipality(lillby):
        assert schema_now() == "m_lillby"


async def test_interleaved_tasks_and_threads_never_cross(
    committed: None, storkoping: Any, lillby: Any
) -> None:
    wrong: list[str] = []

    async def reader(municipality: Any, schema: str) -> None:
        for _ in range(60):
            if await run_in(municipality, schema_now) != schema:
                wrong.append(schema)
            await asyncio.sleep(0)

    await asyncio.gather(
        *(reader(storkoping, "m_storkoping") for _ in range(5)),
        *(reader(lillby, "m_lillby") for _ in range(5)),
    )
    assert wrong == []


def test_nothing_runs_where_the_municipality_could_not_be_set(
    committed: None, storkoping: Any, lillby: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_municipality(storkoping):
        assert schema_now() == "m_storkoping"
    with monkeypatch.context() as broken:
        broken.setitem(base._known, "m_lillby", (("m_lillby",), b"SET search_path TO"))
        with in_municipality(lillby), pytest.raises(OperationalError, match="search path"):
            schema_now()
    with in_municipality(lillby):
        assert schema_now() == "m_lillby"


def test_an_aborted_transaction_says_so_and_not_that_the_path_failed(
    committed: None, storkoping: Any, lillby: Any
) -> None:
    with in_municipality(storkoping), transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DataError):
            cursor.execute("SELECT 1/0")
        with in_municipality(lillby), pytest.raises(InternalError):
            connection.cursor().execute("SELECT 1")
        transaction.set_rollback(True)
    with in_municipality(lillby):
        assert schema_now() == "m_lillby"
