"""What a case proposes: by its own municipality's rules, from the registers at its address, once."""

from __future__ import annotations

from typing import Any

import pytest

from alarms.activation import searching
from alarms.activation.models import Lookup, Proposal, State
from alarms.workqueue.models import WorkItem
from central.municipalities.context import in_municipality
from tenants.crossing.models import ProposalLetter
from tenants.crossing.services import end_rule
from tests.support.cases import case, journal, now
from tests.support.crossing import TEXT, rule
from tests.support.incoming import transmitter
from tests.support.objects import resident, site

pytestmark = pytest.mark.django_db
HERE = "Exempelgatan 12, lgh 1001"


def fire(municipality: Any, place: str = HERE, **more: Any) -> WorkItem:
    return case(municipality, "fire", place=place, **more)


def proposed(item: WorkItem) -> list[Proposal]:
    searching.advance(now(1))
    return list(Proposal.objects.filter(parent=item))


def letter_of(proposal: Proposal) -> ProposalLetter:
    with in_municipality(proposal.municipality):
        return ProposalLetter.objects.get(pk=proposal.pk)


def test_a_fire_where_somebody_with_an_alarm_lives_proposes_home_care(storkoping: Any, arvid: Any) -> None:
    marta = resident(storkoping)
    resident(storkoping, number="K-1", name="Nils Granne", address="Exempelgatan 14")
    rule(storkoping, arvid)
    item = fire(storkoping)
    (proposal,) = proposed(item)
    assert (proposal.function, proposal.opens, proposal.priority, proposal.state) == (
        "home_care", "home_care_visit", 1, State.PROPOSED,
    )  # fmt: skip
    words = letter_of(proposal)
    assert (words.text, words.residents, words.case_id) == (TEXT, [marta.pk], item.pk)
    item.refresh_from_db()
    assert item.attention == ["proposal"]
    assert [(one.verb, one.text) for one in journal(item)] == [("proposed", "Hemtjänst")]
    assert not Lookup.objects.exists()


@pytest.mark.parametrize(
    "place", ["Exempelgatan 13", "Exempelvägen 12", "Okänd plats", "", "Exempelg. 12, 12345 Annanstad"]
)
def test_nobody_there_proposes_nothing(storkoping: Any, arvid: Any, place: str) -> None:
    resident(storkoping, address="Exempelgatan 12, 242 31 Storköping")
    rule(storkoping, arvid)
    item = fire(storkoping, place)
    assert proposed(item) == []
    item.refresh_from_db()
    assert (item.attention, item.version) == ([], 1)
    assert not Lookup.objects.exists()


@pytest.mark.parametrize(
    "written", ["exempelg. 12 B", "Exempelgatan 12", "EXEMPELGATAN 10-14", "Exempelgatan 12, Storköping"]
)
def test_an_address_is_the_same_however_it_is_written(storkoping: Any, arvid: Any, written: str) -> None:
    resident(storkoping, address=written)
    rule(storkoping, arvid)
    assert len(proposed(fire(storkoping, "Exempelgatan 12 A, 242 31 Storköping"))) == 1


def test_the_site_that_alarms_is_asked_about_by_its_own_address(storkoping: Any, arvid: Any) -> None:
    panel = transmitter(storkoping)
    home = site(storkoping, panel, name="Solgården", kind="care_home", address="Solvägen 3")
    site(storkoping, name="Solskolan", kind="school", address="Solvägen 3")
    rule(storkoping, arvid, looks="sites", site_kinds=["care_home"])
    marta = resident(storkoping, address="solv. 3")
    rule(storkoping, arvid, opens="social", priority=2)
    visit, jour = proposed(fire(storkoping, "", transmitter_id=panel.pk))
    assert (visit.function, letter_of(visit).sites, letter_of(visit).residents) == (
        "home_care",
        [home.pk],
        [],
    )
    assert (jour.function, letter_of(jour).residents, letter_of(jour).sites) == (
        "social_jour",
        [marta.pk],
        [],
    )


def test_a_rule_that_always_holds_needs_no_address(storkoping: Any, arvid: Any) -> None:
    rule(storkoping, arvid, kinds=["fire", "person_alarm"], looks="always", opens="technical", priority=3)
    assert [one.function for one in proposed(fire(storkoping, ""))] == ["property"]
    assert len(proposed(case(storkoping, "person_alarm"))) == 1
    assert proposed(case(storkoping, "intrusion")) == []


def test_who_has_ended_is_nobody_and_who_is_protected_is_somebody(storkoping: Any, arvid: Any) -> None:
    resident(storkoping, number="K-1", ended_at=now())
    hidden = resident(storkoping, number="K-2", protected_identity=True)
    rule(storkoping, arvid)
    (proposal,) = proposed(fire(storkoping))
    assert letter_of(proposal).residents == [hidden.pk]


def test_the_same_case_is_proposed_once_however_often_it_is_looked_up(storkoping: Any, arvid: Any) -> None:
    resident(storkoping)
    rule(storkoping, arvid)
    item = fire(storkoping)
    assert len(proposed(item)) == 1
    Lookup.objects.create(id=item.pk, priority=1, since=now(), at=now())
    assert len(proposed(item)) == 1
    with in_municipality(storkoping.ref()):
        assert ProposalLetter.objects.count() == 1
    assert [one.verb for one in journal(item)] == ["proposed"]


def test_a_rule_that_was_taken_away_speaks_of_no_new_case(storkoping: Any, arvid: Any) -> None:
    from alarms.activation import watching

    resident(storkoping)
    made = rule(storkoping, arvid)
    first = fire(storkoping)
    with in_municipality(storkoping.ref()):
        end_rule(rule_id=made.pk, actor=arvid, now=now())
    watching.forget()
    second = fire(storkoping)
    assert not Lookup.objects.filter(pk=second.pk).exists()
    assert proposed(first) == []


def test_what_nobody_has_a_rule_for_is_not_even_looked_up(storkoping: Any, lillby: Any, arvid: Any) -> None:
    rule(storkoping, arvid)
    for one in (case(storkoping, "technical"), fire(lillby)):
        assert not Lookup.objects.filter(pk=one.pk).exists()
    assert Lookup.objects.filter(pk=fire(storkoping).pk).exists()


def test_a_closed_case_proposes_nothing(storkoping: Any, arvid: Any) -> None:
    resident(storkoping)
    rule(storkoping, arvid)
    item = fire(storkoping)
    WorkItem.objects.filter(pk=item.pk).update(state="closed", closed_at=now())
    assert proposed(item) == []
    assert not Lookup.objects.exists()


def test_one_that_fails_is_tried_again_and_stops_no_other(
    storkoping: Any, arvid: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident(storkoping)
    rule(storkoping, arvid)
    bad, good = fire(storkoping, priority=1), fire(storkoping, priority=2)
    real = searching._look_up

    def fails(item_id: Any, at: Any) -> None:
        if item_id == bad.pk:
            real(item_id, at)
            raise RuntimeError("Exempelgatan 12")
        real(item_id, at)

    monkeypatch.setattr(searching, "_look_up", fails)
    assert searching.advance(now(1)) == 2
    assert [one.parent_id for one in Proposal.objects.all()] == [good.pk]
    assert [(one.pk, one.tries) for one in Lookup.objects.all()] == [(bad.pk, 1)]
    assert searching.waiting_since(now(1)).count() == 1
    monkeypatch.setattr(searching, "_look_up", real)
    assert searching.advance(now(1)) == 0  # not yet
    assert searching.advance(now(60)) == 1
    assert Proposal.objects.count() == 2
