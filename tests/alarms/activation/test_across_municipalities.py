"""A case of one municipality and the people of another: only by an agreement, and only what it says is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from alarms.activation import searching, services, watching
from alarms.activation.models import Proposal
from alarms.workqueue.errors import NotNow
from alarms.workqueue.models import WorkItem
from alarms.workqueue.services import claim
from central.agreements.services import end
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile
from tests.support.canaries import places_of, through_django
from tests.support.cases import case, letter, now
from tests.support.crossing import agreement, rule
from tests.support.incoming import transmitter
from tests.support.objects import resident, site

pytestmark = pytest.mark.django_db
SECRET = "Hemliga berättelsen"
SAID = {
    "access": "Nyckel hos Canaria",
    "call_back": "+46701740699",
    "person": "Canaria Fågel",
    "story": SECRET,
}


@pytest.fixture
def over_there(lillby: Any, ludde: Any) -> None:
    """In Lillby somebody with a safety alarm lives right over the border, and its home care goes abroad."""
    resident(lillby, address="Gränsgatan 2")
    rule(lillby, ludde, abroad=True)


def fire(storkoping: Any, olga: Any, **more: Any) -> WorkItem:
    item = case(storkoping, "fire", **{"place": "Gränsgatan 2", **SAID, **more})
    claim(item_id=item.pk, operator=olga, now=now())
    searching.advance(now(1))
    return item


def started(item: WorkItem, olga: Any) -> CaseFile:
    proposal = Proposal.objects.get(parent=item)
    child = services.start(item_id=item.pk, operator=olga, proposal_id=proposal.pk, now=now())
    with in_municipality(proposal.municipality):
        return CaseFile.objects.get(pk=child)


@pytest.mark.usefixtures("over_there")
def test_without_an_agreement_nobody_is_asked(storkoping: Any, olga: Any) -> None:
    item = fire(storkoping, olga)
    assert not Proposal.objects.exists()
    item.refresh_from_db()
    assert item.attention == []


@pytest.mark.usefixtures("over_there")
def test_with_one_the_neighbour_is_proposed_and_told_the_address_only(
    storkoping: Any, lillby: Any, arvid: Any, ludde: Any, olga: Any
) -> None:
    agreement(storkoping, lillby, arvid, ludde)
    item = fire(storkoping, olga)
    (proposal,) = Proposal.objects.all()
    assert (proposal.municipality_id, proposal.function) == (lillby.pk, "home_care")
    assert proposal.agreement_id is not None
    told = started(item, olga)
    assert (told.place, told.access, told.call_back, told.person) == ("Gränsgatan 2", "", "", "")
    assert "brandlarm i Storköping" in told.story
    for word in ("Canaria", SECRET, "740699"):
        assert not places_of(through_django, lillby.schema_name, word), word
        assert not places_of(through_django, "public", word), word
    assert not places_of(through_django, storkoping.schema_name, "Märta")
    assert not places_of(through_django, "public", "Märta|Gränsgatan")


@pytest.mark.usefixtures("over_there")
def test_nothing_of_the_case_is_there_before_it_is_started(
    storkoping: Any, lillby: Any, arvid: Any, ludde: Any, olga: Any
) -> None:
    agreement(storkoping, lillby, arvid, ludde, shares=["story", "access", "call_back", "site"])
    fire(storkoping, olga)
    assert Proposal.objects.count() == 1
    for word in ("Canaria", SECRET, "740699", "Storköping"):
        assert set(places_of(through_django, lillby.schema_name, word)) <= {"contents_auditdetail"}, word


@pytest.mark.usefixtures("over_there")
@pytest.mark.parametrize("share", ["access", "call_back", "story"])
def test_each_thing_is_told_where_the_agreement_says_so(
    storkoping: Any, lillby: Any, arvid: Any, ludde: Any, olga: Any, share: str
) -> None:
    agreement(storkoping, lillby, arvid, ludde, shares=[share])
    told = started(fire(storkoping, olga), olga)
    assert {
        "access": bool(told.access), "call_back": bool(told.call_back), "story": SECRET in told.story,
    } == {name: name == share for name in ("access", "call_back", "story")}  # fmt: skip
    assert told.person == ""


@pytest.mark.usefixtures("over_there")
@pytest.mark.parametrize(("shares", "name"), [([], ""), (["site"], "Gränsskolan")])
def test_a_sites_name_is_told_only_where_it_is_agreed(
    storkoping: Any, lillby: Any, arvid: Any, ludde: Any, olga: Any, shares: list[str], name: str
) -> None:
    agreement(storkoping, lillby, arvid, ludde, shares=shares)
    panel = transmitter(storkoping)
    site(storkoping, panel, name="Gränsskolan", address="Gränsgatan 2")
    told = started(
        fire(storkoping, olga, transmitter_id=panel.pk, site="Gränsskolan", place="Gränsskolan, plan 2"), olga
    )
    child = WorkItem.objects.get(pk=told.pk)
    assert child.site == name
    assert ("Gränsskolan" in told.place + child.headline) is bool(name)
    assert name or told.place == "Gränsgatan 2"


@pytest.mark.parametrize(
    "more",
    [
        {"kinds": ["technical"]},
        {"functions": ["social_jour"]},
        {"valid_from": date(2099, 1, 1)},
        {"valid_from": date(2020, 1, 1), "valid_until": date(2999, 1, 1), "confirms": None},
    ],
    ids=["another kind", "another function", "not yet", "not confirmed"],
)
@pytest.mark.usefixtures("over_there")
def test_an_agreement_of_something_else_allows_nothing(
    storkoping: Any, lillby: Any, arvid: Any, ludde: Any, olga: Any, more: dict[str, Any]
) -> None:
    agreement(storkoping, lillby, arvid, **{"confirms": ludde, **more})
    fire(storkoping, olga)
    assert not Proposal.objects.exists()


@pytest.mark.usefixtures("over_there")
def test_an_agreement_goes_one_way(storkoping: Any, lillby: Any, arvid: Any, ludde: Any, olga: Any) -> None:
    agreement(lillby, storkoping, ludde, arvid)
    fire(storkoping, olga)
    assert not Proposal.objects.exists()


@pytest.mark.usefixtures("over_there")
def test_it_counts_by_the_day_in_stockholm(
    storkoping: Any, lillby: Any, arvid: Any, ludde: Any, olga: Any
) -> None:
    from central.agreements.models import Agreement

    made = agreement(storkoping, lillby, arvid, ludde)
    Agreement.objects.filter(pk=made.pk).update(valid_until=date(2026, 11, 24))
    late, night = datetime(2026, 11, 24, 22, 59, tzinfo=UTC), datetime(2026, 11, 24, 23, 1, tzinfo=UTC)
    case(storkoping, "fire", place="Gränsgatan 2", received_at=late)
    searching.advance(late)
    assert Proposal.objects.count() == 1
    case(storkoping, "fire", place="Gränsgatan 2", received_at=late)
    searching.advance(night)
    assert Proposal.objects.count() == 1


@pytest.mark.usefixtures("over_there")
def test_what_was_proposed_is_not_started_when_the_agreement_has_ended(
    storkoping: Any, lillby: Any, arvid: Any, ludde: Any, olga: Any
) -> None:
    made = agreement(storkoping, lillby, arvid, ludde)
    item = fire(storkoping, olga)
    end(agreement_id=made.pk, mine=lillby.ref(), by=ludde, now=now())
    with pytest.raises(NotNow) as refused:
        started(item, olga)
    assert "Avtalet" in refused.value.message
    assert WorkItem.objects.count() == 1
    proposal = Proposal.objects.get()
    services.decline(
        item_id=item.pk, operator=olga, proposal_id=proposal.pk, reason="by_phone", now=now()
    )  # said by telephone: the case can go on


def test_rules_that_stay_at_home_answer_no_neighbour(
    storkoping: Any, lillby: Any, arvid: Any, ludde: Any, olga: Any
) -> None:
    resident(lillby, address="Gränsgatan 2")
    rule(lillby, ludde)
    agreement(storkoping, lillby, arvid, ludde)
    assert (storkoping.pk, "fire") not in watching.watched()
    fire(storkoping, olga)
    assert not Proposal.objects.exists()


@pytest.mark.usefixtures("over_there")
def test_a_protected_persons_address_is_asked_about_nowhere_else(
    storkoping: Any, lillby: Any, arvid: Any, ludde: Any, olga: Any
) -> None:
    agreement(storkoping, lillby, arvid, ludde, kinds=["fire"])
    pendant = transmitter(storkoping)
    resident(storkoping, pendant, number="K-9", address="Gränsgatan 2", protected_identity=True)
    rule(storkoping, arvid)
    item = fire(storkoping, olga, transmitter_id=pendant.pk, place="")
    (proposal,) = Proposal.objects.all()
    assert proposal.municipality_id == storkoping.pk
    child = started(item, olga)
    assert letter(WorkItem.objects.get(pk=child.pk)).place == ""
