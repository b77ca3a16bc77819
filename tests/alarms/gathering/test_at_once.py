"""Several processes at the same moment: one case for each window, every object counted, nobody waits for ever."""

from __future__ import annotations

from typing import Any

import pytest

from alarms.escalation import supervision
from alarms.intake.models import Signal
from alarms.workqueue.errors import Refused
from alarms.workqueue.models import WorkItem
from alarms.workqueue.services import claim, close
from central.municipalities.context import in_public
from tests.support.at_once import at_once
from tests.support.cases import now
from tests.support.gathering import gathered, objects, said, transmitters
from tests.support.incoming import take

pytestmark = pytest.mark.usefixtures("committed")
FAULT = {"kind": "transmitter_fault", "priority": 3, "trouble": "mains"}


def test_batches_at_once_open_one_case_and_lose_no_object(committed: None, storkoping: Any) -> None:
    everyone = transmitters(storkoping, 240)
    with gathered():

        def store(batch: list[Any]) -> list[str]:
            with in_public():
                return [
                    one.result
                    for at in range(0, len(batch), 10)
                    for one in take([said(x) for x in batch[at : at + 10]])
                ]

        told = at_once(store, [everyone[nth::6] for nth in range(6)])
    assert {result for results in told for result in results} == {"stored"}
    item = WorkItem.objects.get()
    assert (item.gathers, len(objects(item))) == (240, 240)
    assert Signal.objects.filter(item_id=item.pk).count() == 240


def test_alarms_faults_restores_silences_claims_and_closings_at_once(
    committed: None, storkoping: Any, olga: Any, sven: Any
) -> None:
    everyone = transmitters(storkoping, 80, interval_seconds=90)
    for at in range(-200, 60, 5):
        supervision.beat(now(at), "prov:1")
    supervision.hear({one.pk: now(-91) for one in everyone}, now(-91))

    def work(nth: int) -> list[str]:
        with in_public():
            if nth < 3:
                mine = everyone[nth::3]
                told = []
                for at in range(0, len(mine), 9):
                    batch = mine[at : at + 9]
                    told += take(
                        [said(one) for one in batch] + [said(one, "trouble", **FAULT) for one in batch]
                    )
                    told += take(
                        [said(one, "restore", **FAULT) for one in batch[::2]]
                        + [said(one, "restore") for one in batch]
                    )
                return [one.result for one in told]
            if nth == 3:
                for _ in range(6):
                    supervision.notice_silences(now())
                    supervision.hear({one.pk: now(1) for one in everyone[::2]}, now(1))
                return []
            person = olga if nth == 4 else sven
            for _ in range(15):
                for item in WorkItem.objects.filter(gathers__gt=0).exclude(state="closed"):
                    try:
                        claim(item_id=item.pk, operator=person, now=now())
                        close(item_id=item.pk, operator=person, outcome="no_action", now=now())
                    except Refused:
                        continue
            return []

    with gathered():
        told = at_once(work, range(6))
    assert {result for results in told for result in results} == {"stored"}
    found = list(WorkItem.objects.filter(gathers__gt=0))
    assert found
    for item in found:
        rows = objects(item)
        assert (item.gathers, item.gathers_ended) == (
            len(rows),
            sum(row.ended_at is not None for row in rows),
        )
    assert not Signal.objects.filter(item_id=None, meaning__in=["alarm", "trouble"])
    gathering_now = WorkItem.objects.exclude(state="closed").filter(gathers__gt=0)
    assert len({(item.kind, item.pk) for item in gathering_now}) == len(gathering_now)
