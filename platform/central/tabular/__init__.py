"""Tables that people bring from elsewhere (CSV, XLSX): read safely, checked cell by cell, compared, written.

The way of an import, whatever it is of::

    table = read_table(content, file_name)            # BadTable: the whole file cannot be used, said in one sentence
    checked = check(table, COLUMNS)                   # checked.errors: every mistake by row and column
    checked.refuse(row, "konto", "…", value)          # what only the caller can see: twice, unknown, not allowed
    if checked.errors: …                              # show "tabular/_errors.html" with {"checked": checked}
    found = differences(existing, checked.values, key=…)
    preview(found, COLUMNS)                           # show "tabular/_differences.html" with {"preview": …}

Nothing here knows a database. What is read is text, as the file shows it; only a column's ``parse`` makes it more.
"""

from central.tabular.checking import BadCell, CellError, Checked, Column, check
from central.tabular.comparing import Change, Difference, differences
from central.tabular.previewing import Preview, preview
from central.tabular.reading import read_table
from central.tabular.table import BadTable, Kind, Row, Table, Told
from central.tabular.writing import CSV_TYPE, XLSX_TYPE, example, to_csv, to_xlsx

__all__ = [
    "CSV_TYPE",
    "XLSX_TYPE",
    "BadCell",
    "BadTable",
    "CellError",
    "Change",
    "Checked",
    "Column",
    "Difference",
    "Kind",
    "Preview",
    "Row",
    "Table",
    "Told",
    "check",
    "differences",
    "example",
    "preview",
    "read_table",
    "to_csv",
    "to_xlsx",
]
