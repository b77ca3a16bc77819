"""The after-action report on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from central import functions, kinds, paper
from central.paper import Heading, Part, Table, Text
from tenants.casefiles.models import JournalEntry, State
from tenants.casefiles.words import OUTCOMES
from tenants.followup.figures import STOCKHOLM
from tenants.followup.models import Improvement
from tenants.followup.timeline import Report


def report(
    found: Report,
    *,
    municipality: str,
    comments: Sequence[JournalEntry],
    improvements: Sequence[Improvement],
    words: Mapping[str, str],
    now: datetime,
) -> bytes:
    """As PDF: what it was about, how long it took, what isn't known, the timeline, and what it led to."""
    case = found.case
    parts: list[Part] = [Text("\n".join(_about(found)), tone="muted")]
    if case.exercise:
        parts.append(Text("ÖVNING", tone="strong"))
    if case.state != State.CLOSED:
        parts.append(Text("Ärendet pågår: rapporten är inte färdig.", tone="strong"))
    parts += [Table(["Sträcka", "Tid"], [[one.name, one.words] for one in found.spans], widths=[3, 1])]
    if found.unknowns:
        parts += [
            Heading("Det här vet vi inte"),
            Text("\n".join(f"{one.clock} {one.what}" for one in found.unknowns)),
        ]
    parts += [Heading("Händelserna i ordning"), Text(_clocks(found), tone="muted"), _timeline(found)]
    if found.hidden:
        parts.append(Text(hidden_words(found.hidden), tone="muted"))
    if found.left_out:
        parts.append(Text(left_out_words(found.left_out), tone="muted"))
    parts += [Heading("Kommunens uppföljning"), _comments(case.get_followup_display(), comments, words)]
    parts += [Heading("Förbättringar"), _improvements(improvements)]
    return paper.document(f"{municipality}: uppföljning av {case.reference}", printed=now, parts=parts)


def hidden_words(count: int) -> str:
    """That readings are left out."""
    which = "En läsning" if count == 1 else f"{count} läsningar"
    return f"{which} av ärendet visas bara för den som får läsa granskningsloggen."


def left_out_words(count: int) -> str:
    """That there is more than is shown."""
    return f"{count} signaler eller poster till hör till ärendet och visas inte här."


def _about(found: Report) -> list[str]:
    case = found.case
    kind = kinds.KINDS[case.kind].name if case.kind in kinds.KINDS else case.kind
    return [
        f"{case.headline or kind} · {kind} · {functions.NAMES.get(case.function, case.function)}",
        f"Plats: {case.place or 'okänd'}",
        f"Utfall: {OUTCOMES.get(case.outcome, 'inte avslutat')}",
    ]


def _clocks(found: Report) -> str:
    if len(found.offsets) < 2:
        return "Klockslag i svensk tid. Efter plustecknet: tiden sedan raden före."
    return (
        f"Klockan ställdes om under ärendet: klockslagen är i svensk tid, med förskjutningen "
        f"({', '.join(found.offsets)}) utskriven. Efter plustecknet: den verkliga tiden sedan raden före."
    )


def _timeline(found: Report) -> Table:
    rows = []
    for one in found.moments:
        told = f"{one.what}: {one.text}" if one.text else one.what
        by = f" ({one.by})" if one.by else ""
        rows.append([one.clock, one.gap, f"{told}{by}", one.told_by])
    return Table(["Klockan", "Efter", "Vad", "Enligt"], rows, widths=[2.4, 2.3, 6.6, 2.3])


def _comments(state: str, comments: Sequence[JournalEntry], words: Mapping[str, str]) -> Table:
    rows = [
        [
            f"{one.at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}",
            one.by_name,
            f"{words.get(one.verb, '')}: {one.text}",
        ]
        for one in comments
    ]
    return Table(
        ["När", "Vem", "Kommentar"], rows, widths=[2, 2, 6], empty=f"{state}: kommunen har inte kommenterat."
    )


def _improvements(rows: Sequence[Improvement]) -> Table:
    lines = [
        [one.title, one.done_when, one.owner_name, f"{one.due_on:%Y-%m-%d}", one.get_state_display()]
        for one in rows
    ]
    return Table(
        ["Vad", "Klart när", "Ansvarig", "Senast", "Läge"],
        lines,
        widths=[4, 3, 2, 1.7, 1.5],
        empty="Inga än.",
    )
