"""Cases whose instruction has a timed step, taken in each municipality by turns; prints how many.

Run as ``python -m tests.hardship.timed_steps <cases>`` in the environment of the region.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

KIND = "call"


def take(cases: int) -> int:
    import django

    django.setup(set_prefix=False)

    from alarms.workqueue.services import claim
    from central.accounts.models import User
    from central.municipalities.models import Municipality
    from tests.support.cases import case, instruction

    now = datetime.now(UTC)
    places = list(Municipality.objects.exclude(kind="centre").order_by("pk"))
    operator = User.objects.get(username="op0")
    ways = ("remind", "raise", "leader")
    for place in places:
        steps = [{"text": f"Steg {way}", "required": False, "minutes": 60, "on_late": way} for way in ways]
        instruction(place, KIND, steps, at=now - timedelta(days=1))
    for n in range(cases):
        item = case(places[n % len(places)], KIND, priority=4, received_at=now)
        claim(item_id=item.pk, operator=operator, now=now)
    return cases * len(ways)


if __name__ == "__main__":
    print(take(int(sys.argv[1])))
