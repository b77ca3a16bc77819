"""Excel workbooks: the first sheet that shows, its cells as text. Nothing in it is calculated, fetched or run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.workbook.workbook import Workbook

from central.tabular.table import BadTable, Kind, Record, Told

MOST_UNPACKED = 100_000_000
MOST_FILES = 2_000
FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
ZEROS = re.compile(r"0{2,20}")
"""A number format that shows zeros in front: 0000. What it shows is what was meant."""

_NOT_A_SHEET = "Filen är inget Excel-ark som går att läsa. Spara den som .xlsx eller som CSV (UTF-8)."


def xlsx_records(content: bytes, *, most_columns: int) -> Iterator[Record]:
    """The rows of the sheet with their numbers. Raises BadTable."""
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl must read with defusedxml")  # an environment variable can turn it off
    has_formulas = _looked_through(content)
    try:
        uncalculated = _formulas(content, most_columns) if has_formulas else set()
        yield from _records(content, uncalculated, most_columns)
    except BadTable:
        raise
    except (
        Exception
    ) as error:  # a stranger's file can break a reader in any way; none of them is a fault of ours
        raise BadTable(_NOT_A_SHEET) from error


def _looked_through(content: bytes) -> bool:
    """Whether any sheet has formulas. Refuses what would unpack to too much: sizes are the archive's own word, and
    reading stops at them."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            if len(listed) > MOST_FILES or sum(one.file_size for one in listed) > MOST_UNPACKED:
                raise BadTable("Filen blir för stor när den packas upp. Dela den i flera filer.")
            if any(one.flag_bits & 1 for one in listed):
                raise BadTable("Filen är skyddad med lösenord. Spara den utan.")
            sheets = [one for one in listed if one.filename.startswith("xl/worksheets/")]
            if not sheets:
                raise BadTable(_NOT_A_SHEET)
            return any(FORMULA.search(archive.read(one)) for one in sheets)
    except BadTable:
        raise
    except Exception as error:  # as above: zipfile raises half a dozen kinds
        raise BadTable(_NOT_A_SHEET) from error


def _sheet(book: Workbook) -> Any:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            return sheet
    raise BadTable("Excel-arket har ingen flik som syns.")


def _rows(sheet: Any, most_columns: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """Every row; their number is their place: gaps come as empty rows."""
    yield from enumerate(sheet.iter_rows(min_row=1, max_col=most_columns + 1), start=1)


def _formulas(content: bytes, most_columns: int) -> set[tuple[int, int]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        return {
            (number, place)
            for number, cells in _rows(_sheet(book), most_columns)
            for place, cell in enumerate(cells)
            if cell.data_type == "f"
        }
    finally:
        book.close()


def _records(content: bytes, formulas: set[tuple[int, int]], most_columns: int) -> Iterator[Record]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = _sheet(book)
        sheet.reset_dimensions()  # what the file says of its own size is not always so
        for number, cells in _rows(sheet, most_columns):
            texts = [
                Told("=", Kind.FORMULA)
                if cell.value is None and (number, place) in formulas
                else as_text(cell.value, cell.data_type, cell.number_format if cell.value is not None else "")
                for place, cell in enumerate(cells)
            ]
            yield number, texts
    finally:
        book.close()


def as_text(value: Any, data_type: str, number_format: str) -> str:
    """A cell as it is understood here: dates as 2026-11-23, times as 14:30:00, yes and no as ja and nej."""
    if value is None:
        return ""
    if data_type == "e":
        return Told(str(value), Kind.ERROR)
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _number(value: float, number_format: str) -> str:
    whole = isinstance(value, int) or value.is_integer()
    if whole and value >= 0 and value < 10**15 and ZEROS.fullmatch(number_format):
        return f"{int(value):0{len(number_format)}d}"
    if whole and abs(value) < 10**21:
        return Told(str(int(value)), Kind.NUMBER)
    return Told(repr(value), Kind.NUMBER)
