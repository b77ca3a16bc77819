"""A transmitter that shall be heard and is not: one case, told when it is heard again, and never for our own silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from alarms.escalation import auditing, supervision
from alarms.intake.models import TransmitterState
from alarms.workqueue import notices
from alarms.workqueue.models import WorkItem
from tests.support.cases import journal, now
from tests.support.incoming import transmitter


@pytest.fixture
def listening() -> Callable[[float, float], None]:
    """The receivers have listened from one second to another, counted from now."""

    def listen(since: float, until: float) -> None:
        at = since
        while at < until:
            supervision.beat(now(at), "prov:1")
            at += 5
        supervision.beat(now(until), "prov:1")

    return listen


def cases() -> list[WorkItem]:
    return list(WorkItem.objects.all())


def test_a_silence_is_one_case_and_ends_when_it_is_heard(storkoping: Any, listening: Any) -> None:
    one = transmitter(storkoping, interval_seconds=90)
    listening(-200, 0)
    supervision.hear({one.pk: now(-91)}, now(-91))
    assert supervision.notice_silences(now()) == 1
    assert supervision.notice_silences(now()) == 0
    (item,) = cases()
    assert (item.kind, item.priority, item.site) == ("transmitter_fault", 3, "Brobyskolan")
    assert supervision.hear({one.pk: now(1)}, now(1)) == 1
    assert supervision.hear({one.pk: now(2)}, now(2)) == 0
    (item,) = cases()
    assert (item.word, item.state) == ("Hörs igen", "unanswered")
    assert journal(item)[-1].verb == "heard_again"
    assert TransmitterState.objects.get(pk=one.pk).silent_since is None


def test_one_that_is_heard_in_time_is_left_alone(storkoping: Any, listening: Any) -> None:
    one = transmitter(storkoping, interval_seconds=90)
    listening(-200, 0)
    supervision.hear({one.pk: now(-80)}, now(-80))
    supervision.hear({one.pk: now(-300)}, now())  # an old word that comes late changes nothing
    assert supervision.notice_silences(now()) == 0


def test_our_own_silence_is_nobody_elses(storkoping: Any, listening: Any) -> None:
    one = transmitter(storkoping, interval_seconds=90)
    supervision.hear({one.pk: now(-600)}, now(-600))
    assert supervision.notice_silences(now()) == 0, "nobody listens"
    listening(-700, -400)
    assert supervision.notice_silences(now()) == 0, "nobody has listened for a while"
    listening(-60, 0)
    assert supervision.notice_silences(now()) == 0, "its interval counts from when we listened again"
    listening(0, 40)
    assert supervision.notice_silences(now(40)) == 1


def test_service_and_no_interval_mean_no_supervision(storkoping: Any, listening: Any) -> None:
    served = transmitter(storkoping, "1001", interval_seconds=90, service_until=now() + timedelta(minutes=10))
    free = transmitter(storkoping, "1002")
    listening(-200, 0)
    supervision.hear({served.pk: now(-500), free.pk: now(-500)}, now(-500))
    assert supervision.notice_silences(now()) == 0


def test_one_that_was_never_heard_is_missed_from_when_it_was_registered(
    storkoping: Any, listening: Any
) -> None:
    transmitter(storkoping, interval_seconds=90)
    listening(-200, 100)
    assert supervision.notice_silences(now()) == 0
    assert supervision.notice_silences(now(100)) == 1


def test_receivers_that_stop_are_told_and_it_ends_when_they_listen_again(
    storkoping: Any, listening: Any
) -> None:
    auditing.watch_receivers(now())
    assert not notices.open_notices(), "no receiver has ever listened here"
    transmitter(storkoping)
    listening(-60, -11)
    auditing.watch_receivers(now())
    assert [str(notice.kind) for notice in notices.open_notices()] == ["receivers"]
    listening(0, 0)
    auditing.watch_receivers(now(1))
    assert not notices.open_notices()


def test_receivers_that_nobody_wants_any_more_are_not_missed(storkoping: Any, listening: Any) -> None:
    one = transmitter(storkoping)
    listening(-60, -11)
    one.source.active = False
    one.source.save()
    auditing.watch_receivers(now())
    assert not notices.open_notices()
