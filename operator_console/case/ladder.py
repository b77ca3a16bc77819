"""The ladder of a call-out: Köat → Skickat → Framme → Svar, each with its time. Call in the case's municipality."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from alarms.callouts.models import OPEN, Callout, State
from alarms.workqueue.rows import ms
from operator_console.times import clock
from tenants.contents.models import CalloutLetter

TROUBLE = {
    State.UNDELIVERED: "EJ LEVERERAT",
    State.UNCERTAIN: "OSÄKERT",
    State.NO_ANSWER: "INGET SVAR",
}


@dataclass(frozen=True, slots=True)
class Rung:
    """One stage; ``tone`` is "", "yes" or "no"."""

    word: str
    at: str
    reached: bool
    tone: str = ""


@dataclass(frozen=True, slots=True)
class CalloutLine:
    """One call-out as the pane shows it. Times in ms since the epoch, None when nothing counts."""

    id: UUID
    duty_name: str
    contact: str
    number_end: str
    state: str
    word: str
    rungs: list[Rung]
    due: int | None
    due_clock: str
    rank: int
    step_position: int | None
    open: bool
    trouble: str


def callouts_of(case_id: UUID) -> list[CalloutLine]:
    """Every call-out of a case, the newest first."""
    rows = list(Callout.objects.filter(work_item_id=case_id))
    letters = CalloutLetter.objects.in_bulk([row.pk for row in rows])
    return [_line(row, letters.get(row.pk)) for row in rows]


def _line(row: Callout, letter: CalloutLetter | None) -> CalloutLine:
    waiting = row.state in OPEN
    return CalloutLine(
        id=row.pk,
        duty_name=row.duty_name,
        contact=letter.contact_name if letter else "",
        number_end=letter.number[-4:] if letter else "",
        state=str(row.state),
        word=State(row.state).label,
        rungs=rungs(row),
        due=ms(row.answer_due_at) if waiting else None,
        due_clock=clock(row.answer_due_at)[:5],
        rank=row.rank,
        step_position=row.step_position,
        open=waiting,
        trouble=TROUBLE.get(State(row.state), ""),
    )


def rungs(row: Callout) -> list[Rung]:
    """The four stages; what went wrong stands in place of the stage it stopped at."""
    ladder = [
        Rung("Köat", clock(row.created_at), True),
        Rung("Skickat", clock(row.sent_at), row.sent_at is not None),
        Rung("Framme", clock(row.delivered_at), row.delivered_at is not None),
    ]
    last = {
        State.ACCEPTED: Rung("TAR", clock(row.answered_at), True, "yes"),
        State.DECLINED: Rung("KAN INTE", clock(row.answered_at), True, "no"),
        State.NO_ANSWER: Rung("Inget svar", clock(row.missed_at), True, "no"),
    }.get(State(row.state), Rung("Svar", "", False))
    return [*ladder, last]
