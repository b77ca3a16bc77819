"""Swaps and replacements: true when both have said yes, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.contents.models import MessageContent
from tenants.oncall import links, queries, replacements, services, wording
from tenants.oncall.models import Contact, Duty, Replacement
from tenants.oncall.replacements import Part
from tests.support.rosters import always

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 14, 2, 11, tzinfo=UTC)
NIGHT = (NOW + timedelta(hours=14), NOW + timedelta(hours=29))


@pytest.fixture
def here(storkoping: Any) -> Iterator[None]:
    with in_municipality(storkoping):
        yield


@pytest.fixture
def duty(here: None) -> Duty:
    return Duty.objects.create(code="fastighet", name="Fastighetsjour", function="property")


@pytest.fixture
def nils(duty: Duty) -> Contact:
    contact = Contact.objects.create(name="Nils Ek", phone="+46701740621")
    always(duty, contact)
    return contact


@pytest.fixture
def sara(here: None) -> Contact:
    return Contact.objects.create(name="Sara Dahl", phone="+46701740622")


def part(duty: Duty, taker: Contact, giver: Contact | None, span: tuple[datetime, datetime] = NIGHT) -> Part:
    return Part(duty.pk, *span, taker.pk, giver.pk if giver else None)


def first(duty: Duty, at: datetime = NIGHT[0]) -> str:
    return ", ".join(one.contact.name for one in queries.on_duty(duty.code, at).people)


def told() -> dict[str, str]:
    """Every SMS to each, in no order."""
    found: dict[str, str] = {}
    for row in MessageContent.objects.all():
        found[row.contact_name] = f"{found.get(row.contact_name, '')} {row.body}".strip()
    return found


def test_a_replacement_holds_once_both_have_said_yes(duty: Duty, nils: Contact, sara: Contact) -> None:
    (row,) = replacements.ask(parts=[part(duty, sara, nils)], said_yes=[nils.pk], by_name="Nils Ek", now=NOW)
    assert (row.state, first(duty)) == ("asked", "Nils Ek")
    assert set(told()) == {"Sara Dahl"}
    assert (
        "Du tar Fastighetsjour lör 14 mars 17:11–sön 15 mars 08:11 i stället för Nils Ek?"
        in told()["Sara Dahl"]
    )
    for _ in range(2):
        replacements.say_yes(row_id=row.pk, contact_id=sara.pk, by_name="Sara Dahl", now=NOW)
    assert first(duty) == "Sara Dahl"
    assert [first(duty, NIGHT[0] - timedelta(seconds=1)), first(duty, NIGHT[1])] == ["Nils Ek", "Nils Ek"]
    assert all("Bytet gäller." in text for text in told().values())
    assert AuditEntry.objects.filter(verb="oncall.replacement_agreed").count() == 1


def test_a_swap_is_both_halves_or_none(duty: Duty, nils: Contact, sara: Contact) -> None:
    other = Duty.objects.create(code="va", name="VA-jour", function="technical")
    always(other, sara)
    asked = replacements.ask(
        parts=[part(duty, sara, nils), part(other, nils, sara)], said_yes=[], by_name="Arvid", now=NOW
    )
    replacements.say_yes(row_id=asked[0].pk, contact_id=nils.pk, by_name="Nils Ek", now=NOW)
    assert (first(duty), first(other)) == ("Nils Ek", "Sara Dahl")
    replacements.say_yes(row_id=asked[1].pk, contact_id=sara.pk, by_name="Sara Dahl", now=NOW)
    assert (first(duty), first(other)) == ("Sara Dahl", "Nils Ek")
    replacements.withdraw(row_id=asked[1].pk, by_name="Arvid", now=NOW)
    assert (first(duty), first(other)) == ("Nils Ek", "Sara Dahl")


def test_a_no_is_told_to_both_and_the_schedule_stands(duty: Duty, nils: Contact, sara: Contact) -> None:
    (row,) = replacements.ask(parts=[part(duty, sara, nils)], said_yes=[nils.pk], by_name="Nils Ek", now=NOW)
    replacements.say_no(row_id=row.pk, contact_id=sara.pk, by_name="Sara Dahl", now=NOW)
    assert first(duty) == "Nils Ek"
    assert all("Bytet blev inte av." in text for text in told().values())
    with pytest.raises(replacements.Settled) as late:
        replacements.say_yes(row_id=row.pk, contact_id=sara.pk, by_name="Sara Dahl", now=NOW)
    assert "nekat" in late.value.message


def test_a_hole_is_filled_when_the_one_who_fills_it_says_yes(duty: Duty, sara: Contact) -> None:
    (row,) = replacements.ask(parts=[part(duty, sara, None)], by_name="Arvid", now=NOW)
    assert first(duty) == ""
    replacements.say_yes(row_id=row.pk, contact_id=sara.pk, by_name="Sara Dahl", now=NOW)
    assert first(duty) == "Sara Dahl"


def test_nobody_else_may_answer(duty: Duty, nils: Contact, sara: Contact) -> None:
    (row,) = replacements.ask(parts=[part(duty, sara, nils)], by_name="Arvid", now=NOW)
    eva = Contact.objects.create(name="Eva Natt", phone="+46701740623")
    with pytest.raises(Replacement.DoesNotExist):
        replacements.say_yes(row_id=row.pk, contact_id=eva.pk, by_name="Eva Natt", now=NOW)


def test_nobody_gives_away_what_they_have_not_got(duty: Duty, nils: Contact, sara: Contact) -> None:
    with pytest.raises(services.BadEntry) as refused:
        replacements.ask(parts=[part(duty, nils, sara)], by_name="Arvid", now=NOW)
    assert refused.value.field == "instead_of"
    assert "Sara Dahl har inte Fastighetsjour" in refused.value.message
    assert not Replacement.objects.exists()


@pytest.mark.parametrize(
    ("span", "field"),
    [
        ((NIGHT[1], NIGHT[0]), "ends_at"),
        ((NIGHT[0], NIGHT[0] + timedelta(days=93)), "ends_at"),
        ((NOW - timedelta(days=3), NOW - timedelta(days=2)), "ends_at"),
    ],
)
def test_times_that_can_not_be_meant_are_refused(
    duty: Duty, nils: Contact, sara: Contact, span: tuple[datetime, datetime], field: str
) -> None:
    with pytest.raises(services.BadEntry) as refused:
        replacements.ask(parts=[part(duty, sara, nils, span)], by_name="Arvid", now=NOW)
    assert refused.value.field == field


def test_what_waits_for_a_person_is_what_they_have_not_answered(
    duty: Duty, nils: Contact, sara: Contact
) -> None:
    (row,) = replacements.ask(parts=[part(duty, sara, nils)], said_yes=[nils.pk], by_name="Nils Ek", now=NOW)
    assert replacements.waiting_for(sara.pk, NOW) == [row]
    assert replacements.waiting_for(nils.pk, NOW) == []
    assert replacements.waiting_for(sara.pk, NIGHT[1]) == []


def test_a_removed_contact_takes_nothing_and_waits_for_nothing(
    duty: Duty, nils: Contact, sara: Contact, arvid: Any
) -> None:
    replacements.ask(parts=[part(duty, sara, nils)], said_yes=[nils.pk, sara.pk], by_name="Arvid", now=NOW)
    assert first(duty) == "Sara Dahl"
    services.remove_contact(contact_id=sara.pk, actor=arvid, now=NOW)
    assert first(duty) == "Nils Ek"


def test_a_persons_page_has_an_address_until_it_is_revoked(
    nils: Contact, sara: Contact, arvid: Any, lillby: Any
) -> None:
    address = links.address(nils)
    assert address == links.address(nils)
    secret = address.rstrip("/").rsplit("/", 1)[1]
    assert address.startswith("http://storkoping.localhost")
    assert links.found(secret) == nils
    assert links.address(sara) != address
    with in_municipality(lillby):
        assert links.found(secret) is None
    links.revoke(contact_id=nils.pk, actor=arvid, now=NOW)
    assert links.found(secret) is None
    assert links.address(nils) != address


def test_the_address_is_sent_to_who_takes_sms(nils: Contact, arvid: Any) -> None:
    assert wording.send_link(contact_id=nils.pk, actor=arvid, now=NOW)
    assert links.address(nils) in told()["Nils Ek"]
    Contact.objects.filter(pk=nils.pk).update(sms=False)
    assert not wording.send_link(contact_id=nils.pk, actor=arvid, now=NOW)
