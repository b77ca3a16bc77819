"""One press: the point is prepared, staff are asked, the case and the public know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from central import phone
from central.audit.models import AuditEntry
from central.carriers.models import Leg
from central.events.models import EventRecord
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile, JournalEntry
from tenants.safepoints import queries, services
from tenants.safepoints.answers import StaffAnswers
from tenants.safepoints.models import PointLog, SafePoint, StaffCall, StaffContact, State
from tenants.safepoints.rules import meaning, staff_text

NOW = datetime(2026, 3, 1, 2, 14, tzinfo=UTC)
NUMBERS = ["+46701740605", "+46701740606"]


@pytest.fixture
def here(storkoping: Any) -> Iterator[Any]:
    with in_municipality(storkoping):
        yield storkoping


@pytest.fixture
def point(here: Any) -> SafePoint:
    made = SafePoint.objects.create(
        name="Norra skolan", address="Skolvägen 1", offers=["warmth", "water"], public_text="Ta med filt."
    )
    for number, name in zip(NUMBERS, ["Nils Ek", "Sara Dahl"], strict=True):
        StaffContact.objects.create(point=made, name=name, phone=number)
    return made


@pytest.fixture
def case_id(here: Any) -> UUID:
    case = CaseFile.objects.create(
        reference="26-000001", kind="technical", function="property", priority=2, received_at=NOW
    )
    return case.pk


def activate(point: SafePoint, olga: Any, case_id: UUID | None = None, text: str = "") -> Any:
    return services.activate(point_id=point.pk, case_id=case_id, actor=olga, public_text=text, now=NOW)


def test_activation_prepares_the_point_and_asks_every_staff_member(point: Any, olga: Any) -> None:
    activation = activate(point, olga)
    point.refresh_from_db()
    assert point.state == State.PREPARING
    assert services.staff_coming(activation.pk) == (0, 2)
    legs = Leg.objects.filter(purpose="safepoint")
    assert {leg.subject_id for leg in legs} == set(StaffCall.objects.values_list("pk", flat=True))
    assert {leg.number_hash for leg in legs} == {phone.keyed_hash(number) for number in NUMBERS}


def test_the_event_and_the_audit_hold_no_personal_data(point: Any, olga: Any, here: Any) -> None:
    activate(point, olga)
    event = EventRecord.objects.get(type="safepoint")
    assert event.municipality_id == here.pk
    assert "Nils" not in str(event.item)
    assert "+4670" not in str(event.item)
    assert AuditEntry.objects.get(verb="safepoint.preparing").subject == str(point.pk)


def test_the_case_tells_what_happened(point: Any, olga: Any, case_id: UUID) -> None:
    activate(point, olga, case_id)
    services.mark_open(point_id=point.pk, actor=olga, now=NOW + timedelta(minutes=9))
    services.close_point(point_id=point.pk, actor=olga, now=NOW + timedelta(hours=3))
    lines = list(JournalEntry.objects.order_by("at").values_list("text", "by_initials"))
    assert lines == [
        ("Norra skolan förbereds. 2 i personalen får sms.", "OO"),
        ("Norra skolan är öppen.", "OO"),
        ("Norra skolan är stängd.", "OO"),
    ]
    states = PointLog.objects.order_by("pk").values_list("state", "case_id")
    assert list(states) == [("preparing", case_id), ("open", case_id), ("closed", case_id)]


def test_a_second_activation_is_refused_in_words(point: Any, olga: Any) -> None:
    activate(point, olga)
    with pytest.raises(services.WrongState) as caught:
        activate(point, olga)
    assert caught.value.message == "Norra skolan förbereds redan."


def test_states_are_passed_in_order(point: Any, olga: Any) -> None:
    with pytest.raises(services.WrongState):
        services.mark_open(point_id=point.pk, actor=olga, now=NOW)
    with pytest.raises(services.WrongState):
        services.close_point(point_id=point.pk, actor=olga, now=NOW)
    activate(point, olga)
    services.mark_open(point_id=point.pk, actor=olga, now=NOW)
    services.close_point(point_id=point.pk, actor=olga, now=NOW)
    activate(point, olga)
    assert len(queries.live()) == 1


def test_an_unknown_point_is_named(here: Any, olga: Any) -> None:
    with pytest.raises(services.UnknownPoint):
        services.activate(point_id=uuid4(), case_id=None, actor=olga, public_text="", now=NOW)


def test_an_answer_counts_and_stands_in_the_case(point: Any, olga: Any, case_id: UUID) -> None:
    activation = activate(point, olga, case_id)
    nils, sara = StaffCall.objects.order_by("name")
    services.staff_answered(call_id=nils.pk, body=" 1 ", now=NOW)
    services.staff_answered(call_id=sara.pk, body="2", now=NOW)
    assert services.staff_coming(activation.pk) == (1, 2)
    services.staff_answered(call_id=sara.pk, body="Ja", now=NOW)
    assert services.staff_coming(activation.pk) == (2, 2)
    assert JournalEntry.objects.filter(text="Nils Ek kommer (Norra skolan, 1 av 2 kommer).").exists()


def test_staff_open_the_point_with_a_word(point: Any, olga: Any, case_id: UUID) -> None:
    activate(point, olga, case_id)
    call = StaffCall.objects.order_by("name")[0]
    services.staff_answered(call_id=call.pk, body="öppen", now=NOW + timedelta(minutes=20))
    point.refresh_from_db()
    assert (point.state, point.opened_at) == (State.OPEN, NOW + timedelta(minutes=20))
    services.staff_answered(call_id=call.pk, body="ÖPPEN", now=NOW + timedelta(minutes=21))


def test_words_nobody_can_read_stand_in_the_case_as_they_came(point: Any, olga: Any, case_id: UUID) -> None:
    activation = activate(point, olga, case_id)
    call = StaffCall.objects.order_by("name")[0]
    services.staff_answered(call_id=call.pk, body="är sjuk idag", now=NOW)
    assert services.staff_coming(activation.pk) == (0, 2)
    assert JournalEntry.objects.filter(text__startswith="Nils Ek svarar: är sjuk idag").exists()


def test_an_answer_finds_its_way_from_the_number(point: Any, olga: Any, here: Any) -> None:
    activation = activate(point, olga)
    listener = StaffAnswers()
    Leg.objects.update(created_at=NOW)
    route = listener.route(phone.keyed_hash(NUMBERS[0]), NOW + timedelta(hours=1))
    assert route is not None
    assert route.municipality_id == here.pk
    leg = Leg(municipality_id=here.pk, subject_id=route.subject_id)
    listener.inbound(leg, NUMBERS[0], "1", NOW)
    assert services.staff_coming(activation.pk) == (1, 2)
    assert listener.route(phone.keyed_hash(NUMBERS[0]), NOW + timedelta(hours=25)) is None
    assert listener.route(phone.keyed_hash("+46701740699"), NOW) is None


def test_a_bad_number_does_not_stop_the_others(point: Any, olga: Any) -> None:
    StaffContact.objects.filter(name="Nils Ek").update(phone="112")
    activation = activate(point, olga)
    assert Leg.objects.count() == 1
    assert services.staff_coming(activation.pk) == (0, 2)


def test_the_public_is_told_of_open_points_first(point: Any, olga: Any) -> None:
    other = SafePoint.objects.create(name="Andra skolan", address="Torget 2")
    activate(point, olga, text="Kom till gymnastiksalen.")
    services.mark_open(point_id=point.pk, actor=olga, now=NOW)
    activate(other, olga)
    page = queries.public_page()
    assert [(one.name, one.state) for one in page.points] == [
        ("Norra skolan", "open"),
        ("Andra skolan", "preparing"),
    ]
    assert page.points[0].offers == ("Värme", "Vatten")
    assert page.points[0].text == "Kom till gymnastiksalen."
    assert page.changed_at == NOW


def test_an_empty_text_shows_the_registers_own(point: Any, olga: Any) -> None:
    activate(point, olga)
    assert queries.public_page().points[0].text == "Ta med filt."
    services.change_public_text(point_id=point.pk, text="Gå in från gården.", actor=olga, now=NOW)
    assert queries.public_page().points[0].text == "Gå in från gården."


def test_nothing_is_left_in_lillby(point: Any, olga: Any, lillby: Any) -> None:
    activate(point, olga)
    with in_municipality(lillby):
        assert not SafePoint.objects.exists()
        assert not StaffCall.objects.exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [("1", "coming"), (" Kommer! ", "coming"), ("NEJ", "cannot"), ("Öppet.", "opened"), ("11", ""), ("", "")],
)
def test_answers_are_read_with_some_kindness(body: str, said: str) -> None:
    assert meaning(body) == said


def test_the_staff_text_is_one_segment_for_ordinary_names() -> None:
    assert len(staff_text("Härslövs skola", "Landskrona")) <= 160
