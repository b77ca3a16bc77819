"""Two leaders who take over in the same moment."""

from __future__ import annotations

import threading
from typing import Any

from django.db import connection

from alarms.handover import services
from alarms.handover.models import Handover
from central.functions import NAMES
from tests.conftest import make_user
from tests.support.cases import now


def test_two_who_take_it_in_the_same_moment_are_one(committed: None, sven: Any, centre: Any) -> None:
    stina = make_user("stina", "Stina Skiftledare", "ST", centre, "shift_leader", NAMES)
    third = make_user("tove", "Tove Skiftledare", "TS", centre, "shift_leader", NAMES)
    one = services.begin(leader=sven, now=now())
    won: list[str] = []
    together = threading.Barrier(2)

    def take(leader: Any) -> None:
        try:
            for line in one.lines.all():
                services.see(handover_id=one.pk, position=line.position, leader=leader, now=now())
            together.wait(10)
            services.sign(handover_id=one.pk, leader=leader, now=now())
            won.append(leader.username)
        except (services.NotOpen, services.Unseen):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[leader]) for leader in (stina, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    row = Handover.objects.get()
    assert len(won) == 1
    assert row.taker is not None
    assert row.taker.username == won[0]
