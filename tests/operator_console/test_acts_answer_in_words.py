"""What the console's scripts get back when acting: the committed row, or a refusal a person understands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from alarms.workqueue.models import Presence, WorkItem
from central.accounts.models import Shift
from central.events import queries, services
from central.municipalities.context import in_municipality
from operator_console.case import acts
from tenants.safepoints.models import SafePoint
from tests.operator_console.conftest import Claimed, Opened, act, keep_draft, pane, post
from tests.support.cases import instruction


def test_a_claim_answers_with_the_row_and_the_letter(olgas: Any, opened: Opened) -> None:
    item = opened(place="Skolvägen 1")
    answer = act(olgas, item, "claim").json()
    assert answer["row"]["state"] == "held"
    assert answer["row"]["holder"]["initials"] == "OO"
    assert "Skolvägen 1" in answer["html"]


def test_the_second_claim_is_told_who_won_and_how_the_row_stands(
    olgas: Any, svens: Any, opened: Opened
) -> None:
    item = opened()
    act(svens, item, "claim")
    answer = act(olgas, item, "claim")
    assert answer.status_code == 409
    assert answer.json()["error"] == "already_claimed"
    assert answer.json()["message"] == "Sven Skiftledare hann före. Tryck T för nästa."
    assert answer.json()["row"]["holder"]["initials"] == "SS"


def test_an_empty_queue_is_said_plainly(olgas: Any) -> None:
    answer = post(olgas, "/console/next/")
    assert (answer.status_code, answer.json()["message"]) == (409, "Inga obesvarade larm.")


@pytest.mark.parametrize(
    ("action", "data", "field"),
    [
        ("park", {"clock": "kvart i två"}, "clock"),
        ("park", {"minutes": -5}, "minutes"),
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
    olgas: Any, claimed: Claimed, action: str, data: dict[str, Any], field: str
) -> None:
    item = claimed(olgas)
    answer = act(olgas, item, action, **data)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert answer.json()["message"].endswith(".")


def test_a_body_that_is_no_object_is_refused(olgas: Any, opened: Opened) -> None:
    item = opened()
    for raw in (b"[1]", b"{", b"\xff", b'"x"'):
        answer = olgas.post(f"/console/items/{item}/claim/", raw, content_type="application/json")
        assert answer.status_code == 400
    assert (
        olgas.post(f"/console/items/{item}/explode/", b"{}", content_type="application/json").status_code
        == 404
    )
    assert olgas.get(f"/console/items/{item}/claim/").status_code == 405


def test_a_refused_closing_lists_what_remains(olgas: Any, claimed: Claimed, storkoping: Any) -> None:
    steps = [{"text": "Kontrollera"}, {"type": "inform", "text": "Ring", "required": False}]
    instruction(storkoping, "technical", steps)
    item = claimed(olgas)
    answer = act(olgas, item, "close", outcome="test")
    assert answer.status_code == 422
    assert [one["anchor"] for one in answer.json()["unresolved"]] == ["step-1"]
    act(olgas, item, "step", position=1)
    assert act(olgas, item, "close", outcome="test").json()["row"]["state"] == "closed"


def test_a_draft_is_kept_for_its_writer_only_and_forgotten_by_the_note(
    olgas: Any, svens: Any, claimed: Claimed
) -> None:
    item = claimed(olgas)
    assert keep_draft(olgas, item, "Halvfärdig tanke").json() == {"saved": True}
    assert "Halvf" in pane(olgas, item)
    assert "Halvf" not in pane(svens, item)
    act(olgas, item, "note", text="Färdig tanke")
    assert "Halvf" not in pane(olgas, item)


def test_what_the_sender_wrote_is_text_and_never_markup(olgas: Any, opened: Opened) -> None:
    item = opened(place="<script>x</script>", story="</script><img src=x>", area="<b>Osby</b>")
    page = pane(olgas, item)
    assert "<script>x" not in page
    assert "<img" not in page
    assert "<b>Osby" not in page


def test_a_fault_of_ours_is_said_with_a_number_and_without_details(
    olgas: Any, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(asked: Any) -> None:
        raise RuntimeError("hemlig detalj")

    monkeypatch.setitem(acts.ACTS, "note", explode)
    answer = act(olgas, opened(), "note", text="x")
    assert answer.status_code == 500
    assert "(fel " in answer.json()["message"]
    assert "hemlig" not in answer.content.decode()


def test_a_case_is_found_by_number_place_and_telephone(olgas: Any, opened: Opened) -> None:
    item = opened(area="Härslöv", call_back="+46701740621")
    reference = WorkItem.objects.get(pk=item).reference
    for question in (reference[3:], "härslöv", "070-174 06 21", "driftlarm härslöv"):
        found = olgas.get("/console/search.json", {"q": question}).json()["cases"]
        assert [one["id"] for one in found] == [str(item)], question
    assert olgas.get("/console/search.json", {"q": "070-174 06 22"}).json()["cases"] == []
    assert olgas.get("/console/search.json", {"q": "a"}).status_code == 422


def test_a_console_far_behind_is_told_to_reload(olgas: Any, opened: Opened) -> None:
    for _ in range(3):
        opened()
    services.prune(keep_from_id=queries.last_id())
    assert olgas.get("/console/events.json?after=1").json()["reset"] is True
    assert olgas.get(f"/console/events.json?after={queries.last_id()}").json() | {"now": 0} == {
        "events": [], "reset": False, "now": 0,
    }  # fmt: skip


def test_a_point_is_opened_and_closed_only_from_ones_own_case(
    olgas: Any, svens: Any, claimed: Claimed, storkoping: Any
) -> None:
    with in_municipality(storkoping.ref()):
        point = SafePoint.objects.create(name="Skolan", address="Skolvägen 3")
    item = claimed(olgas)
    denied = act(svens, item, "safe-point", point=str(point.pk))
    assert denied.json()["error"] == "not_yours"
    assert "Skolan" in act(olgas, item, "safe-point", point=str(point.pk)).json()["html"]
    twice = act(olgas, item, "safe-point", point=str(point.pk))
    assert (twice.status_code, twice.json()["error"]) == (409, "not_now")
    assert act(olgas, item, "point-open", point=str(point.pk)).status_code == 200
    assert act(olgas, item, "point-close", point=str(point.pk)).status_code == 200
    assert act(olgas, item, "safe-point", point=str(uuid4())).status_code == 409


def test_a_shift_begins_at_a_seat_and_ends_only_when_nothing_is_held(
    olgas: Any, olga: Any, sven: Any, claimed: Claimed
) -> None:
    begun = olgas.post("/shift/start/", {"seat": "Plats 3", "sound_ok": "1"})
    assert (begun.status_code, begun.headers["Location"]) == (302, "/console/")
    assert Shift.objects.get(user=olga, ended_at=None).seat == "Plats 3"
    item = claimed(olgas)
    refused = olgas.post("/shift/end/")
    assert refused.status_code == 409
    assert "Du har 1 ärende kvar" in refused.content.decode()
    act(olgas, item, "release")
    alone = olgas.post("/shift/end/")
    assert "sista med ljud på" in alone.content.decode()
    Presence.objects.create(user=sven, sound=True, seen_at=datetime.now(UTC))
    assert olgas.post("/shift/end/").status_code == 302
    assert not Shift.objects.filter(user=olga, ended_at=None).exists()
    assert Shift.objects.get(user=olga).ended_at - datetime.now(UTC) < timedelta(seconds=5)
