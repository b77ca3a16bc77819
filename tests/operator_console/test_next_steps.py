"""Each of my cases tells its next step on the board; nobody else's does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from central.municipalities.context import in_municipality
from operator_console.case.next_steps import told
from tenants.instructions.models import InstructionStep
from tenants.instructions.rules import as_steps
from tenants.instructions.services import publish

STEPS: list[dict[str, Any]] = [
    {"type": "check", "text": "Kontrollera larmpunkten"},
    {"type": "inform", "text": "Meddela kommunen", "required": False},
]


@pytest.fixture
def instructed(storkoping: Any, committed: None) -> None:
    with in_municipality(storkoping.ref()):
        publish(
            kind="technical", title="Driftlarm", steps=as_steps(STEPS), approved_by_name="Maja Handläggare",
            now=datetime.now(UTC),
        )  # fmt: skip


def test_only_my_cases_are_told(
    committed: None,
    instructed: None,
    olga: Any,
    sven: Any,
    client_of: Callable[..., Any],
    opened: Callable[..., UUID],
    post: Callable[..., Any],
    storkoping: Any,
) -> None:
    mine, his, nobodys = (opened(storkoping) for _ in range(3))
    olgas, svens = client_of(olga), client_of(sven)
    post(olgas, f"/console/items/{mine}/claim/")
    post(svens, f"/console/items/{his}/claim/")
    url = f"/console/steps.json?items={mine},{his},{nobodys}"
    assert olgas.get(url).json() == {
        "steps": {str(mine): {"text": "Steg 1: kontrollera larmpunkten", "until": None}}
    }
    assert set(svens.get(url).json()["steps"]) == {str(his)}
    post(olgas, f"/console/items/{mine}/step/", position=1)
    assert olgas.get(url).json()["steps"][str(mine)]["text"] == "Steg 2: meddela kommunen"


def test_who_has_no_cases_is_told_none_and_a_bad_id_is_refused(
    committed: None, maja: Any, agda: Any, arvid: Any, utan: Any, olga: Any, client_of: Callable[..., Any],
    opened: Callable[..., UUID], storkoping: Any,
) -> None:  # fmt: skip
    item = opened(storkoping)
    for person in (maja, agda, arvid, utan):
        answer = client_of(person).get(f"/console/steps.json?items={item}")
        assert answer.status_code != 200 or answer.json()["steps"] == {}
    assert client_of(olga).get("/console/steps.json?items=x").status_code == 422


def test_a_call_out_is_named_and_the_end_is_said() -> None:
    step = InstructionStep(position=2, type="call_out", text="Fastighetsjour")
    assert told([step], True, [])["text"] == "Steg 2: kalla ut Fastighetsjour"
    assert told([], True, [])["text"] == "Alla steg klara"
    assert told([], False, [])["text"] == ""
