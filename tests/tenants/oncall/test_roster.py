"""What an admin does with contacts and roster, and who is on duty then; nothing of it is seen next door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

import pytest

from central.audit.models import AuditEntry
from central.municipalities.context import NoMunicipality, in_municipality
from tenants.oncall import queries, services
from tenants.oncall.models import Contact, Duty, RosterLine

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 14, 2, 11, tzinfo=UTC)  # a Saturday, 03:11 in Stockholm


@pytest.fixture
def here(storkoping: Any) -> Iterator[None]:
    with in_municipality(storkoping):
        yield


@pytest.fixture
def duty(here: None, arvid: Any) -> Duty:
    return services.add_duty(name="Fastighetsjour", function="property", actor=arvid, now=NOW)


def contact(arvid: Any, name: str = "Nils Ek", number: str = "070-174 06 21") -> Contact:
    return services.add_contact(name=name, number=number, actor=arvid, now=NOW)


def line(duty: Duty, who: Contact, arvid: Any, **more: Any) -> RosterLine:
    told: dict[str, Any] = {"weekday": 5, "starts": time(0), "ends": time(6), **more}
    return services.add_line(duty_id=duty.pk, contact_id=who.pk, actor=arvid, now=NOW, **told)


def test_a_contact_on_the_roster_is_on_duty_and_next_door_knows_nothing(
    duty: Duty, arvid: Any, lillby: Any
) -> None:
    nils = contact(arvid)
    line(duty, nils, arvid)
    (now,) = queries.on_duty_now(NOW)
    assert [(one.contact.name, one.rank) for one in now.people] == [("Nils Ek", 1)]
    assert now.people[0].until == datetime(2026, 3, 14, 5, tzinfo=UTC)
    assert nils.phone == "+46701740621"
    with in_municipality(lillby):
        assert queries.on_duty_now(NOW) == []
        assert not Contact.objects.exists()


def test_nobody_on_duty_is_an_empty_list(duty: Duty, arvid: Any) -> None:
    line(duty, contact(arvid), arvid, weekday=0)
    assert queries.on_duty("fastighetsjour", NOW).people == []
    with pytest.raises(queries.UnknownDuty):
        queries.on_duty("finns-inte", NOW)


def test_a_removed_contact_leaves_the_roster_and_stays_removed(duty: Duty, arvid: Any) -> None:
    nils = contact(arvid)
    line(duty, nils, arvid)
    for _ in range(2):
        services.remove_contact(contact_id=nils.pk, actor=arvid, now=NOW)
    assert queries.on_duty_now(NOW)[0].people == []
    assert queries.contacts() == []
    assert AuditEntry.objects.filter(verb="oncall.contact_removed").count() == 1


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("112", "nödnummer"),
        ("1177", "kortnummer"),
        ("", "Skriv ett telefonnummer"),
        ("hej", "inget telefonnummer"),
    ],
)
def test_a_bad_number_says_what_to_do(here: None, arvid: Any, number: str, part: str) -> None:
    with pytest.raises(services.BadEntry) as refused:
        contact(arvid, number=number)
    assert refused.value.field == "phone"
    assert part in refused.value.message


def test_two_people_can_not_both_be_first(duty: Duty, arvid: Any) -> None:
    line(duty, contact(arvid), arvid)
    sara = contact(arvid, "Sara Dahl", "070-174 06 22")
    with pytest.raises(services.BadEntry) as refused:
        line(duty, sara, arvid, starts=time(5), ends=time(7))
    assert "Nils Ek har redan lördag 00:00–06:00" in refused.value.message
    line(duty, sara, arvid, rank=2)
    people = queries.on_duty("fastighetsjour", NOW).people
    assert [one.contact.name for one in people] == ["Nils Ek", "Sara Dahl"]


def test_names_sort_the_swedish_way(here: None, arvid: Any) -> None:
    for name in ("Örjan", "Zeb", "Åsa", "Ärlig", "Anna"):
        contact(arvid, name)
    assert [one.name for one in queries.contacts()] == ["Anna", "Zeb", "Åsa", "Ärlig", "Örjan"]


@pytest.mark.parametrize(("field", "more"), [("weekday", {"weekday": 7}), ("rank", {"rank": 0})])
def test_wrong_choices_name_their_field(duty: Duty, arvid: Any, field: str, more: dict[str, int]) -> None:
    with pytest.raises(services.BadEntry) as refused:
        line(duty, contact(arvid), arvid, **more)
    assert refused.value.field == field


def test_the_roster_can_not_be_read_without_a_municipality(db: None) -> None:
    with pytest.raises(NoMunicipality):
        queries.duties()
