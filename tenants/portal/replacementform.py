"""A replacement as the form has it: who takes, instead of whom, from when to when by the clock on the wall."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict

from central import wall_time
from tenants.oncall.models import Duty
from tenants.oncall.replacements import Part
from tenants.oncall.schedule import STOCKHOLM, at_wall
from tenants.portal import hoursform, shiftchoice
from tenants.portal.layerform import a_date


@dataclass(slots=True)
class ReplacementForm:
    """Texts as typed; ``contact`` and ``instead_of`` are ids, ``instead_of`` "" is a time that nobody has."""

    contact: str = ""
    instead_of: str = ""
    rank: str = "1"
    from_day: str = ""
    from_time: str = ""
    to_day: str = ""
    to_time: str = ""
    reason: str = ""
    yes_taker: bool = False
    yes_giver: bool = False

    def part(self, duty: Duty) -> tuple[Part | None, dict[str, str]]:
        """What is meant, or None and what can't be read, by field."""
        wrong: dict[str, str] = {}
        if not self.contact.isdecimal():
            wrong["contact"] = "Välj vem som tar passet."
        start = _moment(self.from_day, self.from_time, "starts_at", wrong)
        end = _moment(self.to_day, self.to_time, "ends_at", wrong)
        if wrong or start is None or end is None:
            return None, wrong
        giver = int(self.instead_of) if self.instead_of.isdecimal() else None
        rank = int(self.rank) if self.rank.isdecimal() and len(self.rank) < 3 else 0
        return Part(duty.pk, start, end, int(self.contact), giver, rank), {}

    def said_yes(self) -> list[int]:
        """Those who have agreed by telephone."""
        said = [(self.yes_taker, self.contact), (self.yes_giver, self.instead_of)]
        return [int(who) for yes, who in said if yes and who.isdecimal()]


def of_query(data: QueryDict, duty: Duty) -> ReplacementForm:
    """Filled in from a chosen shift's address (tenants.portal.shiftchoice.Choice.query); what can't be read is left."""
    form = ReplacementForm()
    start, end = _local(data.get("from", "")), _local(data.get("to", ""))
    if start is None:
        return form
    rank = data.get("rank", "")
    form.rank = rank if rank.isdecimal() and len(rank) == 1 else "1"
    form.from_day, form.from_time = f"{start:%Y-%m-%d}", f"{start:%H:%M}"
    if end is not None:
        form.to_day, form.to_time = f"{end:%Y-%m-%d}", f"{end:%H:%M}"
    begins = start.replace(tzinfo=STOCKHOLM)
    ends = end.replace(tzinfo=STOCKHOLM) if end else begins + timedelta(hours=1)
    giver = shiftchoice.holder(duty, int(form.rank), begins, ends)
    form.instead_of = str(giver.pk) if giver else ""
    return form


def read(data: QueryDict) -> ReplacementForm:
    """What was typed."""
    texts = {
        name: data.get(name, "").strip()
        for name in ("contact", "instead_of", "rank", "from_day", "from_time", "to_day", "to_time", "reason")
    }
    return ReplacementForm(**texts, yes_taker="yes_taker" in data, yes_giver="yes_giver" in data)


def _local(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(text, shiftchoice.LOCAL)  # noqa: DTZ007 (by the clock on the wall)
    return None


def _moment(day: str, clock: str, name: str, wrong: dict[str, str]) -> datetime | None:
    on = a_date(day, name, wrong)
    try:
        at = wall_time.read(clock)
    except wall_time.BadTime:
        wrong.setdefault(name, hoursform.CLOCK)
        return None
    return at_wall(on, at) if on else None
