"""A fault of ours while a case is opened loses nothing: the signal is stored and acknowledged, and healed later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DataError, OperationalError

from alarms import healing, reception
from alarms.intake.models import Signal
from alarms.intake.registering import account_hash, register_source, register_transmitter
from alarms.intake.storing import Incoming
from alarms.workqueue.models import WorkItem
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def source(committed: None, storkoping: Any) -> Any:
    found, _ = register_source(name="Provsändare")
    register_transmitter(source=found, account="1001", municipality=storkoping, area="Norrmalm")
    return found


def incoming(source: Any, account: str = "1001", text: str = "", body: str = "{}") -> Incoming:
    return Incoming(
        source_id=source.pk, source_name=source.name, exercise=False, key_digest=uuid4().bytes * 2,
        body_digest=bytes(32), body=body, kind="technical", account=account, occurred_at=NOW, priority=2, text=text,
    )  # fmt: skip


def fail_on(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    whole = reception.open_cases

    def faulty(new: Any) -> Any:
        if any(text in one.story for one in new):
            raise ZeroDivisionError("a bug of ours")
        return whole(new)

    monkeypatch.setattr(reception, "open_cases", faulty)


def test_the_signal_is_stored_and_acknowledged_without_its_case(
    source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_on(monkeypatch, "trasig")
    (receipt,) = reception.receive([incoming(source, text="trasig")], NOW)
    signal = Signal.objects.get()
    assert (receipt.result, receipt.id, signal.item_id) == ("stored", signal.pk, None)
    assert not WorkItem.objects.exists()


def test_the_neighbours_in_the_batch_are_opened(source: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_on(monkeypatch, "trasig")
    batch = [incoming(source), incoming(source, text="trasig"), incoming(source)]
    receipts = reception.receive(batch, NOW)
    assert [receipt.result for receipt in receipts] == ["stored"] * 3
    assert Signal.objects.filter(item_id=None).count() == 1
    assert WorkItem.objects.count() == 2


def test_what_cannot_even_be_stored_costs_its_neighbours_nothing(source: Any) -> None:
    poison = incoming(source, body='{"a": 1e-99999}')
    receipts = reception.receive([incoming(source), poison, incoming(source)], NOW)
    assert [receipt.result for receipt in receipts] == ["stored", "failed", "stored"]
    assert WorkItem.objects.count() == 2
    assert Signal.objects.count() == 2


def test_healing_opens_it_with_everything_it_said(
    source: Any, storkoping: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = '{"kind":"technical","text":"trasig","place":"Exempelgatan 1","data":{"person":"P. Prov"}}'
    with monkeypatch.context() as broken:
        fail_on(broken, "trasig")
        reception.receive([incoming(source, text="trasig", body=said)], NOW)
        assert healing.open_stored(NOW + timedelta(seconds=10)) == 0
    healing.open_stored(NOW + timedelta(seconds=20))
    assert not WorkItem.objects.exists()  # what has failed waits a minute, and stands in nobody's way
    healing.open_stored(NOW + timedelta(seconds=80))
    item = WorkItem.objects.get()
    assert Signal.objects.get().item_id == item.pk
    with in_municipality(storkoping):
        case = CaseFile.objects.get(pk=item.pk)
    assert (case.place, case.story, case.person) == ("Exempelgatan 1", "trasig", "P. Prov")


def test_healing_twice_opens_once(source: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        fail_on(broken, "trasig")
        reception.receive([incoming(source, text="trasig", body='{"text":"x"}')], NOW)
    healing.open_stored(NOW + timedelta(seconds=10))
    healing.open_stored(NOW + timedelta(seconds=20))
    assert WorkItem.objects.count() == 1


def test_a_fault_with_an_unknown_account_is_stored_too(
    source: Any, centre: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        fail_on(broken, "trasig")
        (receipt,) = reception.receive([incoming(source, account="okänt", text="trasig")], NOW)
    assert receipt.result == "stored"
    assert Signal.objects.get().account_hash == account_hash(source.pk, "okänt")
    assert healing.open_stored(NOW + timedelta(seconds=10)) == 1
    assert WorkItem.objects.get().kind == "unknown_transmitter"


def test_a_database_that_is_away_acknowledges_nothing(source: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(reception, "open_cases", away)
    with pytest.raises(OperationalError):
        reception.receive([incoming(source)], NOW)
    assert not Signal.objects.exists()


def test_the_poison_above_really_is_one(source: Any) -> None:
    with pytest.raises(DataError):
        reception._receive_together([incoming(source, body='{"a": 1e-99999}')], NOW)
