"""What happened in a case, by the clock: journal, steps, audit and the shared tables' facts, each happening told once.

Call in the case's municipality. The journal is the narrative. What another record says of the same thing at the same time
joins its line; what only that record says has a line of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from central.accounts.models import User
from central.audit import words as audit_words
from central.audit.models import AuditEntry
from central.municipalities.context import current
from tenants.casefiles import queries as casefiles
from tenants.casefiles.models import CaseFile, JournalEntry, StepState
from tenants.casefiles.words import reception
from tenants.contents.models import AuditDetail
from tenants.followup import ports
from tenants.followup.figures import STOCKHOLM, duration
from tenants.followup.ports import Fact

AFTER = timedelta(days=1)
"""How long after a case's last change its audit is looked through: who reads it later is in the audit log."""
MOST_AUDIT = 1_000
READINGS = frozenset({"case.read", "case.searched_by_number"})
"""Who has looked is told only to who may read the audit log."""
SOURCES: dict[str, str] = {
    "journal": "Journal",
    "signal": "Signal",
    "callout": "Utlarmning",
    "message": "Meddelande",
    "decision": "Beslut",
    "step": "Instruktion",
    "notice": "Skiftledare",
    "audit": "Granskningslogg",
}
ORDER = {code: place for place, code in enumerate(("signal", "journal", *SOURCES))}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line. ``since``: from the line before, None for the first; ``sources``: which records say so."""

    at: datetime
    sources: tuple[str, ...]
    what: str
    text: str = ""
    by: str = ""
    unknown: bool = False
    verb: str = ""
    marks: frozenset[str] = frozenset()
    since: timedelta | None = None
    clock: str = ""

    @property
    def gap(self) -> str:
        """The time since the line before, in words."""
        seconds = self.since.total_seconds() if self.since is not None else 0
        return f"+{duration(seconds)}" if seconds >= 0.5 else ""

    @property
    def told_by(self) -> str:
        return ", ".join(SOURCES.get(one, one) for one in self.sources)


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of the case in words; ``seconds`` None where its end isn't known."""

    name: str
    seconds: float | None

    @property
    def words(self) -> str:
        return "okänt" if self.seconds is None else duration(self.seconds)


@dataclass(frozen=True, slots=True)
class Report:
    """``hidden``: readings that this reader may not see; ``left_out``: more than is shown of one sort."""

    case: CaseFile
    moments: tuple[Moment, ...]
    spans: tuple[Span, ...]
    hidden: int
    left_out: int
    offsets: tuple[str, ...] = field(default=())

    @property
    def unknowns(self) -> list[Moment]:
        return [one for one in self.moments if one.unknown]


def report(case: CaseFile, *, words: Mapping[str, str], audit: bool) -> Report:
    """``words`` are the journal's verbs as the reader's pages have them; ``audit``: the reader may see who has read."""
    lines = _journal(case, words)
    facts = ports.facts_of(case.pk)
    lines += _joined(lines, facts.facts)
    lines += _steps(case, lines)
    hidden, left_out = _audit(case, lines, audit)
    lines.sort(key=lambda one: (one.at, min(ORDER.get(source, 9) for source in one.sources)))
    moments = _timed(lines)
    return Report(
        case, moments, _spans(case, moments), hidden, facts.left_out + left_out, offsets_of(one.at for one in lines)
    )  # fmt: skip


def _journal(case: CaseFile, words: Mapping[str, str]) -> list[Moment]:
    began = Moment(
        case.received_at,
        ("journal",),
        words.get("received", "Larmet kom in"),
        reception(case),
        verb="received",
    )
    rows = JournalEntry.objects.filter(case_id=case.pk).order_by("at", "id")
    return [began, *(_line(row, words) for row in rows)]


def _line(row: JournalEntry, words: Mapping[str, str]) -> Moment:
    unknown = row.verb == "sms_uncertain"
    return Moment(
        row.at,
        ("journal",),
        words.get(row.verb, row.verb),
        row.text,
        row.by_name,
        unknown=unknown,
        verb=row.verb,
    )


def _joined(lines: list[Moment], facts: Iterable[Fact]) -> list[Moment]:
    """Join each fact to the journal's line of the same thing; return those that have none. Changes ``lines``."""
    at = defaultdict(list)
    for place, line in enumerate(lines):
        at[line.at].append(place)
    alone: list[Moment] = []
    for fact in facts:
        marks = frozenset({fact.mark} - {""})
        found = next((one for one in at[fact.at] if lines[one].verb in fact.verbs), None)
        if found is None:
            alone.append(Moment(fact.at, (fact.source,), fact.text, unknown=fact.unknown, marks=marks))
        else:
            lines[found] = replace(_also(lines[found], fact.source), marks=lines[found].marks | marks)
    return alone


