"""Back from service: an act with its time, what is still wrong said as one case, and a whole interval to be heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from alarms.escalation import returning, supervision
from alarms.escalation.models import Heartbeat
from alarms.intake import service_mode
from alarms.intake.models import Transmitter, TransmitterState
from alarms.workqueue.models import WorkItem
from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile
from tests.support.cases import now
from tests.support.incoming import said, take, transmitter

NOW = now()


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def served(municipality: Any, by: Any, **more: Any) -> Transmitter:
    """Under service for half an hour from now on."""
    one = transmitter(municipality, **more)
    service_mode.start(transmitter_id=one.pk, until=at(30), by=by, reason="Byte", now=NOW)
    return one


def state(one: Transmitter) -> TransmitterState:
    return TransmitterState.objects.get(pk=one.pk)


def returns() -> list[datetime]:
    return list(AuditEntry.objects.filter(verb="transmitter.service_returned").values_list("at", flat=True))


def test_what_began_under_service_and_still_is_becomes_one_case_at_the_end(
    storkoping: Any, sven: Any
) -> None:
    one = served(storkoping, sven)
    take([said(one, "trouble", trouble="battery"), said(one, "trouble", trouble="mains")], at(5))
    take([said(one, "restore", trouble="mains")], at(6))
    take([said(one, "trouble", trouble="tamper")], at(7))
    assert state(one).troubles == ["battery", "tamper"]
    assert returning.return_from_service(at(29)) == 0
    assert not WorkItem.objects.exists()
    assert returning.return_from_service(at(30)) == 1
    item = WorkItem.objects.get()
    with in_municipality(storkoping):
        story = CaseFile.objects.get(pk=item.pk).story
    assert story.endswith("Fel som är kvar: batteriet, sabotageskyddet.")
    assert state(one).trouble_item_id == item.pk
    assert returning.return_from_service(at(31)) == 0
    assert returns() == [at(30)]
    take([said(one, "trouble", trouble="battery")], at(32))
    assert WorkItem.objects.count() == 1, "the same fault is the same case"


def test_ended_by_hand_it_returns_at_once_and_with_nothing_wrong_there_is_no_case(
    storkoping: Any, sven: Any
) -> None:
    one = served(storkoping, sven)
    take([said(one, "trouble", trouble="battery"), said(one, "restore", trouble="battery")], at(5))
    service_mode.end(transmitter_id=one.pk, by=sven, now=at(10))
    assert returning.return_from_service(at(10)) == 1
    assert not WorkItem.objects.exists()
    assert returns() == [at(10)]
    take([said(one)], at(10))
    assert WorkItem.objects.count() == 1


def test_a_fault_from_before_service_keeps_its_case(storkoping: Any, sven: Any) -> None:
    one = transmitter(storkoping)
    take([said(one, "trouble", trouble="battery")], at(-5))
    service_mode.start(transmitter_id=one.pk, until=at(30), by=sven, reason="Byte", now=NOW)
    returning.return_from_service(at(30))
    assert WorkItem.objects.count() == 1


def test_it_has_its_whole_interval_again_from_the_end(storkoping: Any, sven: Any) -> None:
    one = served(storkoping, sven, interval_seconds=90)
    supervision.hear({one.pk: at(-1)}, at(-1))

    def silences(minutes: float) -> int:
        Heartbeat.objects.update_or_create(
            process="receivers", defaults={"instance": "prov", "at": at(minutes), "since": at(-600)}
        )
        return supervision.notice_silences(at(minutes))

    service_mode.end(transmitter_id=one.pk, by=sven, now=at(20))
    assert silences(21.4) == 0
    assert silences(21.6) == 1


def test_under_service_again_it_returns_again(storkoping: Any, sven: Any) -> None:
    one = served(storkoping, sven)
    returning.return_from_service(at(30))
    service_mode.start(transmitter_id=one.pk, until=at(60), by=sven, reason="Igen", now=at(40))
    assert returning.return_from_service(at(50)) == 0
    assert returning.return_from_service(at(60)) == 1
