"""Every mistake in a file is told by row and column, and what the file would change before anything is changed."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from central.phone import normalise
from central.tabular import (
    BadCell,
    Column,
    Kind,
    Row,
    Table,
    Told,
    check,
    differences,
    example,
    preview,
    read_table,
)


def hours(text: str) -> int:
    if not text.isdecimal():
        raise BadCell("Skriv hela timmar.")
    return int(text)


COLUMNS = (
    Column("account", "Konto", required=True, exact=True, max_length=8, example="0012"),
    Column("phone", "Telefon", parse=normalise, exact=True, example="070-174 06 05"),
    Column("hours", "Prov", parse=hours, default=None, example="24"),
    Column("key", "Nyckel", secret=True, parse=hours),
)


def table(*lines: str, headings: str = "Konto;Telefon;Prov;Nyckel") -> Table:
    return read_table("\r\n".join([headings, *lines]).encode(), "x.csv")


def test_values_are_parsed_and_empty_cells_have_their_default() -> None:
    checked = check(table("0012;070-174 06 05;24;", "A1;;;7"), COLUMNS)
    assert checked.errors == []
    assert checked.values == [
        {"account": "0012", "phone": "+46701740605", "hours": 24, "key": ""},
        {"account": "A1", "phone": "", "hours": None, "key": 7},
    ]
    assert checked.numbers == [2, 3]


def test_a_column_that_is_not_there_is_told_from_an_empty_one() -> None:
    checked = check(table("0012", headings="konto"), COLUMNS)
    assert checked.present == {"account"}
    assert checked.values[0]["hours"] is None


def test_every_mistake_is_told_by_row_and_column() -> None:
    checked = check(table("123456789;112;x;", ";;;hemlig", "ok;;;"), COLUMNS)
    assert [(one.row, one.column, one.value) for one in checked.errors] == [
        (2, "Konto", "123456789"),
        (2, "Telefon", "112"),
        (2, "Prov", "x"),
        (3, "Konto", ""),
        (3, "Nyckel", ""),
    ]
    assert "nödnummer" in checked.errors[1].message
    assert checked.values == [{"account": "ok", "phone": "", "hours": None, "key": ""}]


def test_headings_that_nobody_knows_are_named_with_what_was_meant() -> None:
    checked = check(table("1;2", headings="Kontot;Prov"), COLUMNS)
    assert [(one.row, one.column, one.message) for one in checked.errors] == [
        (1, "Kontot", "Rubriken känns inte igen. Menar du Konto?"),
        (1, "Konto", "Kolumnen saknas. Den måste finnas."),
    ]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (Told("12", Kind.NUMBER), "nollor"),
        (Told("#N/A", Kind.ERROR), "fel i Excel"),
        (Told("=", Kind.FORMULA), "formel"),
    ],
)
def test_what_a_spreadsheet_may_have_spoilt_is_said_and_not_guessed(cell: str, said: str) -> None:
    checked = check(Table(("Konto",), [Row(7, {"Konto": cell})]), COLUMNS)
    assert [(one.row, one.column) for one in checked.errors] == [(7, "Konto")]
    assert said in checked.errors[0].message


def test_a_number_is_good_where_a_number_is_meant() -> None:
    checked = check(
        Table(("Konto", "Prov"), [Row(2, {"Konto": "a", "Prov": Told("24", Kind.NUMBER)})]), COLUMNS
    )
    assert checked.values[0]["hours"] == 24


def test_a_row_with_more_cells_than_headings_is_a_mistake() -> None:
    checked = check(table("1;;;;x"), COLUMNS)
    assert [(one.row, one.column) for one in checked.errors] == [(2, "")]


def test_two_hundred_mistakes_are_shown_and_the_rest_are_counted() -> None:
    checked = check(table(*["1;;x;"] * 412), COLUMNS)
    assert (len(checked.errors), checked.more, checked.count) == (200, 212, 412)
    page = render_to_string("tabular/_errors.html", {"checked": checked})
    assert "412 fel" in page
    assert "och 212 till" in page


def test_the_same_key_twice_names_the_first_row() -> None:
    checked = check(table("1;;;", "2;;;", "1;;;"), COLUMNS)
    checked.refuse_twice(lambda value: value["account"], "Konto", "Kontot står redan på rad {first}.")
    assert [(one.row, one.message) for one in checked.errors] == [(4, "Kontot står redan på rad 2.")]


def test_differences_name_what_is_new_changed_the_same_and_missing() -> None:
    existing = [
        {"k": 1, "a": "x", "b": "y", "own": 5},
        {"k": 2, "a": "x", "b": "y"},
        {"k": 3, "a": "", "b": ""},
    ]
    wanted = [{"k": 1, "a": "z", "b": "q"}, {"k": 2, "a": "x", "b": "?"}, {"k": 4, "a": "n", "b": ""}]
    found = differences(existing, wanted, "k", fields={"k", "a"})
    assert [one["k"] for one in found.added] == [4]
    assert [(one.key, one.fields, dict(one.after)) for one in found.changed] == [
        (1, ("a",), {"k": 1, "a": "z", "b": "y", "own": 5})
    ]
    assert [one["k"] for one in found.unchanged] == [2]
    assert [one["k"] for one in found.removed] == [3]


ROWS = st.dictionaries(st.integers(0, 9), st.tuples(st.integers(0, 2), st.integers(0, 2)))


@given(ROWS, ROWS)
def test_applying_a_difference_gives_what_was_wanted(
    before: dict[int, tuple[int, int]], after: dict[int, tuple[int, int]]
) -> None:
    existing = [{"k": k, "a": a, "b": b} for k, (a, b) in before.items()]
    wanted = [{"k": k, "a": a, "b": b} for k, (a, b) in after.items()]
    found = differences(existing, wanted, "k")
    register = {one["k"]: dict(one) for one in existing}
    for one in found.removed:
        del register[one["k"]]
    for value in found.added:
        register[value["k"]] = dict(value)
    for change in found.changed:
        register[change.after["k"]] = dict(change.after)
    assert register == {one["k"]: one for one in wanted}
    again = differences(register.values(), wanted, "k")
    assert again.nothing
    assert again.removed == []


def test_a_preview_shows_no_secret() -> None:
    existing = [{"account": "1", "phone": "", "hours": 24, "key": 111}]
    wanted = [
        {"account": "1", "phone": "", "hours": None, "key": 222},
        {"account": "2", "phone": "", "hours": 1, "key": 333},
    ]
    shown = preview(
        differences(existing, wanted, "account"), COLUMNS, name=lambda value: f"konto {value['account']}"
    )
    page = render_to_string("tabular/_differences.html", {"preview": shown})
    assert "konto 1" in page
    assert "ny, visas inte" in page
    for secret in ("111", "222", "333"):
        assert secret not in page


def test_a_preview_counts_what_it_does_not_show() -> None:
    wanted = [{"account": str(number), "phone": "", "hours": 1, "key": ""} for number in range(130)]
    page = render_to_string(
        "tabular/_differences.html",
        {"preview": preview(differences([], wanted, "account"), COLUMNS, name=str)},
    )
    assert "<dd>130</dd>" in page
    assert "och 30 till" in page


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_example_file_is_one_that_is_accepted(file_format: str) -> None:
    checked = check(read_table(example(COLUMNS, file_format), f"x.{file_format}"), COLUMNS)
    assert checked.errors == []
    assert checked.values[0]["account"] == "0012"
