"""Linked cases on the console: what is proposed, what it led to, who lives there, and who is told of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from alarms.activation import searching
from alarms.activation.models import Proposal
from alarms.workqueue.models import WorkItem
from central.accounts.models import Membership
from central.functions import OPEN
from tests.conftest import make_user
from tests.operator_console.conftest import act, pane
from tests.support.cases import case, now
from tests.support.crossing import TEXT, agreement, rule
from tests.support.objects import resident, site

WHO = ("Märta Provsson", "070-174 06 22", "1102, 1 tr")


@pytest.fixture
def fire(committed: None, storkoping: Any, arvid: Any, olgas: Any) -> UUID:
    """Olga's fire where Märta and a protected person live, looked up."""
    resident(storkoping)
    resident(
        storkoping, number="K-7", name="Hemlig Person", phone="+46701740699", floor="1203", protected_identity=True
    )  # fmt: skip
    rule(storkoping, arvid)
    item = case(storkoping, "fire", place="Exempelgatan 12").pk
    assert act(olgas, item, "claim").status_code == 200
    searching.advance(now(1))
    return item


def only() -> Proposal:
    return Proposal.objects.get()


def start(client: Any, item: UUID) -> UUID:
    assert act(client, item, "activate", proposal=str(only().pk)).status_code == 200
    child = only().child_id
    assert child is not None
    return child


def test_the_pane_proposes_in_words_and_numbers_but_names_nobody(fire: UUID, olgas: Any) -> None:
    shown = pane(olgas, fire)
    assert "1 förslag väntar på svar" in shown
    assert TEXT in shown
    assert "2 med trygghetslarm på adressen" in shown
    assert "Koppla in Hemtjänst" in shown
    assert not [one for one in (*WHO, "K-2207", "K-7") if one in shown]


def test_the_started_case_tells_who_lives_there_and_masks_who_is_protected(fire: UUID, olgas: Any) -> None:
    child = start(olgas, fire)
    shown = pane(olgas, child)
    for one in (*WHO, "K-2207", "Hemtjänst Norr", "Hund", "K-7", "2 med trygghetslarm"):
        assert one in shown
    for hidden in ("Hemlig Person", "070-174 06 99", "740699", "1203"):
        assert hidden not in shown
    parent = WorkItem.objects.get(pk=fire)
    assert f">{parent.reference}</a> Brandlarm" in shown
    shown = pane(olgas, fire)
    assert f">{WorkItem.objects.get(pk=child).reference}</a> Hemtjänstinsats" in shown
    assert "Obesvarat" in shown
    assert "Märta" not in shown


def test_a_closed_case_tells_of_nobody_any_more(fire: UUID, olgas: Any) -> None:
    child = start(olgas, fire)
    act(olgas, child, "claim")
    assert act(olgas, child, "close", outcome="no_action").status_code == 200
    shown = pane(olgas, child)
    assert "De boende visas bara medan ärendet är öppet." in shown
    assert not [one for one in WHO if one in shown]
    assert "✓ Klart" in pane(olgas, fire)


def test_who_lacks_home_care_is_told_neither_number_nor_name(
    fire: UUID, olgas: Any, centre: Any, client_of: Any
) -> None:
    child = start(olgas, fire)
    Proposal.objects.all().update(state="proposed", child=None)
    stefan = client_of(make_user("stefan", "Stefan Utan", "SU", centre, "operator", ["rescue", "general"]))
    shown = pane(stefan, fire)
    assert "Koppla in" not in shown  # it isn't his
    assert TEXT in shown
    assert "med trygghetslarm på adressen" not in shown
    assert stefan.get(f"/console/case/{child}/").status_code == 404


def test_a_function_without_home_care_gets_the_number_only(
    committed: None, storkoping: Any, arvid: Any, sven: Any, client_of: Any
) -> None:
    resident(storkoping)
    rule(storkoping, arvid, opens="social")
    svens = client_of(sven)
    item = case(storkoping, "fire", place="Exempelgatan 12").pk
    act(svens, item, "claim")
    searching.advance(now(1))
    child = start(svens, item)
    Membership.objects.filter(user=sven).update(functions=sorted({"social_jour"} | OPEN - {"home_care"}))
    shown = pane(svens, child)
    assert "1 med trygghetslarm på adressen" in shown
    assert "Du saknar behörighet för hemtjänst." in shown
    assert not [one for one in WHO if one in shown]


