"""The ladder of a call-out: Köat → Skickat → Framme → Svar → På väg → På plats → Klar, each with its time, and what the
telephone did. Call in the case's municipality.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from alarms.callouts import wording
from alarms.callouts.asking import PURPOSE
from alarms.callouts.models import OPEN, Callout, State
from alarms.workqueue.rows import ms
from central.carriers.models import Channel, Leg
from central.carriers.models import State as LegState
from operator_console.case.running import RunLine, runs_of
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
    phone: str
    phone_since: int | None
    coming: bool
    next_report: str
    run: RunLine | None
    due: int | None
    due_clock: str
    rank: int
    step_position: int | None
    open: bool
    trouble: str
    safe_until: int | None = None
    safe_clock: str = ""
    asked_if_safe: bool = False
    report: str = ""


def callouts_of(case_id: UUID) -> list[CalloutLine]:
    """Every call-out of a case, the newest first."""
    return ladders_of(case_id)[0]


def ladders_of(case_id: UUID) -> tuple[list[CalloutLine], list[RunLine]]:
    """Every call-out, the newest first, each escalation with the newest of its own; and escalations that asked nobody."""
    rows = list(Callout.objects.filter(work_item_id=case_id))
    letters = CalloutLetter.objects.in_bulk([row.pk for row in rows])
    calls = _latest_calls([row.pk for row in rows])
    runs = runs_of(case_id, rows)
    lines = [_line(row, letters.get(row.pk), calls.get(row.pk), runs.pop(row.run_id, None)) for row in rows]
    return lines, list(runs.values())


def _latest_calls(ids: list[UUID]) -> dict[UUID, Leg]:
    legs = Leg.objects.filter(subject_id__in=ids, purpose=PURPOSE, channel=Channel.VOICE, direction="out")
    return {leg.subject_id: leg for leg in legs.order_by("created_at", "pk") if leg.subject_id}


def _line(row: Callout, letter: CalloutLetter | None, call: Leg | None, run: RunLine | None) -> CalloutLine:
    waiting = row.state in OPEN
    coming = row.state == State.ACCEPTED and row.done_at is None
    rings = call is not None and call.state == LegState.SENT and call.ended_at is None
    return CalloutLine(
        id=row.pk,
        duty_name=row.duty_name,
        contact=letter.contact_name if letter else "",
        number_end=letter.number[-4:] if letter else "",
        state=str(row.state),
        word=State(row.state).label,
        rungs=rungs(row),
        phone=phone_words(call),
        phone_since=ms(call.sent_at) if call is not None and rings and call.sent_at else None,
        coming=coming,
        next_report=next_report(row) if coming else "",
        run=run,
        due=ms(row.answer_due_at) if waiting else None,
        due_clock=clock(row.answer_due_at)[:5],
        rank=row.rank,
        step_position=row.step_position,
        open=waiting,
        trouble="HÖR INTE AV SIG" if row.unheard_at else TROUBLE.get(State(row.state), ""),
        safe_until=ms(row.safe_until),
        safe_clock=clock(row.safe_until)[:5],
        asked_if_safe=row.safety_asked_at is not None,
        report=letter.report if letter else "",
    )


def phone_words(call: Leg | None) -> str:
    """What the telephone did the last time it was rung: a voicemail is no answer, and that is said."""
    if call is None:
        return ""
    match LegState(call.state):
        case LegState.QUEUED | LegState.SENDING:
            return "Rings strax"
        case LegState.SENT:
            return "Ringer"
        case LegState.DELIVERED if call.ended_at is None:
            return "Någon lyfte luren. Ingen knapp är tryckt än"
        case LegState.DELIVERED:
            return f"Svarade {clock(call.delivered_at)} utan att trycka. Det kan vara en röstbrevlåda"
        case LegState.UNCERTAIN:
            return "Vi vet inte om samtalet kopplades"
        case LegState.CANCELLED:
            return ""
        case _:
            why = wording.CALL_FAILED.get(call.error_code) or wording.reason(call.error_code)
            return f"Ringt {clock(call.sent_at or call.created_at)}: {why}"


REPORTS = (("on_way", "on_way_at"), ("on_site", "on_site_at"), ("done", "done_at"))


def next_report(row: Callout) -> str:
    """What somebody who is coming says next: what comes after the last that is known."""
    known = [nth for nth, (_, column) in enumerate(REPORTS) if getattr(row, column) is not None]
    following = known[-1] + 1 if known else 0
    return REPORTS[following][0] if following < len(REPORTS) else ""


def rungs(row: Callout) -> list[Rung]:
    """The stages; what went wrong stands in place of the stage it stopped at, and who comes has three more."""
    ladder = [
        Rung("Köat", clock(row.created_at), True),
        Rung("Skickat", clock(row.sent_at), row.sent_at is not None),
        Rung("Framme", clock(row.delivered_at), row.delivered_at is not None),
    ]
    last = {
        State.ACCEPTED: Rung("TAR", clock(row.answered_at), True, "yes"),
        State.DECLINED: Rung("KAN INTE", clock(row.answered_at), True, "no"),
        State.NO_ANSWER: Rung("Inget svar", clock(row.missed_at), True, "no"),
        State.NOT_NEEDED: Rung("Behövs inte", clock(row.answered_at), True, "no"),
    }.get(State(row.state), Rung("Svar", "", False))
    return [*ladder, last, *_on_the_way(row)]


def _on_the_way(row: Callout) -> list[Rung]:
    if row.state != State.ACCEPTED:
        return []
    if row.on_way_at is None and (row.on_site_at or row.done_at):
        return _stages(row)[1:]  # nobody was told of the way
    return _stages(row)


def _stages(row: Callout) -> list[Rung]:
    there = f" (framme ca {clock(row.arrives_at)[:5]})" if row.arrives_at and not row.on_site_at else ""
    return [
        Rung(
            f"På väg{there}", clock(row.on_way_at), row.on_way_at is not None, "yes" if row.on_way_at else ""
        ),
        Rung("På plats", clock(row.on_site_at), row.on_site_at is not None, "yes" if row.on_site_at else ""),
        Rung("Klar", clock(row.done_at), row.done_at is not None, "yes" if row.done_at else ""),
    ]
