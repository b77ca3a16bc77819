"""The chain shows every change, and sealing skips nobody."""

from __future__ import annotations

import io
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from central.audit import queries, services
from central.audit.models import AuditEntry, ChainHead
from central.municipalities.context import in_municipality

NOW = datetime(2026, 3, 1, 2, 13, 42, tzinfo=UTC)


def act(number: int, **details: Any) -> None:
    services.record(
        "test.acted",
        actor_id=7,
        actor_name="",
        municipality_id=None,
        subject=f"s{number}",
        details=details or None,
        at=NOW + timedelta(seconds=number),
    )


def chained(count: int) -> list[AuditEntry]:
    for number in range(count):
        act(number)
    services.seal(NOW)
    return list(AuditEntry.objects.order_by("sequence"))


def tamper(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, list(values))
        cursor.execute("SET session_replication_role = DEFAULT")


def test_entries_are_sealed_in_order_and_verify(db: None) -> None:
    entries = chained(5)
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.subject for entry in entries] == ["s0", "s1", "s2", "s3", "s4"]
    report = services.verify()
    assert report.intact
    assert (report.sealed, report.unsealed) == (5, 0)


def test_an_empty_log_is_intact(db: None) -> None:
    assert services.seal(NOW) == 0
    assert services.verify().intact


def test_an_older_entry_that_comes_late_is_sealed_last(db: None) -> None:
    chained(2)
    act(-100)
    assert services.seal(NOW) == 1
    late = AuditEntry.objects.get(subject="s-100")
    assert late.sequence == 3
    assert services.verify().intact


def test_a_changed_entry_is_found(db: None) -> None:
    entry = chained(4)[2]
    tamper("UPDATE public.audit_auditentry SET verb = 'test.other' WHERE id = %s", entry.id)
    report = services.verify()
    assert (report.problem, report.broken_at, report.entry_id) == ("changed", 3, entry.id)


@pytest.mark.parametrize("column", ["actor_id", "municipality_id"])
def test_a_changed_number_is_found(db: None, column: str) -> None:
    entry = chained(3)[1]
    tamper(f"UPDATE public.audit_auditentry SET {column} = 99 WHERE id = %s", entry.id)
    assert services.verify().broken_at == 2


def test_a_removed_entry_is_found(db: None) -> None:
    entries = chained(4)
    tamper("DELETE FROM public.audit_auditentry WHERE id = %s", entries[1].id)
    report = services.verify()
    assert (report.problem, report.entry_id) == ("removed", entries[2].id)


def test_a_removed_tail_is_found(db: None) -> None:
    entries = chained(4)
    tamper("DELETE FROM public.audit_auditentry WHERE id = %s", entries[3].id)
    assert services.verify().problem == "removed at the end"


def test_everything_removed_is_found(db: None) -> None:
    chained(2)
    tamper("DELETE FROM public.audit_auditentry")
    assert services.verify().problem == "removed at the end"


def test_an_inserted_entry_is_found(db: None) -> None:
    entries = chained(3)
    tamper(
        "INSERT INTO public.audit_auditentry (id, sequence, at, verb, subject, digest, previous_hash, hash) "
        "VALUES (gen_random_uuid(), 4, now(), 'test.forged', '', '', %s, repeat('a', 64))",
        entries[2].hash,
    )
    assert not services.verify().intact


def test_a_rewritten_chain_is_found_by_the_signed_head(db: None) -> None:
    chained(2)
    ChainHead.objects.update(hash="b" * 64)
    assert services.verify().problem == "the head is not signed by this installation"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE public.audit_auditentry SET verb = 'x'",
        "UPDATE public.audit_auditentry SET sequence = 9",
        "DELETE FROM public.audit_auditentry",
    ],
)
@pytest.mark.parametrize("sealed", [True, False])
def test_the_database_refuses_changes(db: None, sql: str, sealed: bool) -> None:
    act(1)
    if sealed:
        services.seal(NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_database_refuses_entries_born_sealed(db: None) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.create(at=NOW, verb="x", digest="", sequence=1, previous_hash="0", hash="1")


def test_details_can_be_erased_and_the_chain_still_verifies(storkoping: Any) -> None:
    from tenants.contents.models import AuditDetail

    services.record(
        "test.acted",
        actor_id=7,
        actor_name="Olga Operatör",
        municipality_id=storkoping.pk,
        details={"name": "Någon Person"},
        at=NOW,
    )
    services.seal(NOW)
    with in_municipality(storkoping):
        assert AuditDetail.objects.get().details == {"actor": "Olga Operatör", "name": "Någon Person"}
        AuditDetail.objects.all().delete()
    assert services.verify().intact


def test_no_name_stands_in_the_public_row(storkoping: Any) -> None:
    services.record(
        "test.acted", actor_id=7, actor_name="Olga Operatör", municipality_id=storkoping.pk, at=NOW
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry::text FROM public.audit_auditentry AS entry")
        assert "Olga" not in cursor.fetchone()[0]


def test_a_batch_is_fast(db: None) -> None:
    act(0)
    rows = [services.Row("signal.received", None, 1, NOW, f"s{number}") for number in range(2000)]
    started = time.perf_counter()
    ids = services.record_many(rows)
    spent = time.perf_counter() - started
    assert len(set(ids)) == 2000
    assert spent / 2000 < 500e-6  # 50 µs is the aim; a shared test machine gets ten times that


def test_a_transaction_that_commits_late_is_still_sealed(committed: None) -> None:
    holding, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                act(1)
                holding.set()
                go_on.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    holding.wait(10)
    act(2)
    assert services.seal(NOW) == 1
    go_on.set()
    thread.join(10)
    assert services.seal(NOW) == 1
    assert services.verify().intact
    assert AuditEntry.objects.get(subject="s1").sequence == 2


def test_two_sealers_at_once_make_one_chain(committed: None) -> None:
    services.record_many([services.Row("test.acted", None, None, NOW, f"s{n}") for n in range(500)])
    sealed: list[int] = []

    def run() -> None:
        try:
            sealed.append(services.seal(NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(sealed) == 500
    assert services.verify().intact


def test_the_command_tells_that_the_chain_is_whole(db: None) -> None:
    chained(3)
    out = io.StringIO()
    call_command("audit", "verify", stdout=out)
    assert "Kedjan är hel: 3 förseglade poster" in out.getvalue()


def test_the_command_exits_with_one_and_names_the_broken_entry(db: None) -> None:
    entry = chained(3)[1]
    tamper("UPDATE public.audit_auditentry SET subject = 'x' WHERE id = %s", entry.id)
    err = io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("audit", "verify", stderr=err)
    assert stop.value.code == 1
    assert str(entry.id) in err.getvalue()


def test_the_extract_holds_one_municipality_only(storkoping: Any, lillby: Any) -> None:
    for place in (storkoping, lillby):
        services.record("test.acted", actor_id=1, actor_name="", municipality_id=place.pk, at=NOW)
    assert [entry.municipality_id for entry in queries.extract(storkoping.pk)] == [storkoping.pk]