def test_no_asks_for_a_reason_and_stands_in_the_journal(fire: UUID, olgas: Any) -> None:
    proposal = str(only().pk)
    refused = act(olgas, fire, "not-activate", proposal=proposal, reason="")
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    assert act(olgas, fire, "not-activate", proposal=proposal, reason="already_there").status_code == 200
    shown = pane(olgas, fire)
    assert "Kopplade inte in: Hemtjänst (redan på plats eller på väg)" in shown
    assert "Kopplades inte in " in shown
    assert "förslag väntar" not in shown


def test_a_repeated_press_is_one_case(fire: UUID, olgas: Any) -> None:
    proposal = str(only().pk)
    for key in ("a", "a", "b"):
        assert act(olgas, fire, "activate", key, proposal=proposal).status_code == 200
    assert WorkItem.objects.filter(parent_id=fire).count() == 1


def test_what_is_no_proposal_of_the_case_is_refused_in_words(fire: UUID, olgas: Any, storkoping: Any) -> None:
    for wrong in ("", "x", str(fire)):
        refused = act(olgas, fire, "activate", proposal=wrong)
        assert (refused.status_code, refused.json()["field"]) == (422, "proposal")


def test_a_site_is_named(committed: None, storkoping: Any, arvid: Any, olgas: Any) -> None:
    site(storkoping, name="Solgården", kind="care_home", address="Solvägen 3")
    rule(storkoping, arvid, looks="sites", site_kinds=["care_home"])
    item = case(storkoping, "fire", place="Solv. 3").pk
    act(olgas, item, "claim")
    searching.advance(now(1))
    assert "Solgården." in pane(olgas, item)
    assert "Solgården</b> · Vård- och omsorgsboende · Solvägen 3" in pane(olgas, start(olgas, item))


def test_the_neighbours_case_tells_of_the_other_only_what_it_is(
    committed: None, storkoping: Any, lillby: Any, arvid: Any, olgas: Any, client_of: Any
) -> None:
    ludde = make_user("ludde", "Ludde Lillby", "LU", lillby, "municipality_admin", [])
    resident(lillby, address="Gränsgatan 2")
    rule(lillby, ludde, abroad=True)
    agreement(storkoping, lillby, arvid, ludde)
    item = case(storkoping, "fire", place="Gränsgatan 2", story="Canaria ringde", person="Canaria").pk
    act(olgas, item, "claim")
    searching.advance(now(1))
    assert "Koppla in Hemtjänst i Lillby" in pane(olgas, item)
    child = start(olgas, item)
    shown = pane(olgas, child)
    assert "Brandlarm · kom" in shown
    assert "· Storköping" in shown
    assert "Märta Provsson" in shown
    assert "Canaria" not in shown
    officer = make_user("lena", "Lena Lillby", "LE", lillby, "municipality_officer", ["home_care"])
    lenas = client_of(officer, "lillby.localhost")
    theirs = lenas.get(f"/portal/cases/{child}/").content.decode()
    assert "Startat från" in theirs
    assert "Brandlarm i Storköping" in theirs
    assert "Canaria" not in theirs
    assert lenas.get(f"/portal/cases/{item}/").status_code == 404
    arvids = client_of(
        make_user("ove", "Ove", "OV", storkoping, "municipality_officer", ["rescue"]), "storkoping.localhost"
    )
    ours = arvids.get(f"/portal/cases/{item}/").content.decode()
    assert "Hemtjänst i Lillby, ärende " in ours
    assert "Märta" not in ours
    assert "trygghetslarm på adressen" not in ours


def test_the_board_row_says_what_it_was_started_from(fire: UUID, olgas: Any) -> None:
    from alarms.workqueue.rows import row

    child = start(olgas, fire)
    assert row(WorkItem.objects.get(pk=child))["parent"] == str(fire)
    assert row(WorkItem.objects.get(pk=fire))["parent"] is None
