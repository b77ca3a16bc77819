"""Reading call-outs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from alarms.callouts import rules
from alarms.callouts.models import OPEN, Callout, State
from alarms.workqueue.errors import Remaining
from alarms.workqueue.models import State as ItemState
from alarms.workqueue.models import WorkItem


def due_unanswered(now: datetime) -> list[UUID]:
    """Call-outs whose time to answer is out. Uncertain ones are left to people: they know already."""
    waiting = (State.QUEUED, State.SENT, State.DELIVERED)
    due = Callout.objects.filter(state__in=waiting, answer_due_at__lte=now).order_by("answer_due_at")
    return list(due.values_list("pk", flat=True)[:200])


def answering(number_hash: str, now: datetime) -> Callout | None:
    """The call-out an SMS from this number answers: the newest that waits, else the newest of the last hours.

    A case that is closed is answered only when nothing else fits: then the words are kept, and change nothing.
    """
    mine = Callout.objects.filter(number_hash=number_hash).order_by("-created_at", "-pk")
    recent = mine.filter(created_at__gt=now - rules.LATE_ANSWER)
    live = recent.exclude(work_item__state=ItemState.CLOSED)
    return live.filter(state__in=OPEN).first() or live.first() or recent.first()


def unresolved(item: WorkItem) -> list[Remaining]:
    """For closing: an SMS nobody knows the fate of must be settled first, and who is alone out there be home."""
    mine = Callout.objects.filter(work_item=item)
    out = mine.filter(Q(safe_until__isnull=False) | Q(unheard_at__isnull=False))
    return [
        *(
            Remaining("uncertain_send", f"Osäkert om sms:et till {one.duty_name} gick", f"callout-{one.pk}")
            for one in mine.filter(state=State.UNCERTAIN)
        ),
        *(
            Remaining("still_out", f"{one.duty_name} är ute och har inte sagt klar", f"callout-{one.pk}")
            for one in out
        ),
    ]
