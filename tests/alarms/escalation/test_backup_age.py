"""Backups that stop are told to the shift leader and to /metrics, but only where they are made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from alarms.escalation import auditing, backups
from alarms.escalation.models import Heartbeat
from alarms.workqueue import notices
from config import ops
from tests.support.cases import now

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def three_hours(db: None, settings: Any) -> None:
    settings.BACKUP_MAX_AGE_HOURS = 3


def backed_up(at: datetime) -> None:
    Heartbeat.objects.update_or_create(
        process=Heartbeat.BACKUP, defaults={"instance": "provmaskin", "at": at}
    )


def opened() -> list[str]:
    return [str(notice.kind) for notice in notices.open_notices()]


def test_an_old_backup_is_told_and_a_new_one_ends_it() -> None:
    at = now()
    backed_up(at - 3 * HOUR)
    auditing.watch_backup(at)
    assert opened() == []
    auditing.watch_backup(at + timedelta(seconds=1))
    assert opened() == ["backup"]
    backed_up(at)
    auditing.watch_backup(at + timedelta(minutes=1))
    assert opened() == []


def test_it_is_told_again_an_hour_after_somebody_saw_it(sven: Any) -> None:
    backed_up(now() - 5 * HOUR)
    auditing.watch_backup(now())
    for notice in notices.open_notices():
        notices.see(notice_id=notice.pk, leader=sven, now=now())
    auditing.watch_backup(now() + HOUR - timedelta(minutes=1))
    assert opened() == []
    auditing.watch_backup(now() + HOUR + timedelta(minutes=1))
    assert opened() == ["backup"]


def test_a_first_backup_that_never_came_is_told_too() -> None:
    assert not Heartbeat.objects.filter(process=Heartbeat.BACKUP).exists()
    assert backups.age(now()) < HOUR, "the tests' database is new"
    auditing.watch_backup(now())
    assert opened() == []
    auditing.watch_backup(now() + 4 * HOUR)
    assert opened() == ["backup"]


def test_where_no_backups_are_made_nobody_is_told(settings: Any) -> None:
    settings.BACKUP_MAX_AGE_HOURS = 0
    backed_up(now() - 500 * HOUR)
    auditing.watch_backup(now())
    assert opened() == []


def test_the_metrics_tell_the_age_once() -> None:
    backed_up(now() - HOUR)
    numbers = ops.gauges()
    assert numbers["tc_backup_age_seconds"] == pytest.approx(3_600, abs=30)
    assert "tc_backup_silent_seconds" not in numbers


def test_the_auditor_asks_about_it() -> None:
    assert auditing.watch_backup in {check.work for check in auditing.CHECKS}
