"""A signal of our own check is kept and never anybody's alarm, whatever it says it is."""

from __future__ import annotations

from typing import Any

import pytest

from alarms import healing
from alarms.intake.models import Signal
from alarms.intake.registering import register_source
from alarms.workqueue.models import WorkItem
from central.municipalities.context import in_municipality
from tenants.contents.models import SignalContent
from tests.support.cases import now
from tests.support.incoming import said, signal_of, take, transmitter


@pytest.mark.parametrize("meaning", ["alarm", "trouble", "restore", "report", "test"])
def test_it_opens_no_case_whatever_it_says(centre: Any, meaning: str) -> None:
    ours = transmitter(centre, synthetic=True)
    (receipt,) = take([said(ours, meaning, kind="fire", priority=1)])
    signal = signal_of(receipt)
    assert (signal.logged, signal.item_id) == (True, None)
    with in_municipality(centre):
        assert SignalContent.objects.filter(pk=signal.pk).exists()
    healing.open_stored(now(600))
    assert not WorkItem.objects.exists()


def test_another_source_with_the_same_account_gains_nothing(centre: Any) -> None:
    ours = transmitter(centre, synthetic=True)
    other, _ = register_source(name="En annan")
    message = said(ours, kind="fire", priority=1)
    take([_at(message, other.pk)])
    assert WorkItem.objects.get().kind == "unknown_transmitter"
    assert Signal.objects.get().logged is False


def _at(message: Any, source_id: int) -> Any:
    from dataclasses import replace

    return replace(message, source_id=source_id)
