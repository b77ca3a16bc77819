"""A leader who has seen a notice is left to mend it: told once per silence, and again only after a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alarms.escalation import auditing
from alarms.escalation.chores import untouched, watch_auditor
from alarms.escalation.models import Heartbeat
from alarms.workqueue import notices, services
from alarms.workqueue.models import Notice
from tests.support.cases import case, now


def opened() -> list[str]:
    return [str(notice.kind) for notice in notices.open_notices()]


def see_all(leader: Any) -> None:
    for notice in notices.open_notices():
        notices.see(notice_id=notice.pk, leader=leader, now=now())


def test_a_seen_silence_is_not_told_again_until_the_case_is_touched(
    storkoping: Any, olga: Any, sven: Any, settings: Any
) -> None:
    settings.UNTOUCHED_MINUTES = {2: 10}
    item = services.claim(item_id=case(storkoping).pk, operator=olga, now=now(-3_600))
    for _ in range(3):
        untouched(now())
    assert opened() == ["untouched"]
    see_all(sven)
    untouched(now(2))
    assert opened() == []
    services.note(item_id=item.pk, operator=olga, text="Jag är kvar", now=now(5))
    untouched(now(3_600))
    assert opened() == ["untouched"]


def test_a_silent_clock_is_told_again_only_after_a_while(sven: Any) -> None:
    auditing.watch_clock(now())
    assert opened() == ["clock"]
    see_all(sven)
    auditing.watch_clock(now(2))
    assert opened() == []
    auditing.watch_clock(now() + notices.AGAIN_AFTER + timedelta(seconds=5))
    assert opened() == ["clock"]


def test_only_a_leader_marks_a_notice_as_seen(cast: Any) -> None:
    from alarms.workqueue.errors import UnknownItem

    notice = notices.notify(Notice.Kind.CLOCK, now=now())
    assert notice is not None
    for name in ("olga", "chef", "maja", "arvid", "lisa", "agda", "utan"):
        with pytest.raises(UnknownItem):
            notices.see(notice_id=notice.pk, leader=getattr(cast, name), now=now())
    assert opened() == ["clock"]
    see_all(cast.sven)
    assert opened() == []


def test_an_auditor_that_stops_is_told_by_the_clock_and_one_that_never_ran_is_not_missed(db: None) -> None:
    watch_auditor(now())
    assert opened() == []
    Heartbeat.objects.create(process="auditor", instance="prov:1", at=now(-30))
    watch_auditor(now())
    assert opened() == ["auditor"]
    Heartbeat.objects.filter(process="auditor").update(at=now())
    watch_auditor(now())
    assert opened() == []
