"""A sender that could not be heard at once tells when it happened; the case shows it, and nothing where it was now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alarms.intake.models import Signal
from operator_console.times import past
from tests.operator_console.conftest import pane
from tests.support.cases import now
from tests.support.incoming import said, take, transmitter


def test_what_happened_hours_before_says_so(olgas: Any, storkoping: Any) -> None:
    at = now() - timedelta(hours=3)
    (receipt,) = take([said(transmitter(storkoping), occurred_at=at)])
    item = Signal.objects.values_list("item_id", flat=True).get(pk=receipt.id)
    assert f"<dt>Hände</dt><dd>{past(at, now())} enligt sändaren</dd>" in pane(olgas, item)


def test_what_came_at_once_says_nothing_of_it(olgas: Any, storkoping: Any) -> None:
    (receipt,) = take([said(transmitter(storkoping), occurred_at=now() - timedelta(seconds=20))])
    item = Signal.objects.values_list("item_id", flat=True).get(pk=receipt.id)
    assert "<dt>Hände</dt>" not in pane(olgas, item)


def test_another_day_is_named() -> None:
    here = ZoneInfo("Europe/Stockholm")
    at, later = datetime(2026, 11, 21, 23, 50, tzinfo=here), datetime(2026, 11, 22, 0, 10, tzinfo=here)
    assert past(at, later) == "lör 21/11 23:50"
    assert past(later, later) == "00:10"
