"""Asking for a replacement or a swap on one's own page: whole shifts, parts of them, and what is refused in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from central.municipalities.context import in_municipality
from tenants.oncall import asking, replacements
from tenants.oncall.models import Contact, Replacement
from tests.tenants.oncall.conftest import Road, noon, path_of

HOUR = timedelta(hours=1)


def body(answer: Any) -> str:
    return str(answer.content.decode())


def rows(storkoping: Any) -> list[Replacement]:
    with in_municipality(storkoping):
        return list(Replacement.objects.order_by("pk"))


def ask(phone: Client, road: Road, **typed: str) -> Any:
    return phone.post(f"{road.path}byte/?pass={road.shift(1)}", typed, follow=True)


def test_a_colleague_is_asked_to_take_the_whole_shift(road: Road, phone: Client, storkoping: Any) -> None:
    for _ in range(2):  # a second press asks nobody again
        page = body(ask(phone, road, contact=str(road.eva.pk), reason="Kurs"))
        assert "Frågan är ställd." in page
    (row,) = rows(storkoping)
    assert (row.starts_at, row.ends_at) == (noon(1), noon(2))
    assert (row.contact_id, row.instead_of_id, row.asked_by_name) == (road.eva.pk, road.nils.pk, "Nils Ek")
    assert row.giver_said_at is not None
    assert row.taker_said_at is None
    assert "Eva Lans tar din Vägjour" in page
    assert "Väntar på svar" in page


def test_a_part_of_the_shift_is_asked_for_by_the_clock_on_the_wall(
    road: Road, phone: Client, storkoping: Any
) -> None:
    start, end = noon(1) + 2 * HOUR, noon(1) + 6 * HOUR
    ask(phone, road, contact=str(road.sara.pk), **{"from": asking.local(start), "to": asking.local(end)})
    (row,) = rows(storkoping)
    assert (row.starts_at, row.ends_at) == (start, end)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"contact": ""}, "Välj en kollega i listan."),
        ({"contact": "999999"}, "Välj en kollega i listan."),
        ({"from": asking.local(noon(0))}, "Passet börjar"),
        ({"to": asking.local(noon(4))}, "Passet slutar"),
        ({"from": asking.local(noon(1) + 3 * HOUR), "to": asking.local(noon(1) + HOUR)}, "Sluttiden ligger före"),
        ({"from": "i går"}, "Skriv datum och klockslag"),
        ({"reason": "x" * 201}, "Högst 200 får plats."),
        ({"what": "swap", "other": ""}, "Välj ett pass i listan."),
        ({"what": "swap", "other": "1.1.1.1"}, "Välj ett pass i listan."),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_and_nothing_typed_is_lost(
    road: Road, phone: Client, storkoping: Any, typed: dict[str, str], told: str
) -> None:
    form = {"contact": str(road.eva.pk), "reason": "Bröllop"} | typed
    answer = ask(phone, road, **form)
    assert answer.status_code == 422
    page = body(answer)
    assert told in page
    assert f'value="{form["reason"]}"' in page
    if form["contact"] == str(road.eva.pk):
        assert f'value="{road.eva.pk}" selected' in page
    assert rows(storkoping) == []


def test_a_colleague_who_takes_no_sms_is_offered_only_in_the_same_duty(
    road: Road, phone: Client, storkoping: Any
) -> None:
    with in_municipality(storkoping):
        Contact.objects.update(sms=False)
    page = body(phone.get(f"{road.path}byte/?pass={road.shift(1)}"))
    assert "Sara Dahl (tar inte emot sms)" in page
    assert "Eva Lans" not in page
    assert ask(phone, road, contact=str(road.eva.pk)).status_code == 422


def test_a_swap_holds_when_the_other_has_said_yes(road: Road, phone: Client, storkoping: Any) -> None:
    theirs = f"{road.duty.pk}.1.{int(noon(2).timestamp())}.{road.sara.pk}"
    for _ in range(2):
        assert "Frågan är ställd." in body(ask(phone, road, what="swap", other=theirs))
    mine, other = rows(storkoping)
    assert (mine.contact_id, mine.starts_at) == (road.sara.pk, noon(1))
    assert (other.contact_id, other.starts_at) == (road.nils.pk, noon(2))
    with in_municipality(storkoping):
        sara = path_of(road.sara)
    page = body(phone.get(sara))
    assert "Nils Ek frågar om ni kan byta:" in page
    assert page.count('name="answer" value="yes"') == 1
    assert "Bytet gäller." in body(phone.post(f"{sara}svar/{other.pk}/", {"answer": "yes"}, follow=True))
    assert {one.state for one in rows(storkoping)} == {"valid"}
    assert "Gäller" in body(phone.get(road.path))


def test_a_question_is_taken_back_until_it_is_answered(road: Road, phone: Client, storkoping: Any) -> None:
    ask(phone, road, contact=str(road.eva.pk))
    (row,) = rows(storkoping)
    assert "återkallad" in body(phone.post(f"{road.path}aterkalla/{row.pk}/", follow=True))
    assert rows(storkoping)[0].state == "withdrawn"
    ask(phone, road, contact=str(road.eva.pk))
    row = rows(storkoping)[1]
    with in_municipality(storkoping):
        replacements.say_yes(row_id=row.pk, contact_id=road.eva.pk, by_name="Eva Lans", now=timezone.now())
    assert "väntar inte längre" in body(phone.post(f"{road.path}aterkalla/{row.pk}/", follow=True))
    assert rows(storkoping)[1].state == "valid"


def test_a_shift_that_is_no_longer_so_is_told(road: Road, phone: Client) -> None:
    for key in (road.shift(2), "1.1.1", "x", ""):
        page = phone.get(f"{road.path}byte/?pass={key}", follow=True)
        assert "Passet står inte längre så i schemat." in body(page)


def test_nobody_is_asked_without_end(road: Road, phone: Client, storkoping: Any) -> None:
    for nth in range(asking.MOST_WAITING):
        start = noon(1) + timedelta(minutes=nth)
        ask(phone, road, contact=str(road.eva.pk), **{"from": asking.local(start)})
    refused = ask(phone, road, contact=str(road.sara.pk))
    assert refused.status_code == 422
    assert "Återkalla någon först." in body(refused)
    assert len(rows(storkoping)) == asking.MOST_WAITING
