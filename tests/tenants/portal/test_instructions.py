"""Conditions, deadlines, sites and times are written by keyboard; a second person reads, tries and answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from alarms.stepping.models import ReviewRequest
from central.municipalities.context import in_municipality
from tenants.instructions import queries
from tenants.instructions.models import ActionInstruction, Series, State
from tenants.instructions.rules import Step
from tenants.instructions.series import general
from tests.conftest import make_user
from tests.tenants.portal.conftest import HOST, Things

EDIT = "/portal/instructions/technical/edit/"
REVIEW = "/portal/instructions/technical/review/"


@pytest.fixture
def drafting(here: Things, as_arvid: Any) -> Any:
    as_arvid.post("/portal/instructions/technical/start/")
    return as_arvid


@pytest.fixture
def as_birgit(storkoping: Any, client_of: Callable[..., Any]) -> Any:
    """A second administrator."""
    return client_of(make_user("birgit", "Birgit Andra", "BA", storkoping, "municipality_admin"), HOST)


def row(number: int, **typed: Any) -> dict[str, Any]:
    fields = {"type": "check", "text": f"Steg nummer {number}", "code": f"c{number}", **typed}
    return {f"steps-{number}-{name}": value for name, value in fields.items()}


ASKS = {"type": "ask", "text": "Bor någon där?", "choices": "Ja\nNej\nVet inte"}


def form(client: Any, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    page = client.get(EDIT).content.decode()
    found = {"read_at": page.split('name="read_at" value="')[1].split('"')[0], "title": "Driftlarm", **more}
    for one in rows:
        found |= one
    return found


def saved(storkoping: Any) -> list[Step]:
    with in_municipality(storkoping):
        draft = queries.draft(general("technical"))
        assert draft is not None
        return [Step.of(one) for one in queries.steps(draft.pk)]


def test_conditions_and_deadlines_are_kept_as_written(drafting: Any, storkoping: Any) -> None:
    second = row(
        2, days=["fri", "holiday"], season_from="1/11", season_to="31/3", answers=["c1:Ja", "c1:Vet inte"],
        minutes="15", on_late="call_out", late_duty="property", **{"from": "22:00", "to": "06.00"},
    )  # fmt: skip
    assert drafting.post(EDIT, form(drafting, row(1, **ASKS), second))["Location"] == EDIT
    step = saved(storkoping)[1]
    assert step.condition == {
        "windows": [{"days": ["fri", "holiday"], "from": "22:00", "to": "06:00"}],
        "season": ["11-01", "03-31"],
        "answers": {"c1": ["Ja", "Vet inte"]},
    }
    assert (step.minutes, step.on_late, step.late_duty) == (15, "call_out", "property")
    page = drafting.get(EDIT).content.decode()
    for shown in (
        'value="c1:Ja" checked',
        'value="c1:Vet inte" checked',
        'value="22:00"',
        'value="1/11"',
        'value="31/3"',
    ):
        assert shown in page, shown
    assert 'value="c1:Nej" checked' not in page


@pytest.mark.parametrize(
    ("typed", "place", "text"),
    [
        ({"from": "22:00"}, "to", "skriv både från och till"),
        ({"from": "klockan tio", "to": "06:00"}, "from", "skriv klockslaget som 22:00."),
        ({"season_from": "30/2", "season_to": "1/3"}, "season_from", "skriv dag och månad som 1/11."),
        ({"season_from": "1/11"}, "season_to", "skriv både första och sista dagen"),
        ({"minutes": "snart", "on_late": "remind"}, "minutes", "skriv tiden som hela minuter"),
        ({"minutes": "15"}, "on_late", "välj vad som händer"),
        ({"type": "sms", "duty": "property"}, "message", "skriv vad det ska stå i sms:et"),
        ({"type": "team", "duty": "property", "wanted": "många"}, "wanted", "skriv hur många som behövs"),
        ({"answers": ["c9:Ja"]}, "answers", "villkoret gäller en fråga som inte kommer före"),
    ],
)
def test_what_is_wrong_is_named_at_its_field_and_everything_stays(
    drafting: Any, typed: dict[str, Any], place: str, text: str
) -> None:
    response = drafting.post(EDIT, form(drafting, row(1, **ASKS), row(2, **typed), title="Min rubrik"))
    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#id_steps-2-{place}"' in page
    assert f'id="id_steps-2-{place}"' in page
    assert f"Steg 2: {text}" in page
    for value in ("Min rubrik", "Bor någon där?", *(one for one in typed.values() if isinstance(one, str))):
        assert value in page


def test_a_step_is_added_in_the_middle_and_the_hand_stands_in_it(drafting: Any) -> None:
    page = drafting.post(EDIT, form(drafting, row(1), row(2), act="add-1")).content.decode()
    assert [re.search(rf'name="steps-{n}-text" value="([^"]*)"', page)[1] for n in (1, 2, 3)] == [  # type: ignore[index]
        "Steg nummer 1", "", "Steg nummer 2",
    ]  # fmt: skip
    (focused,) = re.findall(r"<[^>]*autofocus[^>]*>", page)
    assert 'name="steps-2-text"' in focused


def test_a_condition_follows_its_question_when_steps_are_moved(drafting: Any, storkoping: Any) -> None:
    rows = (row(1), row(2, **ASKS), row(3, answers=["c2:Ja"]))
    moved = drafting.post(EDIT, form(drafting, *rows, act="up-2")).content.decode()
    assert re.findall(r'name="steps-\d-code" value="([^"]*)"', moved) == ["c2", "c1", "c3"]
    assert 'value="c2:Ja" checked' in moved
    assert drafting.post(EDIT, form(drafting, *rows, act="save")).status_code == 302
    refused = drafting.post(EDIT, form(drafting, row(1), row(2, answers=["c3:Ja"]), row(3, **ASKS)))
    assert "Flytta steget eller frågan" in refused.content.decode()


def test_an_instruction_for_a_site_and_for_nights_has_its_own_versions(
    drafting: Any, as_birgit: Any, here: Things, storkoping: Any
) -> None:
    asked = {"kind": "technical", "site": str(here.site), "name": "Nätter"}
    where = drafting.post("/portal/instructions/new/", asked)["Location"]
    page = drafting.get(where).content.decode()
    assert "Nätter · Norrskolan" in page
    read_at = page.split('name="read_at" value="')[1].split('"')[0]
    typed = {
        "read_at": read_at, "title": "Värme om natten", "hours": "own", "window-1-days": ["workday", "dayoff"],
        "window-1-from": "22:00", "window-1-to": "06:00", **row(1), "act": "send",
    }  # fmt: skip
    assert drafting.post(where, typed | {"window-1-from": "sen"}).status_code == 422
    review = drafting.post(where, typed)["Location"]
    assert as_birgit.post(review, {"act": "approve"}).status_code == 302
    with in_municipality(storkoping):
        series = Series.objects.get(name="Nätter")
        (row_,) = queries.versions(series)
        assert row_.hours == [{"days": ["workday", "dayoff"], "from": "22:00", "to": "06:00"}]
        general_ = queries.shown(general("technical"), timezone.now())
        assert general_ is not None
        assert general_.version == 1
    listing = as_birgit.get("/portal/instructions/").content.decode()
    assert "alla dagar 22:00–06:00" in listing
    assert f"/portal/instructions/technical-{series.pk}/" in listing


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "ufo", "name": "Natt"}, "kind"),
        ({"kind": "fire"}, "name"),
        ({"kind": "fire", "name": "x" * 41}, "name"),
        ({"kind": "fire", "site": "11111111-1111-1111-1111-111111111111"}, "site"),
    ],
)
def test_a_new_instruction_says_what_it_is_for(
    here: Things, as_arvid: Any, typed: dict[str, str], field: str
) -> None:
    response = as_arvid.post("/portal/instructions/new/", typed)
    assert response.status_code == 422
    assert f'href="#id_{field}"' in response.content.decode()
    assert typed.get("name", "") in response.content.decode()


def sent(client: Any, **more: Any) -> None:
    assert client.post(EDIT, form(client, row(1), act="send", **more))["Location"] == REVIEW


def test_a_second_person_sends_it_back_and_the_writer_reads_why(drafting: Any, as_birgit: Any) -> None:
    sent(drafting)
    refused = as_birgit.post(REVIEW, {"act": "send_back", "comment": ""})
    assert refused.status_code == 422
    assert "Skriv en kommentar" in refused.content.decode()
    as_birgit.post(REVIEW, {"act": "send_back", "comment": "Vilken dörr?"})
    page = drafting.get(EDIT).content.decode()
    assert "Birgit Andra skickade tillbaka:" in page
    assert "Vilken dörr?" in page


def test_a_writer_takes_it_back_to_go_on(drafting: Any) -> None:
    sent(drafting)
    assert drafting.get(EDIT)["Location"] == REVIEW
    assert drafting.post(REVIEW, {"act": "withdraw"})["Location"] == EDIT
    assert drafting.get(EDIT).status_code == 200


def test_it_is_approved_from_a_time_and_the_old_counts_until_then(
    drafting: Any, as_birgit: Any, storkoping: Any
) -> None:
    sent(drafting)
    refused = as_birgit.post(REVIEW, {"act": "approve", "valid_from": "nästa vecka"})
    assert refused.status_code == 422
    assert 'value="nästa vecka"' in refused.content.decode()
    starts = timezone.localtime(timezone.now() + timedelta(days=7)).strftime("%Y-%m-%d 08:00")
    page = as_birgit.post(REVIEW, {"act": "approve", "valid_from": starts}, follow=True).content.decode()
    assert f"gäller från {starts}" in page
    assert as_birgit.get("/portal/instructions/technical/version/2/").status_code == 200
    with in_municipality(storkoping):
        now = timezone.now()
        current = queries.current("technical", at=now)
        assert current is not None
        assert current.version == 1
        assert [row_.standing(now) for row_ in queries.versions(general("technical"))] == ["coming", "valid"]


def test_a_lone_administrator_is_offered_the_centre_as_second_person(
    drafting: Any, storkoping: Any, sven: Any
) -> None:
    page = drafting.get(EDIT).content.decode()
    assert "Kommunen har ingen annan administratör" in page
    assert re.search(r'name="centre" checked', page)
    sent(drafting, centre="on")
    request = ReviewRequest.objects.get(settled_at=None)
    with in_municipality(storkoping):
        assert ActionInstruction.objects.get(pk=request.instruction_id).state == State.REVIEW
    assert request.municipality_id == storkoping.pk


def test_with_a_colleague_the_centre_is_not_asked_unless_it_is_ticked(drafting: Any, as_birgit: Any) -> None:
    page = drafting.get(EDIT).content.decode()
    assert not re.search(r'name="centre" checked', page)
    sent(drafting)
    assert ReviewRequest.objects.count() == 0


def test_the_trial_shows_steps_and_times_and_nothing_of_the_letters(drafting: Any, as_birgit: Any) -> None:
    drafting.post(EDIT, form(drafting, row(1, text="Helt nytt steg"), act="try"))
    page = drafting.get(REVIEW).content.decode()
    assert "Tillkommer: 1 Helt nytt steg" in page
    assert "Försvinner: 1 Kontrollera larmpunkten" in page
    assert "Skolvägen" not in page
    assert "26-0000" not in page.split("Provkörning")[1], "an administrator reads no case, so none is named"


def test_a_version_is_ended_with_a_reason(here: Things, as_arvid: Any, storkoping: Any) -> None:
    end = "/portal/instructions/technical/version/1/end/"
    as_arvid.post(end, {"comment": ""})
    with in_municipality(storkoping):
        assert queries.current("technical") is not None
    page = as_arvid.post(end, {"comment": "Skolan är riven"}, follow=True).content.decode()
    assert "Arvid Administratör lät den upphöra: Skolan är riven" in page
    with in_municipality(storkoping):
        assert queries.current("technical") is None


def printed(response: Any) -> str:
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


def test_it_is_printed_one_version_or_all(here: Things, as_maja: Any) -> None:
    assert "Storköping: Driftlarm, version 1" in printed(
        as_maja.get("/portal/instructions/technical/version/1/paper/")
    )
    assert "alla åtgärdsinstruktioner" in printed(as_maja.get("/portal/instructions/paper/"))
    assert as_maja.get("/portal/instructions/technical/version/9/paper/").status_code == 404
