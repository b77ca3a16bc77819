"""Tables for people to open in a spreadsheet, in which nothing that somebody wrote is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from central.tabular.checking import Column
from central.tabular.table import letters

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_WIDEST = 48


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark, ; between the cells: what Excel in Swedish opens by a double click.

    A text that a spreadsheet would calculate gets a ' before it; :func:`~central.tabular.read_table` takes it off again.
    """
    out = io.StringIO(newline="")
    written = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in (headings, *rows):
        written.writerow([_guarded(one) for one in row])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "Blad1") -> bytes:
    """One sheet in which every cell is text, and every column stays text for whoever types in it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    kept = [[_clean(one) for one in row] for row in rows]
    for place, heading in enumerate(headings):
        width = max((len(row[place]) for row in kept[:1_000]), default=0)
        dimension = sheet.column_dimensions[letters(place + 1)]
        dimension.number_format = "@"
        dimension.width = min(max(len(heading), width, 8) + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    sheet.append([_cell(sheet, one, bold) for one in map(_clean, headings)])
    for row in kept:
        sheet.append([_cell(sheet, one) for one in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def example(columns: Sequence[Column], file_format: str, *, title: str = "Exempel") -> bytes:
    """A file to begin with: the headings and one made-up row. ``file_format`` is "csv" or "xlsx"."""
    headings, row = [one.heading for one in columns], [one.example for one in columns]
    return to_xlsx(headings, [row], title=title) if file_format == "xlsx" else to_csv(headings, [row])


def _guarded(text: str) -> str:
    clean = _clean(text)
    return f"'{clean}" if clean.startswith((*_FORMULA, "'")) else clean


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", str(text))


def _cell(sheet: Any, text: str, font: Font | None = None) -> Any:
    cell: Any = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # openpyxl would make a formula of what begins with =
    cell.number_format = "@"
    if font is not None:
        cell.font = font
    return cell
