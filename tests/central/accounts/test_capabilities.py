"""Who may do what, where: asked of everybody in the cast."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from central.accounts import capabilities as c
from central.accounts.models import Membership
from central.functions import CLOSED, OPEN

OPERATOR = {"board.view", "case.claim", "case.read", "case.act", "safepoint.activate", "residents.unmask"}
EXPECTED = {
    "olga": OPERATOR,
    "sven": OPERATOR | {"shift.lead"},
    "chef": {"intake.manage", "centre.manage", "board.view"},
    "maja": {
        "portal.view",
        "portal.cases",
        "case.read",
        "residents.read",
        "residents.edit",
        "residents.unmask",
    },
    "arvid": {"portal.view", "portal.edit", "members.edit"},
    "lisa": set(),
    "agda": {"audit.read"},
    "utan": set(),
}
EVERY = sorted(set().union(*c.CAPABILITIES.values()))


@pytest.mark.parametrize("who", EXPECTED)
def test_each_person_has_exactly_her_capabilities_in_storkoping(cast: Any, storkoping: Any, who: str) -> None:
    person = getattr(cast, who)
    assert {name for name in EVERY if c.can(person, name, storkoping)} == EXPECTED[who]


@pytest.mark.parametrize("who", ["maja", "arvid", "agda", "utan"])
def test_a_role_in_storkoping_gives_nothing_in_lillby(cast: Any, lillby: Any, who: str) -> None:
    assert not [name for name in EVERY if c.can(getattr(cast, who), name, lillby)]


def test_the_centre_acts_for_every_municipality(olga: Any, storkoping: Any, lillby: Any) -> None:
    assert c.can(olga, c.CASE_CLAIM, storkoping)
    assert c.can(olga, c.CASE_CLAIM, lillby)


def test_an_officer_reads_only_the_functions_she_lists(maja: Any, storkoping: Any) -> None:
    assert c.readable_functions(maja, storkoping) == {"property"}
    assert c.can(maja, c.CASE_READ, storkoping, "property")
    assert not c.can(maja, c.CASE_READ, storkoping, "social_jour")


def test_residents_are_for_home_care_alone(maja: Any, storkoping: Any) -> None:
    assert not c.can(maja, c.RESIDENTS_READ, storkoping, "home_care")
    Membership.objects.filter(user=maja).update(functions=["home_care"])
    assert c.can(maja, c.RESIDENTS_READ, storkoping, "home_care")


def test_social_jour_is_closed_unless_listed(olga: Any, sven: Any, storkoping: Any) -> None:
    assert not c.readable_functions(olga, storkoping) & CLOSED
    assert "social_jour" in c.readable_functions(sven, storkoping)


def test_an_operator_with_no_list_has_every_open_function(olga: Any, storkoping: Any) -> None:
    Membership.objects.filter(user=olga).update(functions=[])
    assert c.readable_functions(olga, storkoping) == OPEN


def test_an_officer_with_no_list_has_no_function(maja: Any, storkoping: Any) -> None:
    Membership.objects.filter(user=maja).update(functions=[])
    assert c.readable_functions(maja, storkoping) == frozenset()


def test_an_administrator_reads_no_letters(arvid: Any, storkoping: Any) -> None:
    Membership.objects.filter(user=arvid).update(functions=["property", "social_jour"])
    assert c.readable_functions(arvid, storkoping) == frozenset()
    assert not c.can(arvid, c.CASE_READ, storkoping, "property")


def test_an_ended_membership_gives_nothing_from_its_end(maja: Any, storkoping: Any) -> None:
    now = timezone.now()
    rows = Membership.objects.filter(user=maja)
    rows.update(created_at=now - timedelta(days=1), ended_at=now + timedelta(hours=1))
    assert c.can(maja, c.PORTAL_CASES, storkoping)
    rows.update(ended_at=now)
    assert not c.can(maja, c.PORTAL_CASES, storkoping)


def test_an_inactive_account_has_no_rights(sven: Any, storkoping: Any) -> None:
    sven.is_active = False
    sven.save()
    assert not c.can(sven, c.BOARD_VIEW, storkoping)


def test_a_centre_role_held_at_a_municipality_gives_nothing(utan: Any, storkoping: Any) -> None:
    Membership.objects.create(user=utan, municipality=storkoping, role="operator")
    assert c.rights_of(utan).grants == ()


def test_require_raises_and_names_the_capability(utan: Any, storkoping: Any) -> None:
    with pytest.raises(c.NotAllowed) as caught:
        c.require(utan, c.AUDIT_READ, storkoping)
    assert caught.value.capability == "audit.read"


def test_who_lacks_a_municipality_reads_which_and_who_can_give_it(
    utan: Any, storkoping: Any, centre: Any
) -> None:
    with pytest.raises(c.NotAllowed) as caught:
        c.require(utan, c.CASE_ACT, storkoping)
    assert caught.value.message == "Du har inte behörighet för Storköping. Din skiftledare kan ge den."
    with pytest.raises(c.NotAllowed) as caught:
        c.require(utan, c.CASE_ACT, centre)
    assert caught.value.message == "Du har inte behörighet till det här. Din administratör kan ge den."
