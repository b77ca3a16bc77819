"""How long somebody has to answer: what the case's own version of the instruction says, else three minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile
from tenants.instructions.models import ActionInstruction, InstructionStep
from tenants.instructions.series import general
from tests.alarms.callouts.conftest import NOW

pytestmark = pytest.mark.django_db
DUTY = {"type": "call_out", "text": "Kalla ut", "duty": "fastighetsjour"}


@pytest.fixture
def pinned(storkoping: Any, held: Callable[..., Any]) -> Any:
    """A case whose version gives five minutes in step 2, and says nothing in step 3."""
    item = held()
    with in_municipality(storkoping):
        version = ActionInstruction.objects.create(
            series=general("technical"), kind="technical", title="Driftlarm", changed_at=NOW
        )
        InstructionStep.objects.create(instruction=version, position=2, code="a", answer_within=300, **DUTY)
        InstructionStep.objects.create(instruction=version, position=3, code="b", **DUTY)
        CaseFile.objects.filter(pk=item.pk).update(instruction_id=version.pk)
    return item


@pytest.mark.parametrize(("step", "minutes"), [(2, 5), (3, 3), (None, 3)])
def test_the_step_says_how_long(
    pinned: Any, call_out: Callable[..., Any], step: int | None, minutes: int
) -> None:
    callout = call_out(pinned, step_position=step)
    assert callout.answer_due_at == NOW + timedelta(minutes=minutes)