def _also(line: Moment, source: str) -> Moment:
    return line if source in line.sources else replace(line, sources=(*line.sources, source))


def _steps(case: CaseFile, lines: list[Moment]) -> list[Moment]:
    """Steps that were settled by what happened, without anybody's line in the journal."""
    told = {(line.at, line.verb) for line in lines}
    found = []
    for record in casefiles.step_records(case.pk).values():
        if any((record.at, verb) in told for verb in ("step_done", "step_skipped", "step_sent")):
            continue
        done = "klart" if record.state == StepState.DONE else "överhoppat"
        found.append(
            Moment(record.at, ("step",), f"Steg {record.position} {done}", record.outcome, record.by_initials)
        )
    return found


def _audit(case: CaseFile, lines: list[Moment], audit: bool) -> tuple[int, int]:
    """Join the audit's entries to the lines, and add those that have none; (hidden, left out)."""
    until = max(one for one in (case.changed_at, case.closed_at, case.received_at) if one is not None) + AFTER
    of_case = AuditEntry.objects.filter(
        municipality_id=current().id, subject=str(case.pk), at__gte=case.received_at - AFTER, at__lte=until
    )
    if not audit:
        hidden = of_case.filter(verb__in=READINGS).count()
        of_case = of_case.exclude(verb__in=READINGS)
    else:
        hidden = 0
    entries = list(of_case.order_by("at", "id")[: MOST_AUDIT + 1])
    places: dict[tuple[str, datetime], list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line.verb:
            places[line.verb, line.at].append(place)
    alone = []
    for entry in entries[:MOST_AUDIT]:
        verb = entry.verb.removeprefix("case.")
        same = [0] if verb == "received" else places[verb, entry.at]
        if same:
            place = same.pop(0)
            lines[place] = _also(lines[place], "audit")
        else:
            alone.append(entry)
    lines += _unjoined(alone)
    return hidden, max(0, of_case.count() - MOST_AUDIT) if len(entries) > MOST_AUDIT else 0


def _unjoined(entries: list[AuditEntry]) -> list[Moment]:
    """Entries that only the audit has, by whom as it was then."""
    details = AuditDetail.objects.in_bulk([one.pk for one in entries])
    users = User.objects.in_bulk({one.actor_id for one in entries if one.actor_id is not None})
    found = []
    for one in entries:
        kept = details[one.pk].details.get("actor", "") if one.pk in details else ""
        user = users.get(one.actor_id) if one.actor_id is not None else None
        by = str(kept) or (user.name if user else "")
        found.append(Moment(one.at, ("audit",), audit_words.sentence(one.verb), by=by, verb=one.verb))
    return found


def offsets_of(times: Iterable[datetime]) -> tuple[str, ...]:
    """The different distances to UTC among some times, as ``UTC+1``; more than one where clocks were changed."""
    return tuple(dict.fromkeys(_offset(at) for at in sorted(times)))


def _offset(at: datetime) -> str:
    hours = (at.astimezone(STOCKHOLM).utcoffset() or timedelta()).total_seconds() / 3_600
    return f"UTC+{hours:g}"


def _timed(lines: list[Moment]) -> tuple[Moment, ...]:
    """With the clock as it stood, its distance to UTC where clocks were changed meanwhile, and the time between."""
    changed = len(offsets_of(one.at for one in lines)) > 1
    found, before, day = [], None, None
    for line in lines:
        local = line.at.astimezone(STOCKHOLM)
        clock = f"{local:%H:%M:%S}" if local.date() == day else f"{local:%Y-%m-%d %H:%M:%S}"
        day = local.date()
        found.append(
            replace(
                line,
                since=None if before is None else line.at - before,
                clock=f"{clock} {_offset(line.at)}" if changed else clock,
            )
        )
        before = line.at
    return tuple(found)


def _spans(case: CaseFile, moments: tuple[Moment, ...]) -> tuple[Span, ...]:
    """From the alarm to who took it, from the first call-out to who came, and from the alarm to its end."""
    claimed = next((one.at for one in moments if one.verb in ("claimed", "claimed_next")), None)
    called, taken, on_site = (
        next((one.at for one in moments if mark in one.marks), None)
        for mark in ("called_out", "taken", "on_site")
    )
    found = [Span("Från larm till att en operatör tog det", _between(case.received_at, claimed))]
    if called is not None:
        found.append(Span("Från utlarmning till att någon tog uppdraget", _between(called, taken)))
        found.append(Span("Från utlarmning till att någon var på plats", _between(called, on_site)))
    found.append(Span("Från larm till avslut", _between(case.received_at, case.closed_at)))
    return tuple(found)


def _between(first: datetime, last: datetime | None) -> float | None:
    return None if last is None else (last - first).total_seconds()
