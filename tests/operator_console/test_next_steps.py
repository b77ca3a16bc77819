"""Each of my cases tells its next step on the board; nobody else's does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from operator_console.case.next_steps import told
from tenants.instructions.models import InstructionStep
from tests.conftest import Cast
from tests.operator_console.conftest import Claimed, Opened, act
from tests.support.cases import instruction

STEPS: list[dict[str, Any]] = [
    {"text": "Kontrollera larmpunkten"},
    {"type": "inform", "text": "Meddela kommunen", "required": False},
]


@pytest.fixture
def instructed(committed: None, storkoping: Any) -> None:
    instruction(storkoping, "technical", STEPS)


def asked(client: Any, *items: UUID) -> Any:
    return client.get(f"/console/steps.json?items={','.join(map(str, items))}")


def test_only_my_cases_are_told(
    instructed: None, olgas: Any, svens: Any, opened: Opened, claimed: Claimed
) -> None:
    mine, his = claimed(olgas), claimed(svens)
    all_three = mine, his, opened()
    assert asked(olgas, *all_three).json() == {
        "steps": {str(mine): {"text": "Steg 1: kontrollera larmpunkten", "until": None}}
    }
    assert set(asked(svens, *all_three).json()["steps"]) == {str(his)}
    act(olgas, mine, "step", position=1)
    assert asked(olgas, mine).json()["steps"][str(mine)]["text"] == "Steg 2: meddela kommunen"


@pytest.mark.parametrize("name", ["maja", "agda", "arvid", "utan"])
def test_who_has_no_cases_is_told_none(
    name: str, instructed: None, cast: Cast, olgas: Any, claimed: Claimed, client_of: Callable[..., Any]
) -> None:
    answer = asked(client_of(getattr(cast, name)), claimed(olgas))
    assert (answer.status_code, answer.json()) == (200, {"steps": {}})


def test_a_bad_id_is_refused(olgas: Any) -> None:
    assert olgas.get("/console/steps.json?items=x").status_code == 422


def test_a_call_out_is_named_and_the_end_is_said() -> None:
    step = InstructionStep(position=2, type="call_out", text="Fastighetsjour")
    assert told([step], True, [])["text"] == "Steg 2: kalla ut Fastighetsjour"
    assert told([], True, [])["text"] == "Alla steg klara"
    assert told([], False, [])["text"] == ""
