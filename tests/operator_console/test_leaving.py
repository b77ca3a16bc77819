"""Leaving with cases: each is offered to its named successor at one press, and stays mine until she accepts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from alarms.workqueue import services
from alarms.workqueue.models import WorkItem
from central.accounts.models import Shift
from central.accounts.shifts import start_shift
from central.functions import OPEN
from tests.conftest import make_user
from tests.operator_console.conftest import Claimed


@pytest.fixture
def on_shift(olgas: Any) -> Callable[..., None]:
    def make(*people: Any, own: tuple[Any, ...] = ()) -> None:
        for person in people:
            start_shift(
                user=person,
                seat=f"Plats {person.initials}",
                sound_ok=True,
                municipalities=[one.pk for one in own],
                now=timezone.now(),
            )

    return make


@pytest.fixture
def berit(olgas: Any, centre: Any) -> Any:
    return make_user("berit", "Berit Beredd", "BB", centre, "operator", OPEN)


def proposed(page: str, item: UUID) -> str:
    """The name that is chosen for a case; "" where nobody can be."""
    found = re.search(rf'name="to-{item}".*?selected>([^·<]*) ·', page, re.DOTALL)
    return found[1] if found else ""


def offered(item: UUID) -> str:
    row = WorkItem.objects.select_related("offered_to").get(pk=item)
    return row.offered_to.name if row.offered_to else ""


def test_one_press_offers_each_case_and_it_stays_mine_until_accepted(
    olgas: Any, olga: Any, sven: Any, claimed: Claimed, on_shift: Any
) -> None:
    on_shift(olga, sven)
    first, second = claimed(olgas, "fire"), claimed(olgas, "technical")
    page = olgas.get("/shift/").content.decode()
    assert "Du har 2 ärenden kvar" in page
    assert proposed(page, first) == proposed(page, second) == sven.name
    assert olgas.post("/shift/hand-over/").status_code == 302
    assert [offered(one) for one in (first, second)] == [sven.name] * 2
    assert {one.claimed_by_id for one in WorkItem.objects.filter(pk__in=[first, second])} == {olga.pk}
    assert olgas.post("/shift/end/").status_code == 409, "nobody has accepted"
    for one in (first, second):
        services.accept_offer(item_id=one, operator=sven, now=timezone.now())
    assert "Du har inga ärenden kvar." in olgas.get("/shift/left/").content.decode()


def test_who_has_the_municipality_as_her_own_is_proposed_else_they_are_spread(
    olgas: Any, olga: Any, sven: Any, berit: Any, storkoping: Any, claimed: Claimed, on_shift: Any
) -> None:
    on_shift(olga, sven, berit)
    items = [claimed(olgas, "technical") for _ in range(2)]
    page = olgas.get("/shift/").content.decode()
    assert {proposed(page, one) for one in items} == {berit.name, sven.name}
    Shift.objects.filter(user=sven, ended_at=None).update(municipalities=[storkoping.pk])
    page = olgas.get("/shift/").content.decode()
    assert {proposed(page, one) for one in items} == {sven.name}


def test_another_may_be_chosen_and_what_is_no_colleague_is_not(
    olgas: Any, olga: Any, sven: Any, berit: Any, claimed: Claimed, on_shift: Any
) -> None:
    on_shift(olga, sven, berit)
    first, second = claimed(olgas, "technical"), claimed(olgas, "fire")
    olgas.post("/shift/hand-over/", {f"to-{first}": str(berit.pk), f"to-{second}": "99999999999999999999"})
    assert offered(first) == berit.name
    assert offered(second) in (berit.name, sven.name)


def test_with_nobody_to_take_it_the_page_says_so_and_what_can_be_done(
    olgas: Any, olga: Any, claimed: Claimed, on_shift: Any
) -> None:
    on_shift(olga)
    item = claimed(olgas, "technical")
    assert "Ingen i tjänst kan ta det" in olgas.get("/shift/").content.decode()
    answer = olgas.post("/shift/hand-over/")
    assert answer.status_code == 409
    assert "Släpp det till kön eller avsluta det." in answer.content.decode()
    assert offered(item) == ""


def test_what_is_offered_already_is_left_with_whom_it_was_offered(
    olgas: Any, olga: Any, sven: Any, berit: Any, claimed: Claimed, on_shift: Any
) -> None:
    on_shift(olga, sven, berit)
    item = claimed(olgas, "technical")
    services.hand_over(item_id=item, operator=olga, to_id=berit.pk, reason="load", now=timezone.now())
    before = WorkItem.objects.get(pk=item).version
    assert olgas.post("/shift/hand-over/", {f"to-{item}": str(sven.pk)}).status_code == 302
    assert offered(item) == berit.name
    assert WorkItem.objects.get(pk=item).version == before


def test_one_that_has_just_been_closed_hinders_no_other(
    olgas: Any, olga: Any, sven: Any, claimed: Claimed, on_shift: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_shift(olga, sven)
    gone, stays = claimed(olgas, "technical"), claimed(olgas, "technical")
    real = services.hand_over

    def released_meanwhile(*, item_id: UUID, **more: Any) -> Any:
        if item_id == gone:
            services.release(item_id=gone, operator=olga, now=timezone.now())
        return real(item_id=item_id, **more)

    monkeypatch.setattr(services, "hand_over", released_meanwhile)
    answer = olgas.post("/shift/hand-over/")
    assert answer.status_code == 409
    assert WorkItem.objects.get(pk=gone).reference in answer.content.decode()
    assert offered(stays) == sven.name
