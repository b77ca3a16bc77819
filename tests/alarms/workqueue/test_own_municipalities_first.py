"""T deals what is most urgent; among the equally urgent, one's own municipalities first, then anyone's."""

from __future__ import annotations

from typing import Any

from alarms.workqueue import services
from central.accounts.models import Shift
from central.accounts.shifts import start_shift
from tests.support.cases import case, now


def begin(user: Any, *own: Any) -> None:
    start_shift(user=user, seat="1", sound_ok=True, municipalities=[one.pk for one in own], now=now())


def test_own_come_first_among_the_equally_urgent_and_then_anyones(
    storkoping: Any, lillby: Any, olga: Any
) -> None:
    theirs, mine = case(storkoping, received_at=now(-60)), case(lillby)
    begin(olga, lillby)
    assert [services.claim_next(operator=olga, now=now()).pk for _ in range(2)] == [mine.pk, theirs.pk]


def test_what_is_more_urgent_comes_first_wherever_it_is(storkoping: Any, lillby: Any, olga: Any) -> None:
    case(lillby, "technical")
    danger = case(storkoping, "fire")
    begin(olga, lillby)
    assert services.claim_next(operator=olga, now=now()).pk == danger.pk


def test_without_own_ones_the_longest_waiting_comes_first(storkoping: Any, lillby: Any, olga: Any) -> None:
    longest = case(storkoping, received_at=now(-60))
    case(lillby)
    begin(olga)
    assert services.claim_next(operator=olga, now=now()).pk == longest.pk


def test_unknown_municipalities_are_left_out(centre: Any, lillby: Any, olga: Any) -> None:
    start_shift(user=olga, seat="1", sound_ok=True, municipalities=[lillby.pk, centre.pk, 10**12], now=now())
    assert Shift.objects.get(user=olga).municipalities == [lillby.pk]
