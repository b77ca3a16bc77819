"""What an admin does with contacts and schedule, and who is on duty then; nothing of it is seen next door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from central.audit.models import AuditEntry
from central.municipalities.context import NoMunicipality, in_municipality
from tenants.oncall import layers, queries, services
from tenants.oncall.models import Contact, Duty, Layer
from tenants.oncall.schedule import Window

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 14, 2, 11, tzinfo=UTC)  # a Saturday, 03:11 in Stockholm
NIGHTS = Window(frozenset({"sat"}), time(0), time(6))


@pytest.fixture
def here(storkoping: Any) -> Iterator[None]:
    with in_municipality(storkoping):
        yield


@pytest.fixture
def duty(here: None, arvid: Any) -> Duty:
    return services.add_duty(name="Fastighetsjour", function="property", actor=arvid, now=NOW)


def contact(arvid: Any, name: str = "Nils Ek", number: str = "070-174 06 21") -> Contact:
    return services.add_contact(name=name, number=number, actor=arvid, now=NOW)


def wanted(*who: Contact, **more: Any) -> layers.Wanted:
    told: dict[str, Any] = {"rank": 1, "first_day": date(2026, 1, 5), "turns_at": time(8), **more}
    return layers.Wanted(members=[one.pk for one in who], **told)


def layer(duty: Duty, arvid: Any, *who: Contact, **more: Any) -> Layer:
    return layers.add_layer(duty_id=duty.pk, wanted=wanted(*who, **more), actor=arvid, now=NOW)


def first(at: datetime = NOW) -> list[str]:
    return [one.contact.name for one in queries.on_duty("fastighetsjour", at).people]


def test_a_contact_in_the_schedule_is_on_duty_and_next_door_knows_nothing(
    duty: Duty, arvid: Any, lillby: Any
) -> None:
    nils = contact(arvid)
    layer(duty, arvid, nils, windows=[NIGHTS])
    (now,) = queries.on_duty_now(NOW)
    assert [(one.contact.name, one.rank) for one in now.people] == [("Nils Ek", 1)]
    assert now.people[0].until == datetime(2026, 3, 14, 5, tzinfo=UTC)
    assert nils.phone == "+46701740621"
    with in_municipality(lillby):
        assert queries.on_duty_now(NOW) == []
        assert not Contact.objects.exists()


def test_nobody_on_duty_is_an_empty_list_and_the_next_is_told(duty: Duty, arvid: Any) -> None:
    layer(duty, arvid, contact(arvid), windows=[replace(NIGHTS, days=frozenset({"mon"}))])
    now = queries.on_duty("fastighetsjour", NOW)
    assert now.people == []
    assert now.next is not None
    assert (now.next.contact.name, now.next.starts) == ("Nils Ek", datetime(2026, 3, 15, 23, tzinfo=UTC))
    with pytest.raises(queries.UnknownDuty):
        queries.on_duty("finns-inte", NOW)


def test_a_week_each_and_the_next_is_told_with_its_hour(duty: Duty, arvid: Any) -> None:
    nils, sara = contact(arvid), contact(arvid, "Sara Dahl", "070-174 06 22")
    layer(duty, arvid, nils, sara)
    now = queries.on_duty("fastighetsjour", NOW)
    assert [one.contact.name for one in now.people] == [
        "Sara Dahl" if NOW.isocalendar().week % 2 else "Nils Ek"
    ]
    assert now.next is not None
    assert now.next.starts == now.people[0].until == datetime(2026, 3, 16, 7, tzinfo=UTC)
    assert now.next.contact.name != now.people[0].contact.name


def test_a_removed_contacts_turns_are_nobodys_and_no_other_turn_moves(duty: Duty, arvid: Any) -> None:
    nils, sara = contact(arvid), contact(arvid, "Sara Dahl", "070-174 06 22")
    layer(duty, arvid, nils, sara)
    weeks = [NOW + timedelta(weeks=nth) for nth in range(4)]
    before = [first(week) for week in weeks]
    for _ in range(2):
        services.remove_contact(contact_id=nils.pk, actor=arvid, now=NOW)
    assert [first(week) for week in weeks] == [[] if who == ["Nils Ek"] else who for who in before]
    assert [one.name for one in queries.contacts()] == ["Sara Dahl"]
    assert AuditEntry.objects.filter(verb="oncall.contact_removed").count() == 1
    (gap,) = queries.gaps(NOW, NOW + timedelta(days=14))
    assert gap[0] == duty
    assert sum((end - start for start, end in gap[1]), timedelta()) >= timedelta(days=6)


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
    layer(duty, arvid, contact(arvid), windows=[NIGHTS])
    sara = contact(arvid, "Sara Dahl", "070-174 06 22")
    overlapping = [replace(NIGHTS, starts=time(5), ends=time(7))]
    with pytest.raises(services.BadEntry) as refused:
        layer(duty, arvid, sara, windows=overlapping)
    assert refused.value.field == "rank"
    assert (
        "Nils Ek och Sara Dahl skulle ha ordning 1 samtidigt från 2026-03-14 05:00" in refused.value.message
    )
    assert Layer.objects.count() == 1
    layer(duty, arvid, sara, windows=overlapping, rank=2)
    assert first(datetime(2026, 3, 14, 4, 30, tzinfo=UTC)) == ["Nils Ek", "Sara Dahl"]


def test_a_change_from_a_later_day_leaves_what_was_true(duty: Duty, arvid: Any) -> None:
    nils, sara = contact(arvid), contact(arvid, "Sara Dahl", "070-174 06 22")
    made = layer(duty, arvid, nils)
    layers.change_layer(
        layer_id=made.pk, wanted=wanted(sara, first_day=date(2026, 3, 20)), actor=arvid, now=NOW
    )
    assert [first(NOW), first(NOW + timedelta(days=7))] == [["Nils Ek"], ["Sara Dahl"]]
    assert queries.gaps(NOW, NOW + timedelta(days=30)) == []
    layers.change_layer(layer_id=made.pk, wanted=wanted(sara, until=date(2026, 3, 20)), actor=arvid, now=NOW)
    assert first() == ["Sara Dahl"]


@pytest.mark.parametrize("hour", [7, 8, 9])
def test_another_hour_of_change_leaves_no_gap_and_no_double_cover(duty: Duty, arvid: Any, hour: int) -> None:
    nils, sara = contact(arvid), contact(arvid, "Sara Dahl", "070-174 06 22")
    made = layer(duty, arvid, nils)
    told = wanted(sara, first_day=date(2026, 3, 20), turns_at=time(hour))
    layers.change_layer(layer_id=made.pk, wanted=told, actor=arvid, now=NOW)
    assert queries.gaps(NOW, NOW + timedelta(days=30)) == []
    change = datetime(2026, 3, 20, hour - 1, tzinfo=UTC)
    assert [first(change - timedelta(seconds=1)), first(change)] == [["Nils Ek"], ["Sara Dahl"]]


def test_a_planned_layer_that_is_put_off_is_moved(duty: Duty, arvid: Any) -> None:
    nils = contact(arvid)
    made = layer(duty, arvid, nils, first_day=date(2026, 4, 1))
    layers.change_layer(
        layer_id=made.pk, wanted=wanted(nils, first_day=date(2026, 5, 1)), actor=arvid, now=NOW
    )
    assert [one.first_day for one in Layer.objects.all()] == [date(2026, 5, 1)]


def test_a_duty_that_is_needed_at_night_has_no_gap_by_day(duty: Duty, arvid: Any) -> None:
    layer(duty, arvid, contact(arvid), windows=[NIGHTS])
    layers.set_needed(duty_id=duty.pk, needed=[NIGHTS], actor=arvid, now=NOW)
    assert queries.gaps(NOW, NOW + timedelta(days=14)) == []
    layers.set_needed(duty_id=duty.pk, needed=[], actor=arvid, now=NOW)
    assert [one.code for one, _holes in queries.gaps(NOW, NOW + timedelta(days=14))] == ["fastighetsjour"]


def test_names_sort_the_swedish_way(here: None, arvid: Any) -> None:
    for name in ("Örjan", "Zeb", "Åsa", "Ärlig", "Anna"):
        contact(arvid, name)
    assert [one.name for one in queries.contacts()] == ["Anna", "Zeb", "Åsa", "Ärlig", "Örjan"]


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("rank", {"rank": 0}),
        ("turn_days", {"turn_days": 0}),
        ("until", {"until": date(2026, 1, 5)}),
        ("windows", {"windows": [replace(NIGHTS, days=frozenset())]}),
        ("windows", {"windows": [NIGHTS] * 15}),
    ],
)
def test_wrong_choices_name_their_field(duty: Duty, arvid: Any, field: str, more: dict[str, Any]) -> None:
    with pytest.raises(services.BadEntry) as refused:
        layer(duty, arvid, contact(arvid), **more)
    assert refused.value.field == field
    assert not Layer.objects.exists()


def test_a_layer_needs_people_who_are_there(duty: Duty, arvid: Any) -> None:
    nils = contact(arvid)
    services.remove_contact(contact_id=nils.pk, actor=arvid, now=NOW)
    for who in ([], [nils]):
        with pytest.raises(services.BadEntry) as refused:
            layer(duty, arvid, *who)
        assert refused.value.field == "members"


def test_the_schedule_can_not_be_read_without_a_municipality(db: None) -> None:
    with pytest.raises(NoMunicipality):
        queries.duties()


def test_who_is_on_duty_is_read_in_a_few_questions_however_many_duties(
    here: None, arvid: Any, django_assert_max_num_queries: Any
) -> None:
    nils = contact(arvid)
    for nth in range(8):
        made = services.add_duty(name=f"Jour {nth}", function="property", actor=arvid, now=NOW)
        layer(made, arvid, nils)
    with django_assert_max_num_queries(6):
        assert all(one.people for one in queries.on_duty_now(NOW))
