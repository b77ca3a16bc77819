"""The step that called out is done when somebody takes it, and open again when they change their mind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alarms.callouts.models import Callout
from alarms.callouts.services import call_out_on_duty, hear
from central.municipalities.context import in_municipality
from tenants.casefiles.queries import step_records
from tests.alarms.callouts.conftest import NOW


def test_taking_it_settles_the_step_and_declining_later_opens_it(
    held: Callable[..., Any], roster: None, carrier: Any, storkoping: Any, olga: Any
) -> None:
    item = held()
    callout: Callout = call_out_on_duty(
        item_id=item.pk, operator=olga, duty="fastighetsjour", step_position=2, now=NOW
    )
    with in_municipality(storkoping):
        assert step_records(item.pk) == {}
    hear(callout_id=callout.pk, body="1", now=NOW)
    with in_municipality(storkoping):
        assert step_records(item.pk)[2].outcome == "Fastighetsjour tar"
    hear(callout_id=callout.pk, body="2", now=NOW)
    with in_municipality(storkoping):
        assert step_records(item.pk) == {}
