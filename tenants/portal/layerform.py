"""People in turn as the form has them: everything typed is kept, whatever is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import QueryDict

from central import wall_time
from tenants.oncall import windows
from tenants.oncall.layers import Wanted
from tenants.oncall.models import Layer
from tenants.oncall.schedule import STOCKHOLM
from tenants.portal import hoursform
from tenants.portal.hoursform import HoursForm
from tenants.portal.schedule_words import next_change

TURNS = (("1", "En dag i taget"), ("7", "En vecka i taget"), ("14", "Två veckor i taget"), ("own", "Annat"))
MOST = 70  # rows read from one form
A_DATE = "Skriv datumet som 2026-11-23."


@dataclass(slots=True)
class LayerForm:
    """``members`` are contact ids as texts, "" where nobody is chosen.

    ``start`` is next, today or day for a turn that has begun, and day for a new one.
    """

    members: list[str]
    rank: str
    start: str
    first_day: str
    turns_at: str
    turn: str
    turn_days: str
    hours: HoursForm
    until: str
    focus: str = ""

    def move(self, act: str) -> bool:
        """Do what an "add", "up-2", "down-2", "remove-2" or "window-…" button asks; False for other acts.

        ``focus`` is then the id of what is to be in hand.
        """
        if act.startswith("window-"):
            self.focus = "id_window-add"
            return self.hours.move(act)
        verb, _, number = act.partition("-")
        if verb == "add":
            self.members.append("")
            self.focus = f"id_member-{len(self.members)}"
            return True
        place = int(number) - 1 if number.isdecimal() else -1
        if verb not in ("up", "down", "remove") or not 0 <= place < len(self.members):
            return False
        row = self.members.pop(place)
        if verb == "remove":
            self.members = self.members or [""]
            self.focus = f"id_member-{min(place + 1, len(self.members))}"
            return True
        to = max(0, place - 1) if verb == "up" else min(place + 1, len(self.members))
        self.members.insert(to, row)
        edge = to == 0 if verb == "up" else to == len(self.members) - 1
        self.focus = f"id_{'member' if edge else verb}-{to + 1}"
        return True

    def wanted(self, begun: Layer | None, now: datetime) -> tuple[Wanted | None, dict[str, str]]:
        """What is meant, or None and what can't be read, by field; ``begun`` is the turn that is changed."""
        wrong: dict[str, str] = {}
        rank = int(self.rank) if self.rank.isdecimal() and len(self.rank) < 3 else 0
        turn = self.turn_days if self.turn == "own" else self.turn
        days = int(turn) if turn.isdecimal() and len(turn) < 5 else 0
        try:
            turns_at = wall_time.read(self.turns_at)
        except wall_time.BadTime:
            wrong["turns_at"] = hoursform.CLOCK
        first = self._first(begun, now, wrong)
        until = a_date(self.until, "until", wrong) if self.until.strip() else None
        hours, unread = self.hours.windows()
        wrong |= unread
        if wrong or first is None:
            return None, wrong
        members = [int(one) for one in self.members if one.isdecimal()]
        return Wanted(rank, members, first, turns_at, days, hours, until), {}

    def _first(self, begun: Layer | None, now: datetime, wrong: dict[str, str]) -> date | None:
        today = now.astimezone(STOCKHOLM).date()
        if begun is None:
            return a_date(self.first_day, "first_day", wrong)
        if self.start == "today":
            first: date | None = today
        elif self.start == "next":
            first = next_change(begun, now)[0]
        else:
            first = a_date(self.first_day, "first_day", wrong)
        if first is None:
            return None
        if first < today:
            wrong["first_day"] = "Det som har varit ändras inte. Välj i dag eller en senare dag."
        elif begun.until is not None and first >= begun.until:
            wrong["first_day"] = f"Turordningen slutar {begun.until}. Välj en tidigare dag, eller gör en ny."
        return first


def a_date(text: str, name: str, wrong: dict[str, str]) -> date | None:
    """A date as typed; else None, and ``wrong`` says so."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        wrong[name] = A_DATE
        return None


def blank(now: datetime) -> LayerForm:
    """A new turn: weekly from Monday, today if it is one."""
    today = now.astimezone(STOCKHOLM).date()
    monday = today + timedelta(days=-today.weekday() % 7)
    return LayerForm(["", ""], "1", "day", monday.isoformat(), "08:00", "7", "", HoursForm(), "")


def of_layer(layer: Layer, now: datetime, *, begun: bool) -> LayerForm:
    """The turn as it stands; one that has begun from its next change, with whoever's turn it is then on top."""
    rows = layer.members.select_related("contact").order_by("position")
    members = ["" if one.contact.removed_at else str(one.contact_id) for one in rows]
    first = layer.first_day
    if begun and members:
        first, nth = next_change(layer, now)
        top = nth % len(members)
        members = members[top:] + members[:top]
    days = str(layer.turn_days)
    preset = days if days in dict(TURNS) else "own"
    return LayerForm(
        members=members or [""],
        rank=str(layer.rank),
        start="next" if begun else "day",
        first_day=first.isoformat(),
        turns_at=f"{layer.turns_at:%H:%M}",
        turn=preset,
        turn_days=days if preset == "own" else "",
        hours=hoursform.shown(windows.read(layer.windows)),
        until=layer.until.isoformat() if layer.until else "",
    )


def read(data: QueryDict) -> LayerForm:
    """What was typed; rows `member-1` …"""
    members = []
    for number in range(1, MOST + 1):
        if f"member-{number}" not in data:
            break
        members.append(data.get(f"member-{number}", ""))
    return LayerForm(
        members=members or [""],
        rank=data.get("rank", ""),
        start=data.get("start", "day"),
        first_day=data.get("first_day", ""),
        turns_at=data.get("turns_at", ""),
        turn=data.get("turn", ""),
        turn_days=data.get("turn_days", "").strip(),
        hours=hoursform.read(data),
        until=data.get("until", ""),
    )
