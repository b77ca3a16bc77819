"""A point in use: its staff's answers show by themselves, and no text is cut short without a word."""

from __future__ import annotations

from typing import Any

from central.municipalities.context import in_municipality
from tenants.safepoints.models import Activation, Answer, SafePoint, StaffCall
from tests.tenants.portal.conftest import Things


def test_the_staffs_answers_are_read_again_without_the_page(
    here: Things, as_arvid: Any, storkoping: Any
) -> None:
    base = f"/portal/points/{here.point}/"
    as_arvid.post(f"{base}act/activate/", {"public_text": "Kaffe finns."})
    assert "Nils Ek: har inte svarat än" in as_arvid.get(base).content.decode()
    with in_municipality(storkoping):
        StaffCall.objects.update(answer=Answer.COMING)
    part = as_arvid.get(f"{base}calls/").content.decode()
    assert "Nils Ek: Kommer" in part
    assert "1 av 1 kommer" in part
    as_arvid.post(f"{base}act/close/")
    assert "Punkten är stängd nu" in as_arvid.get(f"{base}calls/").content.decode()


def test_a_text_too_long_is_refused_and_kept(here: Things, as_arvid: Any, storkoping: Any) -> None:
    base, text = f"/portal/points/{here.point}/", "Kom in i värmen. " * 40
    answer = as_arvid.post(f"{base}act/activate/", {"public_text": text})
    assert answer.status_code == 422
    assert "får vara 500" in answer.content.decode()
    assert text in answer.content.decode()
    as_arvid.post(f"{base}act/activate/", {"public_text": "Kort."})
    answer = as_arvid.post(f"{base}act/text/", {"public_text": text})
    assert answer.status_code == 422
    assert text in answer.content.decode()
    with in_municipality(storkoping):
        assert SafePoint.objects.get(pk=here.point).state == "preparing"
        assert Activation.objects.get().public_text == "Kort."


def test_a_refused_contact_keeps_that_it_takes_no_sms(here: Things, as_arvid: Any) -> None:
    page = as_arvid.post("/portal/roster/add/contact/", {"name": "Nils", "phone": "12"}).content.decode()
    assert 'name="sms">' in page
