"""What takes more with it is asked about first, and the auditor reads afterwards what it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from central.municipalities.context import in_municipality
from tenants.instructions import queries as instructions
from tenants.instructions.rules import Step
from tenants.instructions.services import publish
from tenants.oncall.models import Contact, Duty, Layer
from tests.tenants.portal.conftest import HOST, NOW, Things


@pytest.mark.parametrize("what", ["contact", "duty"])
def test_nothing_on_the_roster_goes_without_a_question(
    here: Things, as_arvid: Any, storkoping: Any, what: str
) -> None:
    path = f"/portal/roster/remove/{what}/{getattr(here, what)}/"
    asked = as_arvid.post(path).content.decode()
    assert "?</h1>" in asked
    assert ("blir ingens" if what == "contact" else "Schemat för jouren tas också bort") in asked
    with in_municipality(storkoping):
        assert Layer.objects.count() == 1
    assert as_arvid.post(path, {"sure": "1"}).status_code == 302
    with in_municipality(storkoping):
        assert Layer.objects.count() == (1 if what == "contact" else 0)  # the turn stays, and is nobody's
        assert (Contact.objects.filter(removed_at=None).exists(), Duty.objects.exists()) == (
            what == "duty", what == "contact"
        )  # fmt: skip


def test_a_duty_tells_which_instructions_call_it_out(here: Things, as_arvid: Any, storkoping: Any) -> None:
    with in_municipality(storkoping):
        steps = [Step("call_out", "Kalla ut jouren", duty="property")]
        publish(kind="fire", title="Brand i skola", steps=steps, approved_by_name="Eva Lans", now=NOW)
        assert [one.title for one in instructions.calling_out("property")] == ["Brand i skola"]
    asked = as_arvid.post(f"/portal/roster/remove/duty/{here.duty}/").content.decode()
    assert "Instruktionen Brand i skola kallar ut jouren" in asked


def test_the_auditor_reads_who_was_taken_off_and_from_what(
    here: Things, as_arvid: Any, agda: Any, client_of: Callable[..., Any]
) -> None:
    as_arvid.post(f"/portal/roster/remove/layer/{here.layer}/", {"sure": "1"})
    as_arvid.post(f"/portal/roster/remove/contact/{here.contact}/", {"sure": "1"})
    page = client_of(agda, HOST).get("/portal/audit/").content.decode()
    assert "namn: Sara Dahl" in page
    assert "tid: dygnet runt, ordning 1" in page


def test_the_auditor_sees_the_cases_number(
    here: Things, as_maja: Any, agda: Any, client_of: Callable[..., Any], storkoping: Any
) -> None:
    as_maja.get(f"/portal/cases/{here.case}/")
    page = client_of(agda, HOST).get("/portal/audit/").content.decode()
    assert f'<span title="{here.case}">26-{storkoping.pk:06d}</span>' in page
    assert "läst i: portalen" in page


def test_every_fault_of_an_instruction_is_told_at_once(here: Things, as_arvid: Any) -> None:
    as_arvid.post("/portal/instructions/technical/start/")
    typed = {
        "title": "Driftlarm", "act": "publish", "read_at": "",
        "steps-1-type": "check", "steps-1-text": "", "steps-1-answer_within": "",
        "steps-2-type": "check", "steps-2-text": "Ring", "steps-2-answer_within": "fem min",
    }  # fmt: skip
    page = as_arvid.post("/portal/instructions/technical/edit/", typed).content.decode()
    assert "Steg 1: skriv vad operatören ska göra" in page
    assert "Steg 2: skriv svarstiden som sekunder" in page
    assert 'value="fem min"' in page


def test_the_centres_own_findings_are_no_gap_of_the_municipalitys(here: Things, as_arvid: Any) -> None:
    assert "Okänd sändare" not in as_arvid.get("/portal/overview/").content.decode()


def test_a_page_that_is_not_there_says_so_in_swedish(here: Things, as_maja: Any) -> None:
    for client, path in (
        (as_maja, f"/portal/cases/{here.social}/"),
        (Client(HTTP_HOST=HOST), "/finns/inte/"),
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "Sidan finns inte" in answer.content.decode()
