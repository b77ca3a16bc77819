"""Reading call-outs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from alarms.callouts import rules
from alarms.callouts.models import OPEN, Callout, State
from alarms.workqueue.errors import Remaining
from alarms.workqueue.models import State as ItemState
from alarms.workqueue.models import WorkItem
from central.carriers.letters import keeper
from central.municipalities import directory


@dataclass(frozen=True, slots=True)
class Rung:
    """One stage of the ladder and when it was reached; None when it was not (yet)."""

    word: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """One call-out with its contact (from the municipality's letter) and Köat → Skickat → Framme → Svar."""

    callout: Callout
    contact: str
    rungs: list[Rung]


def ladder(item_id: UUID) -> list[Ladder]:
    """Every call-out of a case, the newest first. The caller has checked that the case may be read."""
    return [
        Ladder(one, keeper().read(one.leg_id, directory.by_id(one.municipality_id)).contact_name, rungs(one))
        for one in Callout.objects.filter(work_item_id=item_id)
    ]


def rungs(callout: Callout) -> list[Rung]:
    """The four stages; the last says what was answered, or that nothing was."""
    last = {
        State.ACCEPTED: Rung("Tar", callout.answered_at),
        State.DECLINED: Rung("Kan inte", callout.answered_at),
        State.NO_ANSWER: Rung("Inget svar", callout.missed_at),
    }.get(State(callout.state), Rung("Svar", None))
    return [
        Rung("Köat", callout.created_at),
        Rung("Skickat", callout.sent_at),
        Rung("Framme", callout.delivered_at),
        last,
    ]


def due_unanswered(now: datetime) -> list[UUID]:
    """Call-outs whose time to answer is out. Uncertain ones are left to people: they know already."""
    waiting = (State.QUEUED, State.SENT, State.DELIVERED)
    due = Callout.objects.filter(state__in=waiting, answer_due_at__lte=now).order_by("answer_due_at")
    return list(due.values_list("pk", flat=True)[:200])


def answering(number_hash: str, now: datetime) -> Callout | None:
    """The call-out an SMS from this number answers: the newest that waits, else the newest of the last hours.

    A case that is closed is answered only when nothing else fits: then the words are kept, and change nothing.
    """
    mine = Callout.objects.filter(leg__number_hash=number_hash).order_by("-created_at", "-pk")
    recent = mine.filter(created_at__gt=now - rules.LATE_ANSWER)
    live = recent.exclude(work_item__state=ItemState.CLOSED)
    return live.filter(state__in=OPEN).first() or live.first() or recent.first()


def unresolved(item: WorkItem) -> list[Remaining]:
    """For closing: an SMS nobody knows the fate of must be settled first."""
    doubtful = Callout.objects.filter(work_item=item, state=State.UNCERTAIN)
    return [
        Remaining("uncertain_send", f"Osäkert om sms:et till {one.duty_name} gick", f"callout-{one.pk}")
        for one in doubtful
    ]
