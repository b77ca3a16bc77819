"""Figures and improvements as files for spreadsheets: CSV with a decimal comma, XLSX with numbers as numbers."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from central import functions
from central.tabular import to_csv, to_xlsx
from tenants.followup.drawing import goal_of
from tenants.followup.figures import COUNTED, GROUPS, MEASURES, METHOD, SMALL, Statistics
from tenants.followup.models import Improvement

FORMATS = ("csv", "xlsx")
HEADINGS = [
    "Från dag", "Till dag", "Räknar", "Mått", "Indelning", "Grupp", "Antal tider", "Median (s)", "p90 (s)", "p95 (s)",
    "p99 (s)", "Bedömda", "Inom målet", "Andel inom målet (%)", "Mål (s)", "Mål (%)", "Anmärkning",
]  # fmt: skip
IMPROVEMENTS = [
    "Vad", "Mer om det", "Klart när", "Verksamhet", "Ansvarig", "Senast", "Läge", "Klart den", "Klart av", "Ärende",
    "Instruktion", "Version", "Skrivet av", "Skrivet den",
]  # fmt: skip

type Cell = str | float | int | None


def figures(found: Statistics, file_format: str) -> bytes:
    """Every line of the statistics, one row each."""
    rows = [_line(found, one) for one in found.lines]
    if file_format == "csv":
        return to_csv(HEADINGS, [[_text(one) for one in row] for row in rows])
    return _book(HEADINGS, rows, found)


def _line(found: Statistics, line: Any) -> list[Cell]:
    goal = goal_of(found, line)
    return [
        f"{found.period.first:%Y-%m-%d}", f"{found.period.last:%Y-%m-%d}", COUNTED[found.counted],
        MEASURES[line.measure][0], GROUPS[line.group], line.name, line.n,
        *(None if one is None else round(one, 1) for one in line.seconds),
        line.judged, line.met, None if line.share is None else round(line.share, 1),
        goal.seconds if goal else None, goal.share if goal else None,
        f"Färre än {SMALL} tider" if line.small else "",
    ]  # fmt: skip


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.1f}".replace(".", ",")
    return "" if cell is None else str(cell)


def _book(headings: Sequence[str], rows: Iterable[Sequence[Cell]], found: Statistics) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Statistik")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, one, Font(bold=True)) for one in headings])
    for row in rows:
        sheet.append([_cell(sheet, one) for one in row])
    about = book.create_sheet("Så räknas det")
    lines = [METHOD, *(f"{name}: {what}" for name, what in MEASURES.values())]
    lines += [f"{COUNTED[code]}: {number} ärenden" for code, number in found.counts.items()]
    for one in lines:
        about.append([_cell(about, one)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Cell, font: Font | None = None) -> Any:
    cell: Any = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would make a formula of what begins with =
    if font is not None:
        cell.font = font
    return cell


def improvements(rows: Iterable[Improvement], file_format: str) -> bytes:
    """What a list shows, one row each; what somebody wrote is never taken for a formula."""
    lines = [
        [
            one.title, one.detail, one.done_when, functions.NAMES.get(one.function, one.function), one.owner_name,
            f"{one.due_on:%Y-%m-%d}", one.get_state_display(), f"{one.done_at:%Y-%m-%d}" if one.done_at else "",
            one.done_by_name, one.case.reference if one.case else "", one.instruction.title if one.instruction else "",
            str(one.instruction.version or "") if one.instruction else "", one.created_by_name,
            f"{one.created_at:%Y-%m-%d}",
        ]
        for one in rows
    ]  # fmt: skip
    title = "Förbättringar"
    return to_xlsx(IMPROVEMENTS, lines, title=title) if file_format == "xlsx" else to_csv(IMPROVEMENTS, lines)
