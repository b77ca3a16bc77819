"""A transmitter that shall be tested and is not: one case, told when the test comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from alarms.escalation import testing
from alarms.escalation.models import Heartbeat
from alarms.intake.models import Transmitter, TransmitterState
from alarms.workqueue.models import WorkItem
from tests.support.cases import journal, now
from tests.support.incoming import said, signal_of, take, transmitter

NOW = now()


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def look(hours: float, *, listened: float = -1_000) -> int:
    """The clock looks then; the receivers have listened since ``listened``."""
    Heartbeat.objects.update_or_create(
        process="receivers", defaults={"instance": "prov", "at": at(hours), "since": at(listened)}
    )
    return testing.notice_missing(at(hours))


@pytest.fixture
def one(storkoping: Any) -> Transmitter:
    """To be tested each day; registered long ago."""
    made = transmitter(storkoping, test_hours=24)
    Transmitter.objects.filter(pk=made.pk).update(changed_at=at(-500))
    return made


def test_a_missing_test_is_one_case_and_is_told_when_it_comes(one: Transmitter) -> None:
    (receipt,) = take([said(one, "test")], at(-24))
    assert signal_of(receipt).logged
    assert TransmitterState.objects.get(pk=one.pk).tested_at == at(-24)
    assert look(0.9) == 0, "it may be an hour late"
    assert look(1.1) == 1
    assert look(1.2) == 0
    item = WorkItem.objects.get()
    assert (item.kind, item.site) == ("transmitter_fault", "Brobyskolan")
    assert f"{timezone.localtime(at(0)):%H.%M.%S} saknas" in _story(item)
    take([said(one, "test")], at(2))
    assert look(2.1) == 1
    item.refresh_from_db()
    assert (item.word, item.state) == (f"Provet kom {timezone.localtime(at(2)):%H.%M.%S}", "unanswered")
    assert journal(item)[-1].text == item.word
    assert TransmitterState.objects.get(pk=one.pk).untested_item_id is None
    assert look(26.9) == 0
    assert look(27.1) == 1, "the next is missed too"


def _story(item: WorkItem) -> str:
    from central.municipalities.context import in_municipality
    from central.municipalities.directory import by_id
    from tenants.casefiles.models import CaseFile

    with in_municipality(by_id(item.municipality_id)):
        return CaseFile.objects.get(pk=item.pk).story


def test_a_new_one_and_one_back_from_service_have_the_whole_interval(one: Transmitter) -> None:
    Transmitter.objects.filter(pk=one.pk).update(changed_at=at(-10))
    assert look(14.9) == 0
    Transmitter.objects.filter(pk=one.pk).update(service_until=at(20))
    assert look(16) == 0, "under service nothing is missed"
    assert look(44.9) == 0
    assert look(45.1) == 1


def test_a_test_that_was_due_while_we_were_away_is_not_missed(one: Transmitter) -> None:
    take([said(one, "test")], at(-24))
    assert look(1.1, listened=0.5) == 0, "it may have been tried while nobody listened"
    assert look(25.4, listened=0.5) == 0
    assert look(25.6, listened=0.5) == 1
    assert testing.notice_missing(at(60)) == 0, "nobody listens now"


def test_a_restart_of_ours_before_it_is_due_excuses_nothing(one: Transmitter) -> None:
    take([said(one, "test")], at(-24))
    assert look(1.1, listened=-0.5) == 1


def test_one_that_is_never_to_be_tested_is_left_alone(storkoping: Any) -> None:
    made = transmitter(storkoping)
    Transmitter.objects.filter(pk=made.pk).update(changed_at=at(-500))
    assert look(0) == 0
