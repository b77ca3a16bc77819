"""Files as people have them: whatever they were written in, the same rows; and a sentence where they can't be read."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from central.tabular import BadTable, Told, read_table, to_csv, to_xlsx
from central.tabular.table import Kind, kind_of

DAY = datetime(2026, 11, 23)  # noqa: DTZ001  # a spreadsheet knows no zones


def rows(content: bytes, name: str = "fil.csv") -> list[dict[str, str]]:
    return [row.cells for row in read_table(content, name).rows]


def book(*lines: list[Any], **formats: str) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    for place, number_format in formats.items():
        sheet[place].number_format = number_format
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_same_rows_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str) -> None:
    text = f"Plats{delimiter}Område\r\nÅkerbogården{delimiter}Härslöv\r\n"
    assert rows(text.encode(encoding)) == [{"Plats": "Åkerbogården", "Område": "Härslöv"}]


def test_a_quoted_cell_holds_delimiters_and_new_lines() -> None:
    found = read_table(b'Plats;Not\r\n"A;B";"rad 1\r\nrad 2"\r\nC;"s\xe4ger ""hej"""\r\n', "x.csv")
    assert [(row.number, row.cells["Plats"], row.cells["Not"]) for row in found.rows] == [
        (2, "A;B", "rad 1\r\nrad 2"),
        (3, "C", 'säger "hej"'),
    ]


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers() -> None:
    found = read_table(b"\r\n;;\r\nA;B\r\n;\r\n1;2\r\n\r\n3;\r\n", "x.csv")
    assert (found.first, [row.number for row in found.rows]) == (3, [5, 7])


def test_excels_own_word_of_the_delimiter_is_heeded() -> None:
    assert rows(b"sep=,\r\nA;1,B\r\nx,y\r\n") == [{"A;1": "x", "B": "y"}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "tom"),
        (b"\r\n;;\r\n", "tom"),
        (b"Konto;Plats;KONTO\r\n1;2;3\r\n", "Rubriken KONTO finns mer än en gång"),
        (b"A;;C\r\n1;2;3\r\n", "Kolumn B saknar rubrik"),
        (b'A;B\r\n1;"2\r\n3;4\r\n', "citattecken"),
        (b"A\0B", "ingen textfil"),
        (b"\xff\xfeA\xd8", "tecken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "lösenord"),
        (b"PK\x03\x04 broken", "inget Excel-ark"),
        (b"x" * 10_000_001, "större än 10 MB"),
    ],
)
def test_what_cannot_be_read_is_told(content: bytes, said: str) -> None:
    with pytest.raises(BadTable) as caught:
        read_table(content, "fil.csv")
    assert said in caught.value.message


def test_too_many_rows_are_refused_in_both_forms() -> None:
    many = [[str(number)] for number in range(30)]
    for content in (to_csv(["A"], many), to_xlsx(["A"], many)):
        assert len(read_table(content, "x", most_rows=30).rows) == 30
        with pytest.raises(BadTable, match="29"):
            read_table(content, "x", most_rows=29)


def test_a_cell_far_below_is_read_with_its_number() -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"], sheet["A120000"] = "A", "x"
    out = io.BytesIO()
    made.save(out)
    assert [row.number for row in read_table(out.getvalue(), "x.xlsx").rows] == [120_000]


def test_a_text_file_called_xlsx_is_told_apart() -> None:
    with pytest.raises(BadTable, match=r"heter \.xlsx"):
        read_table(b"A;B\r\n1;2\r\n", "lista.XLSX")


def test_a_workbook_gives_what_it_shows() -> None:
    content = book(
        ["Text", "Tal", "Nollor", "Bråk", "Dag", "Tid", "Ja", "Fel"],
        ["0012", 12, 12, 1.5, DAY, DAY.replace(hour=2, minute=13, second=20), True, "#N/A"],
        ["a", -3, 7, 2.0, date(2026, 1, 2), time(7, 30), False, None],
        C2="0000",
        C3="0000",
    )
    first, second = rows(content, "x.xlsx")
    assert list(first.values()) == [
        "0012", "12", "0012", "1.5", "2026-11-23", "2026-11-23 02:13:20", "ja", "#N/A",
    ]  # fmt: skip
    assert list(second.values()) == ["a", "-3", "0007", "2", "2026-01-02", "07:30:00", "nej", ""]
    assert [kind_of(one) for one in first.values()] == [
        Kind.TEXT, Kind.NUMBER, Kind.TEXT, Kind.NUMBER, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.ERROR,
    ]  # fmt: skip


def test_a_formula_is_never_calculated_and_never_taken_for_empty() -> None:
    cell = rows(book(["A", "B"], ["=1+1", "x"]), "x.xlsx")[0]["A"]
    assert isinstance(cell, Told)
    assert cell.kind == Kind.FORMULA


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)
    assert len(out.getvalue()) < 1_000_000
    with pytest.raises(BadTable, match="packas upp"):
        read_table(out.getvalue(), "x.xlsx")


def test_an_entity_in_the_xml_is_refused() -> None:
    content = book(["A"], ["x"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w") as archive:
        for one in given.infolist():
            data = given.read(one)
            if one.filename.startswith("xl/worksheets/"):
                data = b'<!DOCTYPE a [<!ENTITY x "lol">]>' + data.split(b"?>", 1)[-1]
            archive.writestr(one.filename, data)
    with pytest.raises(BadTable):
        read_table(out.getvalue(), "x.xlsx")


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx"]), st.sampled_from([b"", b"PK\x03\x04"]))
@settings(max_examples=300, deadline=None)
def test_no_bytes_break_the_reader(content: bytes, name: str, before: bytes) -> None:
    try:
        found = read_table(before + content, name)
    except BadTable:
        return
    assert len(set(found.headings)) == len(found.headings)
    assert all(tuple(row.cells) == found.headings for row in found.rows)


WORKBOOK = book(["A", "B"], ["x", 1], ["=A1", None])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_broken_workbook_breaks_nothing(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadTable):
        read_table(bytes(content), "x.xlsx")


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\ufeff\u00a0"), max_size=20
).map(str.strip)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_again(lines: list[tuple[str, str]]) -> None:
    wanted = [{"Ett": a, "Två": b} for a, b in lines if a or b]
    assert rows(to_csv(["Ett", "Två"], lines)) == wanted
    assert rows(to_xlsx(["Ett", "Två"], lines), "x.xlsx") == wanted


@pytest.mark.parametrize("text", ["=1+1", "+46701740605", "-3", "@x", "'=x", "=cmd|' /C calc'!A0"])
def test_nothing_written_is_taken_for_a_formula(text: str) -> None:
    content = to_csv(["A", "B"], [[text, "b"]])
    assert content.decode("utf-8-sig").splitlines()[1].strip('"').startswith("'")
    assert rows(content)[0]["A"] == text
    sheet = to_xlsx(["A", "B"], [[text, "b"]])
    assert rows(sheet, "x.xlsx")[0]["A"] == text
    with zipfile.ZipFile(io.BytesIO(sheet)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
