"""What the console's scripts get back when acting: the committed row, or a refusal a person understands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest


@pytest.fixture
def olgas(committed: None, olga: Any, client_of: Callable[..., Any]) -> Any:
    return client_of(olga)


def test_a_claim_answers_with_the_row_and_the_letter(
    olgas: Any, opened: Callable[..., UUID], post: Callable[..., Any], storkoping: Any
) -> None:
    item = opened(storkoping, place="Skolvägen 1")
    answer = post(olgas, f"/console/items/{item}/claim/").json()
    assert answer["row"]["state"] == "held"
    assert answer["row"]["holder"]["initials"] == "OO"
    assert "Skolvägen 1" in answer["html"]


def test_the_second_claim_is_told_who_won_and_how_the_row_stands(
    olgas: Any,
    sven: Any,
    client_of: Callable[..., Any],
    opened: Callable[..., UUID],
    post: Callable[..., Any],
    storkoping: Any,
) -> None:
    item = opened(storkoping)
    post(client_of(sven), f"/console/items/{item}/claim/")
    answer = post(olgas, f"/console/items/{item}/claim/")
    assert answer.status_code == 409
    assert answer.json()["error"] == "already_claimed"
    assert answer.json()["message"] == "Sven Skiftledare hann före. Tryck T för nästa."
    assert answer.json()["row"]["holder"]["initials"] == "SS"


def test_the_same_key_is_answered_once_and_done_once(
    olgas: Any, opened: Callable[..., UUID], post: Callable[..., Any], storkoping: Any
) -> None:
    from central.municipalities.context import in_municipality
    from tenants.casefiles.models import JournalEntry

    item, other = opened(storkoping), opened(storkoping)
    first = post(olgas, "/console/next/", key="k1").json()["row"]["id"]
    again = post(olgas, "/console/next/", key="k1").json()["row"]["id"]
    assert first == again
    assert {str(item), str(other)} != {first}
    for _ in range(2):
        post(olgas, f"/console/items/{first}/note/", key="k2", text="En gång räcker")
    with in_municipality(storkoping.ref()):
        assert JournalEntry.objects.filter(case_id=first, verb="noted").count() == 1


def test_an_empty_queue_is_said_plainly(olgas: Any, post: Callable[..., Any]) -> None:
    answer = post(olgas, "/console/next/")
    assert (answer.status_code, answer.json()["message"]) == (409, "Inga obesvarade larm.")


@pytest.mark.parametrize(
    ("action", "data", "field"),
    [
        ("park", {"clock": "kvart i två"}, "clock"),
        ("park", {"minutes": -5}, "clock"),
        ("priority", {"priority": "1", "reason": "danger"}, "priority"),
        ("priority", {"priority": 1, "reason": "för att"}, "reason"),
        ("hand-over", {"to": True, "reason": "load"}, "to"),
        ("link", {"lead": "inget id"}, "lead"),
        ("note", {"text": "   "}, "text"),
        ("note", {"text": ["x"]}, "text"),
        ("close", {"outcome": "slut"}, "outcome"),
        ("step", {"position": "1"}, "position"),
        ("safe-point", {"point": None}, "point"),
    ],
)
def test_a_wrong_field_is_named(
    olgas: Any,
    opened: Callable[..., UUID],
    post: Callable[..., Any],
    storkoping: Any,
    action: str,
    data: dict[str, Any],
    field: str,
) -> None:
    item = opened(storkoping)
    post(olgas, f"/console/items/{item}/claim/")
    answer = post(olgas, f"/console/items/{item}/{action}/", **data)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert answer.json()["message"].endswith(".")


def test_a_body_that_is_no_object_is_refused(
    olgas: Any, opened: Callable[..., UUID], storkoping: Any
) -> None:
    item = opened(storkoping)
    for raw in (b"[1]", b"{", b"\xff", b'"x"'):
        answer = olgas.post(f"/console/items/{item}/claim/", raw, content_type="application/json")
        assert answer.status_code == 400
    assert (
        olgas.post(f"/console/items/{item}/explode/", b"{}", content_type="application/json").status_code
        == 404
    )
    assert olgas.get(f"/console/items/{item}/claim/").status_code == 405


def test_a_refused_closing_lists_what_remains(
    olgas: Any, opened: Callable[..., UUID], post: Callable[..., Any], storkoping: Any
) -> None:
    from central.municipalities.context import in_municipality
    from tenants.instructions.rules import as_steps
    from tenants.instructions.services import publish

    with in_municipality(storkoping.ref()):
        publish(
            kind="technical", title="Driftlarm", approved_by_name="Maja", now=datetime.now(UTC),
            steps=as_steps([
                {"type": "check", "text": "Kontrollera"}, {"type": "inform", "text": "Ring", "required": False},
            ]),
        )  # fmt: skip
    item = opened(storkoping)
    post(olgas, f"/console/items/{item}/claim/")
    answer = post(olgas, f"/console/items/{item}/close/", outcome="test")
    assert answer.status_code == 422
    assert [one["anchor"] for one in answer.json()["unresolved"]] == ["step-1"]
    post(olgas, f"/console/items/{item}/step/", position=1)
    assert post(olgas, f"/console/items/{item}/close/", outcome="test").json()["row"]["state"] == "closed"


def test_a_draft_is_kept_for_its_writer_only_and_forgotten_by_the_note(
    olgas: Any,
    sven: Any,
    client_of: Callable[..., Any],
    opened: Callable[..., UUID],
    post: Callable[..., Any],
    storkoping: Any,
) -> None:
    item = opened(storkoping)
    post(olgas, f"/console/items/{item}/claim/")
    kept = olgas.put(
        f"/console/case/{item}/draft/", {"text": "Halvfärdig tanke"}, content_type="application/json"
    )
    assert kept.json() == {"saved": True}
    page = olgas.get(f"/console/case/{item}/").content.decode()
    assert "Halvf" in page
    assert "Halvf" not in client_of(sven).get(f"/console/case/{item}/").content.decode()
    post(olgas, f"/console/items/{item}/note/", text="Färdig tanke")
    assert "Halvf" not in olgas.get(f"/console/case/{item}/").content.decode()


def test_what_the_sender_wrote_is_text_and_never_markup(
    olgas: Any, opened: Callable[..., UUID], storkoping: Any
) -> None:
    item = opened(storkoping, place="<script>x</script>", story="</script><img src=x>", area="<b>Osby</b>")
    page = olgas.get(f"/console/case/{item}/").content.decode()
    assert "<script>x" not in page
    assert "<img" not in page
    assert "<b>Osby" not in page


def test_a_fault_of_ours_is_said_with_a_number_and_without_details(
    olgas: Any,
    opened: Callable[..., UUID],
    post: Callable[..., Any],
    storkoping: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from operator_console.case import acts

    def explode(asked: Any) -> None:
        raise RuntimeError("hemlig detalj")

    monkeypatch.setitem(acts.ACTS, "note", explode)
    answer = post(olgas, f"/console/items/{opened(storkoping)}/note/", text="x")
    assert answer.status_code == 500
    assert "(fel " in answer.json()["message"]
    assert "hemlig" not in answer.content.decode()


def test_a_case_is_found_by_number_place_and_telephone(
    olgas: Any, opened: Callable[..., UUID], storkoping: Any
) -> None:
    from alarms.workqueue.models import WorkItem

    item = opened(storkoping, area="Härslöv", call_back="+46701740621")
    reference = WorkItem.objects.get(pk=item).reference
    for question in (reference[3:], "härslöv", "070-174 06 21", "driftlarm härslöv"):
        found = olgas.get("/console/search.json", {"q": question}).json()["cases"]
        assert [one["id"] for one in found] == [str(item)], question
    assert olgas.get("/console/search.json", {"q": "070-174 06 22"}).json()["cases"] == []
    assert olgas.get("/console/search.json", {"q": "a"}).status_code == 422


def test_a_console_far_behind_is_told_to_reload(
    olgas: Any, opened: Callable[..., UUID], storkoping: Any
) -> None:
    from central.events import queries, services

    for _ in range(3):
        opened(storkoping)
    services.prune(keep_from_id=queries.last_id())
    assert olgas.get("/console/events.json?after=1").json()["reset"] is True
    assert olgas.get(f"/console/events.json?after={queries.last_id()}").json() | {"now": 0} == {
        "events": [], "reset": False, "now": 0,
    }  # fmt: skip


def test_a_point_is_opened_and_closed_only_from_ones_own_case(
    olgas: Any,
    sven: Any,
    client_of: Callable[..., Any],
    opened: Callable[..., UUID],
    post: Callable[..., Any],
    storkoping: Any,
) -> None:
    from central.municipalities.context import in_municipality
    from tenants.safepoints.models import SafePoint

    with in_municipality(storkoping.ref()):
        point = SafePoint.objects.create(name="Skolan", address="Skolvägen 3")
    item = opened(storkoping)
    post(olgas, f"/console/items/{item}/claim/")
    denied = post(client_of(sven), f"/console/items/{item}/safe-point/", point=str(point.pk))
    assert denied.json()["error"] == "not_yours"
    assert "Skolan" in post(olgas, f"/console/items/{item}/safe-point/", point=str(point.pk)).json()["html"]
    twice = post(olgas, f"/console/items/{item}/safe-point/", point=str(point.pk))
    assert (twice.status_code, twice.json()["error"]) == (409, "not_now")
    assert post(olgas, f"/console/items/{item}/point-open/", point=str(point.pk)).status_code == 200
    assert post(olgas, f"/console/items/{item}/point-close/", point=str(point.pk)).status_code == 200
    assert post(olgas, f"/console/items/{item}/safe-point/", point=str(uuid4())).status_code == 409


def test_a_shift_begins_at_a_seat_and_ends_only_when_nothing_is_held(
    olgas: Any, olga: Any, sven: Any, opened: Callable[..., UUID], post: Callable[..., Any], storkoping: Any
) -> None:
    from alarms.workqueue.models import Presence
    from central.accounts.models import Shift

    begun = olgas.post("/shift/start/", {"seat": "Plats 3", "sound_ok": "1"})
    assert (begun.status_code, begun.headers["Location"]) == (302, "/console/")
    assert Shift.objects.get(user=olga, ended_at=None).seat == "Plats 3"
    item = opened(storkoping)
    post(olgas, f"/console/items/{item}/claim/")
    refused = olgas.post("/shift/end/")
    assert refused.status_code == 409
    assert "Du har 1 ärende kvar" in refused.content.decode()
    post(olgas, f"/console/items/{item}/release/")
    alone = olgas.post("/shift/end/")
    assert "sista med ljud på" in alone.content.decode()
    Presence.objects.create(user=sven, sound=True, seen_at=datetime.now(UTC))
    assert olgas.post("/shift/end/").status_code == 302
    assert not Shift.objects.filter(user=olga, ended_at=None).exists()
    assert Shift.objects.get(user=olga).ended_at - datetime.now(UTC) < timedelta(seconds=5)
