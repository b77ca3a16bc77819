"""Faults, restores and tests of a transmitter: one open case per faulty one, and none for what is only told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alarms.intake.models import TransmitterState
from alarms.workqueue import services
from alarms.workqueue.models import WorkItem
from alarms.workqueue.queries import audience, board
from tests.support.cases import applied, fresh, journal, now
from tests.support.incoming import said, signal_of, take, transmitter


def open_cases() -> list[WorkItem]:
    return list(WorkItem.objects.exclude(state="closed").order_by("received_at"))


def verbs(item: WorkItem) -> list[str]:
    return [entry.verb for entry in journal(item)]


def test_a_fault_opens_one_case_however_often_it_is_said(storkoping: Any) -> None:
    one = transmitter(storkoping)
    receipts = [
        take([said(one, "trouble", trouble="battery", priority=3, text="Batteri lågt")])[0] for _ in range(3)
    ]
    (item,) = open_cases()
    assert (item.kind, item.priority, item.site) == ("transmitter_fault", 3, "Brobyskolan")
    assert {signal_of(receipt).item_id for receipt in receipts} == {item.pk}
    assert TransmitterState.objects.get(pk=one.pk).troubles == ["battery"]


def test_a_second_fault_joins_the_case_and_each_restore_is_told(storkoping: Any) -> None:
    one = transmitter(storkoping)
    take([said(one, "trouble", trouble="mains"), said(one, "trouble", trouble="battery")])
    (item,) = open_cases()
    take([said(one, "restore", trouble="mains")])
    assert open_cases()[0].word == ""
    take([said(one, "restore", trouble="battery")])
    (item,) = open_cases()
    assert item.word == "Återställt"
    assert [v for v in verbs(item) if v != "received"] == ["trouble_began", "restored", "restored"]
    assert TransmitterState.objects.get(pk=one.pk).troubles == []
    take([said(one, "trouble", trouble="battery")])
    assert len(open_cases()) == 2, "what comes back after it was whole is a new case"


def test_a_fault_and_its_end_in_the_same_batch_are_both_told(storkoping: Any) -> None:
    one = transmitter(storkoping)
    take([said(one, "trouble", trouble="mains"), said(one, "restore", trouble="mains")])
    (item,) = open_cases()
    assert item.word == "Återställt"


def test_an_alarm_and_its_restore_in_the_same_batch(storkoping: Any, olga: Any) -> None:
    one = transmitter(storkoping)
    before = board(olga)
    take([said(one, kind="fire", priority=1), said(one, "restore", kind="fire", priority=1)])
    (item,) = open_cases()
    assert (item.kind, item.state, item.word) == ("fire", "unanswered", "Återställt"), (
        "restored is not handled"
    )
    assert applied(before.rows, before.last_id, audience(olga)) == fresh(board(olga).rows)


def test_a_closed_fault_that_is_said_again_opens_a_new_case(storkoping: Any, olga: Any) -> None:
    one = transmitter(storkoping)
    take([said(one, "trouble", trouble="battery")])
    (item,) = open_cases()
    services.claim(item_id=item.pk, operator=olga, now=now())
    services.close(item_id=item.pk, operator=olga, outcome="no_action", now=now())
    take([said(one, "trouble", trouble="battery")])
    assert [each.pk != item.pk for each in open_cases()] == [True]


@pytest.mark.parametrize("meaning", ["test", "report", "restore"])
def test_what_is_only_told_opens_no_case_and_is_not_healed_into_one(storkoping: Any, meaning: str) -> None:
    from alarms import healing

    one = transmitter(storkoping)
    (receipt,) = take([said(one, meaning)], now(-60))
    assert receipt.result == "stored"
    assert signal_of(receipt).logged
    assert healing.unopened(now()) == healing.open_stored(now()) == 0
    assert open_cases() == []


def test_a_transmitter_under_service_is_logged_until_its_time_is_out(storkoping: Any) -> None:
    one = transmitter(storkoping, service_until=now() + timedelta(minutes=30))
    (alarm, fault) = take([said(one, kind="fire", priority=1), said(one, "trouble", trouble="tamper")])
    assert signal_of(alarm).logged
    assert signal_of(fault).logged
    assert open_cases() == []
    take([said(one, kind="fire", priority=1)], now(1_801))
    assert [item.kind for item in open_cases()] == ["fire"]


def test_an_unknown_account_is_never_only_logged(storkoping: Any) -> None:
    one = transmitter(storkoping)
    (receipt,) = take([said(one, "test", account="9999")])
    assert not signal_of(receipt).logged
    assert [item.kind for item in open_cases()] == ["unknown_transmitter"]
