"""Three people on duty in each municipality and cases that call them out; prints the runs begun.

Run as ``python -m tests.hardship.escalating <cases>`` in the environment of the region.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

DUTY = "provjour"
NUMBERS = "+467017406{:02d}"
OTHERS = 6
"""The numbers below belong to the centre."""


def number(place: int, rank: int) -> str:
    """Of the one with this rank (1–3) in the municipality with this number (0–19)."""
    return NUMBERS.format(OTHERS + 3 * place + rank - 1)


def begin(cases: int) -> int:
    import django

    django.setup(set_prefix=False)

    from alarms.callouts.services import call_out_on_duty
    from alarms.workqueue.services import claim
    from central.accounts.models import User
    from central.municipalities.context import in_municipality
    from central.municipalities.models import Municipality
    from tenants.oncall.models import Contact, Duty
    from tests.support.cases import case
    from tests.support.rosters import in_order

    places = list(Municipality.objects.exclude(kind="centre").order_by("pk"))
    for nth, place in enumerate(places):
        with in_municipality(place):
            if Duty.objects.filter(code=DUTY).exists():
                continue
            people = [Contact(name=f"Person {rank}", phone=number(nth, rank)) for rank in (1, 2, 3)]
            for one in people:
                one.save()
            in_order(Duty.objects.create(code=DUTY, name="Provjour", function="property"), *people)
    operator = User.objects.get(username="op0")
    for n in range(cases):
        now = datetime.now(UTC)
        item = case(places[n % len(places)], "technical", priority=3, received_at=now)
        claim(item_id=item.pk, operator=operator, now=now)
        call_out_on_duty(item_id=item.pk, operator=operator, duty=DUTY, now=now)
    return cases


if __name__ == "__main__":
    print(begin(int(sys.argv[1])))
