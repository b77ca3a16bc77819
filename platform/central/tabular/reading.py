"""A file somebody sent, read into a table. What it is is told by its content, never by its name alone."""

from __future__ import annotations

from central.tabular.csv_files import csv_records
from central.tabular.table import BadTable, Table, made_of
from central.tabular.xlsx_files import xlsx_records

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 100
ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read_table(
    content: bytes, file_name: str, *, most_rows: int = MOST_ROWS, most_bytes: int = MOST_BYTES
) -> Table:
    """The file's rows. XLSX, or CSV in UTF-8, UTF-16 or Windows-1252 with ; , or tab between the cells.

    Raises BadTable: too large, not a table, headings twice, unreadable. Empty rows are left out.
    """
    if not content:
        raise BadTable("Filen är tom. Första raden ska ha kolumnernas rubriker.")
    if len(content) > most_bytes:
        raise BadTable(f"Filen är större än {most_bytes // 1_000_000} MB. Dela den i flera filer.")
    if content.startswith(OLD_OFFICE):
        raise BadTable(
            "Filen är skyddad med lösenord eller i Excels gamla format. Spara den som .xlsx utan lösenord, eller som CSV."
        )
    if content.startswith(ZIP):
        records = xlsx_records(content, most_columns=MOST_COLUMNS)
    elif file_name.lower().endswith((".xlsx", ".xlsm")):
        raise BadTable("Filen heter .xlsx men är inget Excel-ark. Öppna den i Excel och spara den igen.")
    else:
        records = csv_records(content)
    return made_of(records, most_rows=most_rows, most_columns=MOST_COLUMNS)
