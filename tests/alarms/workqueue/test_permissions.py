"""The whole cast knocks on every verb: only the centre's operators get in, and social jour stays closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alarms.workqueue import services
from alarms.workqueue.errors import NothingWaiting, NotOffered, NotYours, UnknownItem
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.queries import board, item_for
from central.accounts.capabilities import NotAllowed
from tests.support.cases import case, now

OUTSIDERS = ["chef", "maja", "arvid", "lisa", "agda", "utan"]
VERBS: dict[str, Callable[[WorkItem, Any], Any]] = {
    "claim": lambda i, u: services.claim(item_id=i.pk, operator=u, now=now()),
    "release": lambda i, u: services.release(item_id=i.pk, operator=u, now=now()),
    "hand over": lambda i, u: services.hand_over(
        item_id=i.pk, operator=u, to_id=u.pk, reason="load", now=now()
    ),
    "offer": lambda i, u: services.offer(item_id=i.pk, to_id=u.pk, leader=u, now=now()),
    "accept": lambda i, u: services.accept_offer(item_id=i.pk, operator=u, now=now()),
    "decline": lambda i, u: services.decline_offer(item_id=i.pk, operator=u, now=now()),
    "note": lambda i, u: services.note(item_id=i.pk, operator=u, text="x", now=now()),
    "call leader": lambda i, u: services.call_leader(item_id=i.pk, operator=u, now=now()),
    "tick": lambda i, u: services.tick_step(item_id=i.pk, operator=u, position=1, now=now()),
    "skip": lambda i, u: services.skip_step(
        item_id=i.pk, operator=u, position=1, reason="not_needed", now=now()
    ),
    "park": lambda i, u: services.park(item_id=i.pk, operator=u, until=now(60), now=now()),
    "priority": lambda i, u: services.change_priority(
        item_id=i.pk, operator=u, priority=1, reason="danger", now=now()
    ),
    "link": lambda i, u: services.link(item_id=i.pk, operator=u, lead_id=i.pk, now=now()),
    "close": lambda i, u: services.close(item_id=i.pk, operator=u, outcome="test", now=now()),
    "reopen": lambda i, u: services.reopen(item_id=i.pk, operator=u, now=now()),
    "undo": lambda i, u: services.undo(item_id=i.pk, operator=u, now=now()),
}


def unchanged(item: WorkItem) -> bool:
    return WorkItem.objects.get(pk=item.pk).version == item.version


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_but_an_operator_acts_on_a_case(verb: str, storkoping: Any, cast: Any) -> None:
    waiting = case(storkoping)
    closed = services.claim(item_id=case(storkoping).pk, operator=cast.sven, now=now())
    closed = services.close(item_id=closed.pk, operator=cast.sven, outcome="test", now=now())
    for name in OUTSIDERS:
        for item in (waiting, closed):
            with pytest.raises(UnknownItem):
                VERBS[verb](item, getattr(cast, name))
            assert unchanged(item), name


@pytest.mark.parametrize("verb", VERBS)
def test_social_jour_is_closed_to_olga_and_looks_like_nothing(verb: str, storkoping: Any, cast: Any) -> None:
    item = services.claim(item_id=case(storkoping, "social").pk, operator=cast.sven, now=now())
    with pytest.raises(UnknownItem):
        VERBS[verb](item, cast.olga)
    assert unchanged(item)


def test_social_jour_is_open_to_sven(storkoping: Any, sven: Any) -> None:
    item = case(storkoping, "social")
    services.claim(item_id=item.pk, operator=sven, now=now())
    services.note(item_id=item.pk, operator=sven, text="Ringt", now=now())
    assert (
        services.close(item_id=item.pk, operator=sven, outcome="fixed_on_site", now=now()).state
        == State.CLOSED
    )


def test_the_board_shows_each_what_is_theirs(storkoping: Any, cast: Any) -> None:
    ordinary, social = case(storkoping), case(storkoping, "social")
    seen = {
        name: {row["id"] for row in board(getattr(cast, name)).rows} for name in ["olga", "sven", *OUTSIDERS]
    }
    assert seen.pop("sven") == {str(ordinary.pk), str(social.pk)}
    assert seen.pop("olga") == seen.pop("chef") == {str(ordinary.pk)}
    assert all(rows == set() for rows in seen.values())


def test_no_outsider_gets_the_next_case(storkoping: Any, cast: Any) -> None:
    item = case(storkoping)
    for name in OUTSIDERS:
        with pytest.raises((NothingWaiting, UnknownItem)):
            services.claim_next(operator=getattr(cast, name), now=now())
    assert unchanged(item)


def test_no_outsider_opens_a_case_by_hand(storkoping: Any, cast: Any) -> None:
    for name in OUTSIDERS:
        with pytest.raises(NotAllowed):
            services.create_by_hand(
                operator=getattr(cast, name), municipality_id=storkoping.pk, kind="call", text="x", now=now()
            )
    with pytest.raises(NotAllowed):
        services.create_by_hand(
            operator=cast.olga, municipality_id=storkoping.pk, kind="social", text="x", now=now()
        )
    assert not WorkItem.objects.exists()


def test_a_withdrawn_membership_ends_at_the_next_press(storkoping: Any, olga: Any) -> None:
    from central.accounts.models import Membership

    item = services.claim(item_id=case(storkoping).pk, operator=olga, now=now())
    Membership.objects.filter(user=olga).update(ended_at=now())
    for verb in ("note", "close", "release"):
        with pytest.raises((UnknownItem, NotYours, NotOffered)):
            VERBS[verb](item, olga)
    with pytest.raises(UnknownItem):
        item_for(olga, item.pk)


def test_a_deactivated_account_may_nothing(storkoping: Any, olga: Any) -> None:
    item = case(storkoping)
    olga.is_active = False
    olga.save()
    with pytest.raises(UnknownItem):
        VERBS["claim"](item, olga)
