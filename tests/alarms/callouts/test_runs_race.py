"""Many clocks and many answers at the same moment: each step once, one taker."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.db import connection

from alarms.callouts import answering, runs
from alarms.callouts.models import Callout, State
from central.carriers import gateway
from tests.alarms.callouts.conftest import NILS, NOW, SARA
from tests.support.simulated_carrier import Carrier

TURN = timedelta(minutes=3)


def test_two_who_take_it_in_the_same_moment_and_many_clocks_at_once(
    committed: None, held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    items = [held() for _ in range(6)]
    for item in items:
        call_out(item)

    def at_once(*works: Callable[[], Any]) -> None:
        def done(work: Callable[[], Any]) -> Any:
            try:
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(works)) as pool:
            for future in [pool.submit(done, work) for work in works]:
                future.result()

    at_once(*[lambda: runs.advance(NOW + timedelta(minutes=1))] * 4)
    at_once(*[lambda: runs.advance(NOW + TURN)] * 4)
    gateway.drain(NOW + TURN)
    assert [carrier.count("accepted", number) for number in (NILS, SARA)] == [6, 6]
    first = Callout.objects.filter(work_item=items[0])
    at_once(*[lambda one=one: answering.press(callout_id=one.pk, digit="1", now=NOW + TURN) for one in first])
    assert sorted(first.values_list("state", flat=True)) == [State.ACCEPTED, State.NOT_NEEDED]
