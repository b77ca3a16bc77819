"""One row in words, and the parts of it that change while somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.loader import get_template

from alarms.intake.models import Protocol
from alarms.nameplates.services import accounts_of, ending
from operator_console.transmitters import words
from operator_console.transmitters.register import Row
from operator_console.transmitters.viewer import Viewer

CELLS = ("state", "heard", "case")


def marks(rows: Sequence[Row], who: Viewer) -> dict[int, str]:
    """What tells one home from the next, by id: the end of its account, else its number in the register."""
    homes = [row.id for row in rows if not row.site]
    accounts = accounts_of(homes) if homes and who.knows_accounts else {}
    return {one: ending(accounts[one]) if one in accounts else f"nr {one}" for one in homes}


def line(row: Row, who: Viewer, now: datetime, mark: str = "") -> dict[str, Any]:
    """What the templates of a row are given; ``mark`` tells a home from its neighbours."""
    return {
        "row": row,
        "place": words.place(row),
        "protocol": Protocol(row.protocol).label,
        "state": words.state(row, now),
        "heard": words.moment(row.heard_at, now) or "–",
        "interval": words.interval(row.interval),
        "reads": who.reads,
        "mark": mark,
    }


def cells(row: Row, who: Viewer, now: datetime) -> dict[str, Any]:
    """What the page's script paints: the state's code and the changing cells as HTML."""
    given = line(row, who, now)
    return {
        "state": row.state,
        "wrong": row.wrong,
        "cells": {
            name: get_template(f"operator_console/transmitters/_{name}.html").render(given) for name in CELLS
        },
    }
