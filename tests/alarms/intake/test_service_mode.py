"""Under service: what comes is logged, opens no case, and alarms again by itself when the time is out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from alarms.intake import service_mode
from alarms.intake.models import Transmitter
from alarms.workqueue.models import WorkItem
from central.audit.models import AuditEntry
from tests.support.cases import now
from tests.support.incoming import said, signal_of, take, transmitter

HOUR = timedelta(hours=1)


def under_service(one: Transmitter, by: Any, **more: Any) -> Transmitter:
    at = now()
    given = {"until": at + HOUR, "reason": "Byte av detektor", "now": at, **more}
    return service_mode.start(transmitter_id=one.pk, by=by, **given)


def test_an_alarm_under_service_is_kept_and_opens_no_case(storkoping: Any, sven: Any) -> None:
    one = transmitter(storkoping)
    under_service(one, sven)
    first, second = take([said(one), said(one, "trouble", trouble="battery")])
    assert (first.result, second.result) == ("stored", "stored")
    signal = signal_of(first)
    assert (signal.logged, signal.item_id) == (True, None)
    assert not WorkItem.objects.exists()


def test_it_alarms_again_when_the_time_is_out_and_when_it_is_ended(storkoping: Any, sven: Any) -> None:
    one = transmitter(storkoping)
    under_service(one, sven)
    take([said(one)], now(3601))
    assert WorkItem.objects.count() == 1, "nobody had to end it"
    service_mode.end(transmitter_id=one.pk, by=sven, now=now())
    take([said(one)])
    assert WorkItem.objects.count() == 2


def test_both_ends_are_audited_with_the_reason_where_its_owner_keeps_it(storkoping: Any, sven: Any) -> None:
    from central.municipalities.context import in_municipality
    from tenants.contents.models import AuditDetail

    one = transmitter(storkoping)
    changed = under_service(one, sven).changed_at
    assert changed > one.changed_at, "the receivers read what has changed"
    service_mode.end(transmitter_id=one.pk, by=sven, now=now())
    entries = list(AuditEntry.objects.filter(verb__startswith="transmitter.").order_by("at"))
    assert [entry.verb for entry in entries] == ["transmitter.service_started", "transmitter.service_ended"]
    assert {(e.actor_id, e.municipality_id, e.subject) for e in entries} == {
        (sven.pk, storkoping.pk, str(one.pk))
    }
    with in_municipality(storkoping):
        details = AuditDetail.objects.get(pk=entries[0].pk).details
    assert details["reason"] == "Byte av detektor"
    assert isinstance(entries[0].pk, UUID)


def test_a_new_time_while_it_lasts_is_the_one_that_counts(storkoping: Any, sven: Any) -> None:
    one = transmitter(storkoping)
    under_service(one, sven)
    later = now() + 2 * HOUR
    assert under_service(one, sven, until=later).service_until == later


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"reason": "  "}, service_mode.BadReason),
        ({"reason": "x" * 201}, service_mode.BadReason),
        ({"until": now(-1)}, service_mode.BadTime),
        ({"until": now(25 * 3600)}, service_mode.BadTime),
    ],
)
def test_without_a_reason_or_with_no_end_it_never_begins(
    storkoping: Any, sven: Any, more: dict[str, Any], refused: type[Exception]
) -> None:
    one = transmitter(storkoping)
    with pytest.raises(refused):
        under_service(one, sven, **more)
    one.refresh_from_db()
    assert one.service_until is None
    assert not AuditEntry.objects.filter(verb__startswith="transmitter.").exists()


def test_what_is_gone_or_not_under_service_is_told(storkoping: Any, sven: Any) -> None:
    one = transmitter(storkoping)
    with pytest.raises(service_mode.NotUnderService):
        service_mode.end(transmitter_id=one.pk, by=sven, now=now())
    one.active = False
    one.save()
    with pytest.raises(service_mode.UnknownTransmitter):
        under_service(one, sven)
