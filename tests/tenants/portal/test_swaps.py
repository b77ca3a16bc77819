"""Swaps and replacements as an administrator registers them: chosen from the schedule, answered, taken back."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest

from central.municipalities.context import in_municipality
from tenants.contents.models import MessageContent
from tenants.oncall import queries
from tenants.oncall.models import Contact, Duty, Layer, Replacement
from tenants.oncall.schedule import at_wall
from tests.support.days import today
from tests.support.rosters import layer
from tests.tenants.portal.conftest import Things

DAY = timedelta(days=1)


@pytest.fixture
def nils(here: Things, storkoping: Any) -> int:
    """Nils and Sara have a day each in turn from tomorrow at noon, Nils first."""
    with in_municipality(storkoping):
        Replacement.objects.all().delete()
        Layer.objects.all().delete()
        nils = Contact.objects.create(name="Nils Ek", phone="+46701740607")
        sara = Contact.objects.get(pk=here.contact)
        layer(
            Duty.objects.get(pk=here.duty),
            [nils, sara],
            first_day=today() + DAY,
            turns_at=time(12),
            turn_days=1,
        )
        return nils.pk


def body(answer: Any) -> str:
    return str(answer.content.decode())


def first(storkoping: Any, days: int) -> str:
    with in_municipality(storkoping):
        (now,) = queries.on_duty_now(at_wall(today() + days * DAY, time(18)))
        return ", ".join(one.contact.name for one in now.people)


def rows(storkoping: Any) -> list[Replacement]:
    with in_municipality(storkoping):
        return list(Replacement.objects.order_by("pk"))


def form(here: Things, nils: int, **more: str) -> dict[str, str]:
    tomorrow = today() + DAY
    return {
        "contact": str(here.contact), "instead_of": str(nils), "rank": "1", "from_day": tomorrow.isoformat(),
        "from_time": "12:00", "to_day": (tomorrow + DAY).isoformat(), "to_time": "12:00", "reason": "Kurs",
    } | more  # fmt: skip


def test_a_chosen_shift_fills_in_its_times_and_whose_it_is_without_a_person_in_the_address(
    here: Things, nils: int, as_arvid: Any
) -> None:
    path = f"/portal/roster/duty/{here.duty}/replacement/"
    links = re.findall(r'<tr class="linked"><th scope="row"><a href="(\?[^"]*)"', body(as_arvid.get(path)))
    assert all(re.fullmatch(r"\?from=[\dT%A-]+&amp;rank=1&amp;to=[\dT%A-]+", one) for one in links)
    page = body(as_arvid.get(path + links[0].replace("&amp;", "&")))
    assert f'name="from_day" autocomplete="off" value="{(today() + DAY).isoformat()}"' in page
    assert 'value="12:00"' in page
    assert f'<option value="{nils}" selected>Nils Ek' in page


def test_a_gap_may_be_filled_by_somebody(here: Things, nils: int, as_arvid: Any, storkoping: Any) -> None:
    path = f"/portal/roster/duty/{here.duty}/replacement/"
    page = body(as_arvid.get(path))
    gap = page.split("Saknas inom 14 dagar")[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    filled = body(as_arvid.get(path + gap))
    assert '<option value="" selected' not in filled  # nobody is the first choice already
    assert "Ingen, tiden är en lucka" in filled
    as_arvid.post(path, form(here, nils, instead_of="", from_day=today().isoformat(), yes_taker="on"))
    assert [row.state for row in rows(storkoping)] == ["valid"]


def test_a_replacement_waits_until_both_have_said_yes_by_telephone(
    here: Things, nils: int, as_arvid: Any, storkoping: Any
) -> None:
    path = f"/portal/roster/duty/{here.duty}/replacement/"
    assert as_arvid.post(path, form(here, nils, yes_giver="on")).status_code == 302
    (row,) = rows(storkoping)
    assert (row.state, first(storkoping, 1)) == ("asked", "Nils Ek")
    page = body(as_arvid.get("/portal/roster/"))
    assert "Sara Dahl tar Fastighetsjour" in page
    assert "Nils Ek har sagt ja" in page
    assert "Sara Dahl har inte svarat" in page
    with in_municipality(storkoping):
        assert [one.contact_name for one in MessageContent.objects.all()] == ["Sara Dahl"]
    as_arvid.post(f"/portal/roster/replacement/{row.pk}/answer/", {"contact": here.contact, "answer": "yes"})
    assert (rows(storkoping)[0].state, first(storkoping, 1)) == ("valid", "Sara Dahl")
    assert "Inga byten väntar på svar." in body(as_arvid.get("/portal/roster/"))
    assert "duty-bar taken" in body(as_arvid.get(f"/portal/roster/duty/{here.duty}/"))


def test_a_no_is_the_end_of_it_and_is_told(here: Things, nils: int, as_arvid: Any, storkoping: Any) -> None:
    as_arvid.post(f"/portal/roster/duty/{here.duty}/replacement/", form(here, nils))
    path = f"/portal/roster/replacement/{rows(storkoping)[0].pk}/answer/"
    page = body(as_arvid.post(path, {"contact": nils, "answer": "no"}, follow=True))
    assert "Bytet blev inte av" in page
    assert "Nekat" in page
    late = as_arvid.post(path, {"contact": here.contact, "answer": "yes"}, follow=True)
    assert "väntar inte längre på svar: nekat" in body(late)
    stranger = as_arvid.post(path, {"contact": "x", "answer": "yes"})
    assert stranger.status_code == 302
    assert rows(storkoping)[0].state == "declined"


def test_a_valid_replacement_is_taken_back(here: Things, nils: int, as_arvid: Any, storkoping: Any) -> None:
    as_arvid.post(
        f"/portal/roster/duty/{here.duty}/replacement/", form(here, nils, yes_giver="on", yes_taker="on")
    )
    assert first(storkoping, 1) == "Sara Dahl"
    (row,) = rows(storkoping)
    page = body(as_arvid.post(f"/portal/roster/replacement/{row.pk}/withdraw/", follow=True))
    assert "Bytet är återkallat" in page
    assert first(storkoping, 1) == "Nils Ek"
    assert "Återkalla bytet" not in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"contact": ""}, "Välj vem som tar passet."), ({"from_time": "kväll"}, "Skriv klockslaget som 07:00."),
        ({"to_day": "sen"}, "Skriv datumet som"), ({"to_day": "2020-01-01"}, "Sluttiden ligger före starttiden."),
        ({"from_day": "2020-01-01", "to_day": "2020-01-02"}, "Tiden har redan varit."),
        ({"to_day": "2032-01-01"}, "Högst tre månader i taget."), ({"reason": "x" * 201}, "Skälet är 201 tecken."),
        ({"rank": "2"}, "Nils Ek har inte Fastighetsjour med ordning 2 då."), ({"same": "1"}, "Det är samma person."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_everything_typed_stays(
    here: Things, nils: int, as_arvid: Any, storkoping: Any, wrong: dict[str, str], told: str
) -> None:
    sent = form(here, nils) | wrong
    if sent.pop("same", ""):
        sent["contact"] = str(nils)
    answer = as_arvid.post(f"/portal/roster/duty/{here.duty}/replacement/", sent | {"yes_taker": "on"})
    page = body(answer)
    assert answer.status_code == 422
    assert told in page
    assert 'name="yes_taker" checked' in page
    for name in ("from_day", "from_time", "to_day", "to_time", "reason"):
        assert f'value="{sent[name]}"' in page
    assert rows(storkoping) == []


def test_who_has_it_until_further_notice_leaves_the_end_to_be_typed(
    here: Things, as_arvid: Any, storkoping: Any
) -> None:
    path = f"/portal/roster/duty/{here.duty}/replacement/"
    page = body(as_arvid.get(path))
    assert "och framåt" in page
    (link,) = re.findall(r'<tr class="linked"><th scope="row"><a href="([^"]*)"', page)
    filled = body(as_arvid.get(path + link.replace("&amp;", "&")))
    assert f'<option value="{here.contact}" selected>Sara Dahl' in filled
    assert 'name="to_day" autocomplete="off" value=""' in filled
    assert keys(body(as_arvid.get(f"/portal/roster/duty/{here.duty}/swap/")), "one") == []


def keys(page: str, name: str) -> list[str]:
    select = page.split(f'name="{name}"')[1].split("</select>", maxsplit=1)[0]
    return re.findall(r'<option value="([^"]+)"', select)


def test_two_shifts_change_people_together_or_not_at_all(
    here: Things, nils: int, as_arvid: Any, storkoping: Any
) -> None:
    path = f"/portal/roster/duty/{here.duty}/swap/"
    mine, others, *_ = keys(body(as_arvid.get(path)), "one")
    answer = as_arvid.post(path, {"one": mine, "other": others, "yes_one": "on", "reason": ""}, follow=True)
    assert "Bytet väntar på svar" in body(answer)
    assert (first(storkoping, 1), first(storkoping, 2)) == ("Nils Ek", "Sara Dahl")
    one, _ = rows(storkoping)
    as_arvid.post(f"/portal/roster/replacement/{one.pk}/answer/", {"contact": here.contact, "answer": "yes"})
    assert (first(storkoping, 1), first(storkoping, 2)) == ("Sara Dahl", "Nils Ek")
    as_arvid.post(f"/portal/roster/replacement/{one.pk}/withdraw/")
    assert (first(storkoping, 1), first(storkoping, 2)) == ("Nils Ek", "Sara Dahl")


def test_a_swap_that_is_none_is_refused_in_words(here: Things, nils: int, as_arvid: Any) -> None:
    path = f"/portal/roster/duty/{here.duty}/swap/"
    mine, _, again, *_ = keys(body(as_arvid.get(path)), "one")
    for sent, told in (
        ({"one": mine, "other": ""}, "Välj det andra passet."),
        ({"one": "1.1.1.1", "other": mine}, "Passet står inte längre så i schemat."),
        ({"one": mine, "other": again}, "Det är samma person."),
    ):
        answer = as_arvid.post(path, sent | {"yes_other": "on", "reason": "Kurs"})
        assert answer.status_code == 422
        assert told in body(answer)
        assert 'value="Kurs"' in body(answer)
        assert 'name="yes_other" checked' in body(answer)
