"""Text files with a table in them, as Excel and others write them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from central.tabular.table import BadTable, Record

DELIMITERS = (";", "\t", ",")
GUARDED = re.compile(r"'(?=[=+\-@\t\r'])")
"""What :mod:`~central.tabular.writing` puts before a text that a spreadsheet would take for a formula."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def csv_records(content: bytes) -> Iterator[Record]:
    """Rows with their numbers as a spreadsheet would count them. Raises BadTable."""
    text = _decoded(content)
    if "\0" in text:
        raise BadTable("Filen är ingen textfil. Spara den som .xlsx eller som CSV (UTF-8).")
    said = re.match(r'"?sep=(.)"?\r?\n', text)
    skipped = 1 if said else 0
    if said:
        text = text[said.end() :]
    delimiter = said[1] if said else _delimiter(text)
    number = skipped
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=skipped + 1
        ):
            yield number, [GUARDED.sub("", one, count=1) if one.startswith("'") else one for one in cells]
    except csv.Error:
        raise BadTable(
            f"Rad {number + 1} går inte att läsa: ett citattecken saknar sitt par, eller texten är för lång. "
            'Ett " inne i en text skrivs två gånger: "".'
        ) from None


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                raise _unreadable() from None
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable()


def _unreadable() -> BadTable:
    return BadTable("Filens tecken går inte att läsa. Spara den som .xlsx eller som CSV (UTF-8).")


def _delimiter(text: str) -> str:
    """The one that stands most often in the first row with text, outside quotation marks; Excel's own where none does."""
    counts = dict.fromkeys(DELIMITERS, 0)
    quoted = seen = False
    for letter in text[:100_000]:
        if letter == '"':
            quoted, seen = not quoted, True
        elif quoted:
            continue
        elif letter in "\r\n":
            if seen:
                break
        elif letter in counts:
            counts[letter] += 1
        elif not letter.isspace():
            seen = True
    return max(DELIMITERS, key=lambda one: counts[one])
