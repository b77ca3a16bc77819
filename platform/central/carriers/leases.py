"""What a worker left behind, and what came too late to leave."""

from __future__ import annotations

from datetime import datetime

from central.carriers import attempts, rules, states
from central.carriers.models import Leg, State
from central.events.services import unit_of_work


def release(now: datetime) -> int:
    """Legs whose worker is gone: not yet called → due again at once; called → uncertain. How many."""
    released = 0
    with unit_of_work():
        for leg in Leg.objects.abandoned(now).select_for_update(skip_locked=True)[: rules.BATCH]:
            attempt = leg.tries.get(number=leg.attempts)
            released += 1
            if attempt.called_at is None:
                attempts.end(leg.id, leg.attempts, "released", now)
                states.move(leg, State.QUEUED, now=now, next_at=now)
            else:
                states.doubt(leg, code="lost_worker", now=now)
    return released


def expire(now: datetime) -> None:
    """What could not leave in time is told as failed: a call-out an hour late helps nobody."""
    with unit_of_work():
        late = Leg.objects.due(now).filter(expires_at__lte=now)
        for leg in late.select_for_update(skip_locked=True)[: rules.BATCH]:
            states.move(leg, State.FAILED, now=now, error_code="expired")
