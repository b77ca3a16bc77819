"""A shift leader is the second person for a municipality that asked; nobody else at the centre is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.instructions import queries, reviewing, services
from tenants.instructions import series as all_series
from tenants.instructions.rules import Step

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Writer:
    pk: int = 999
    name: str = "Lotta Ensam"


@pytest.fixture
def asked(committed: None, storkoping: Any) -> Any:
    """The id of an instruction that Storköping asks the centre to review."""
    with in_municipality(storkoping):
        draft = services.create_draft(series=all_series.general("technical"), actor=Writer(), now=NOW)
        steps = [Step("check", "Kontrollera larmpunkten")]
        services.save_draft(instruction_id=draft.pk, title="Driftlarm", steps=steps, actor=Writer(), now=NOW)
        reviewing.send(instruction_id=draft.pk, centre=True, actor=Writer(), now=NOW)
    return draft.pk


@pytest.mark.parametrize("who", ["olga", "chef", "maja", "arvid", "lisa", "agda", "utan"])
def test_only_shift_leaders_review(cast: Any, asked: Any, client_of: Callable[..., Any], who: str) -> None:
    client = client_of(getattr(cast, who))
    for answer in (
        client.get("/console/reviews/"),
        client.get(f"/console/reviews/{asked}/"),
        client.post(f"/console/reviews/{asked}/", {"act": "approve"}),
    ):
        assert answer.status_code == 403, (who, answer.status_code)


def test_the_leader_reads_and_approves(asked: Any, svens: Any, sven: Any, storkoping: Any) -> None:
    assert "Storköping: Driftlarm, Driftlarm" in svens.get("/console/reviews/").content.decode()
    page = svens.get(f"/console/reviews/{asked}/").content.decode()
    assert "Kontrollera larmpunkten" in page
    assert "Den första versionen" in page
    assert svens.post(f"/console/reviews/{asked}/", {"act": "approve"}).status_code == 302
    with in_municipality(storkoping):
        current = queries.current("technical")
        assert current is not None
        assert (current.approved_by_id, current.approved_by_name) == (sven.pk, "Sven Skiftledare")
    assert AuditEntry.objects.filter(verb="instruction.published", actor_id=sven.pk).count() == 1
    assert "Ingen kommun väntar" in svens.get("/console/reviews/").content.decode()
    assert svens.post(f"/console/reviews/{asked}/", {"act": "approve"}).status_code == 404


def test_the_leader_sends_it_back_with_what_was_typed_kept(asked: Any, svens: Any, storkoping: Any) -> None:
    refused = svens.post(f"/console/reviews/{asked}/", {"act": "send_back", "comment": " "})
    assert refused.status_code == 422
    assert "Skriv en kommentar" in refused.content.decode()
    svens.post(f"/console/reviews/{asked}/", {"act": "send_back", "comment": "Vem är TiB?"})
    with in_municipality(storkoping):
        draft = queries.draft(all_series.general("technical"))
        assert draft is not None
        assert (draft.state, draft.comment, draft.comment_by_name) == (
            "draft",
            "Vem är TiB?",
            "Sven Skiftledare",
        )


def test_what_was_not_asked_for_does_not_exist(committed: None, svens: Any, storkoping: Any) -> None:
    with in_municipality(storkoping):
        draft = services.create_draft(series=all_series.general("fire"), actor=Writer(), now=NOW)
    for one in (draft.pk, uuid4()):
        assert svens.get(f"/console/reviews/{one}/").status_code == 404
