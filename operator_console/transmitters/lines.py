"""One row in words, and the parts of it that change while somebody looks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import get_template

from alarms.intake.models import Protocol
from operator_console.transmitters import words
from operator_console.transmitters.register import Row
from operator_console.transmitters.viewer import Viewer

CELLS = ("state", "heard", "case")


def line(row: Row, who: Viewer, now: datetime) -> dict[str, Any]:
    """What the templates of a row are given."""
    return {
        "row": row,
        "place": words.place(row),
        "protocol": Protocol(row.protocol).label,
        "state": words.state(row, now),
        "heard": words.moment(row.heard_at, now) or "–",
        "interval": words.interval(row.interval),
        "reads": who.reads,
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
