"""A handover as a person may read it: the lines of their own functions, in sections, with what was written to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from alarms.handover import sections
from alarms.handover.models import Handover
from alarms.workqueue.queries import audience
from central.accounts.models import User
from central.municipalities.context import in_municipality
from central.municipalities.directory import centre
from operator_console.times import STOCKHOLM, clock, minute
from tenants.contents.models import HandoverLetter

LATEST = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """One line; ``seen`` 02:13:20 and by whom, "" when it is not."""

    position: int
    text: str
    item_id: UUID | None
    seen: str
    seen_by: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its lines."""

    title: str
    lines: list[Shown]


@dataclass(frozen=True, slots=True)
class Read:
    """Everything the page shows. ``mine``: I am who leaves; ``left``: lines that I have not seen."""

    one: Handover
    parts: list[Part]
    notes: str
    mine: bool
    left: int
    hidden: int
    begun: str
    due: str
    giver_signed: str
    taker_signed: str

    @property
    def may_take(self) -> bool:
        """Whether I may still be who comes."""
        return self.one.open and not self.mine and self.one.taker_id is None


def read(one: Handover, user: User) -> Read:
    """The lines this person may read; the others are counted."""
    with in_municipality(centre()):
        letter = HandoverLetter.objects.filter(pk=one.pk).first()
    texts: list[str] = letter.lines if letter else []
    allowed, parts, hidden, left = audience(user), {}, 0, 0  # type: ignore[var-annotated]
    for line in one.lines.select_related("seen_by"):
        if line.function and line.function not in allowed:
            hidden += 1
            continue
        text = texts[line.position - 1] if line.position <= len(texts) else ""
        seen_by = line.seen_by.initials if line.seen_by else ""
        left += line.seen_by_id != user.pk
        parts.setdefault(line.section, []).append(
            Shown(line.position, text, line.item_id, clock(line.seen_at), seen_by)
        )
    return Read(
        one=one,
        parts=[Part(sections.title(code), lines) for code, lines in parts.items()],
        notes=letter.notes if letter else "",
        mine=one.giver_id == user.pk,
        left=left,
        hidden=hidden,
        begun=_moment(one.opened_at),
        due=minute(one.due_at),
        giver_signed=clock(one.giver_signed_at),
        taker_signed=clock(one.taker_signed_at),
    )


def state(one: Handover, user: User) -> dict[str, Any]:
    """What the other side's page follows, without a word of the letter."""
    shown = read(one, user)
    return {
        "open": one.open,
        "signed": [bool(one.giver_signed_at), bool(one.taker_signed_at)],
        "seen": {
            line.position: f"{line.seen} {line.seen_by}"
            for part in shown.parts
            for line in part.lines
            if line.seen
        },
        "left": shown.left,
    }


def last(user: User) -> Read | None:
    """The newest that is not taken back, for who begins a shift."""
    one = Handover.objects.filter(withdrawn_at=None).select_related("giver", "taker").first()
    return read(one, user) if one is not None else None


def latest() -> list[dict[str, Any]]:
    """The newest first, with who gave to whom."""
    rows = Handover.objects.filter(withdrawn_at=None).select_related("giver", "taker")[:LATEST]
    return [
        {
            "id": one.pk,
            "when": _moment(one.opened_at),
            "giver": one.giver.name,
            "taker": one.taker.name if one.taker else "",
            "done": clock(one.done_at),
            "late": one.late_at is not None,
        }
        for one in rows
    ]


def _moment(at: datetime) -> str:
    local = at.astimezone(STOCKHOLM)
    return f"{local:%Y-%m-%d %H:%M}"
