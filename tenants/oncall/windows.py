"""Hours of the week as they are kept (JSON), as the schedule reads them, and as people read them.

Kept: ``[{"days": ["workday"], "from": "16:00", "to": "07:00"}]``; ``days`` are tokens of central.calendar_days, the
hours by the clock on the wall in Stockholm, ``to`` at or before ``from`` is the next day. An empty list is always.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from typing import TypedDict

from central.calendar_days import NAMES, TOKENS, WEEKDAYS
from tenants.oncall.schedule import Window

Kept = TypedDict("Kept", {"days": list[str], "from": str, "to": str})
MOST = 14
_PLURAL = {
    "workday": "vardagar", "dayoff": "lediga dagar", "holiday": "helgdagar", "eve": "helgdagsaftnar",
    "mon": "måndagar", "tue": "tisdagar", "wed": "onsdagar", "thu": "torsdagar", "fri": "fredagar",
    "sat": "lördagar", "sun": "söndagar",
}  # fmt: skip


def kept(windows: Iterable[Window]) -> list[Kept]:
    """For the database."""
    return [
        {
            "days": [day for day in TOKENS if day in one.days],
            "from": f"{one.starts:%H:%M}",
            "to": f"{one.ends:%H:%M}",
        }
        for one in windows
    ]


def read(rows: Iterable[Kept]) -> tuple[Window, ...]:
    """From the database."""
    return tuple(
        Window(frozenset(row["days"]), time.fromisoformat(row["from"]), time.fromisoformat(row["to"]))
        for row in rows
    )


def words(windows: Sequence[Window]) -> str:
    """``vardagar 16:00–07:00, lediga dagar hela dygnet``; ``dygnet runt`` when there are none."""
    return ", ".join(f"{_days(one.days)} {_hours(one)}" for one in windows) or "dygnet runt"


def _days(days: frozenset[str]) -> str:
    if days >= {"workday", "dayoff"} or days >= set(WEEKDAYS):
        return "alla dagar"
    held = [day for day in WEEKDAYS if day in days]
    told = [_PLURAL[day] for day in ("workday", "dayoff", "holiday", "eve") if day in days]
    nths = [WEEKDAYS.index(day) for day in held]
    if len(nths) > 2 and nths[-1] - nths[0] == len(nths) - 1:
        told.insert(0, f"{NAMES[held[0]]}–{NAMES[held[-1]]}")
    else:
        told[:0] = [_PLURAL[day] for day in held]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} och {told[-1]}"


def _hours(one: Window) -> str:
    if one.starts == one.ends:
        return "hela dygnet" if one.starts == time(0) else f"dygnet från {one.starts:%H:%M}"
    return f"{one.starts:%H:%M}–{one.ends:%H:%M}"
