"""What is printed can be read without a screen: its letters, its order, its pages, and nothing else than was said."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from central import paper
from central.paper import Heading, NewPage, Step, Steps, Table, Text

PRINTED = datetime(2026, 11, 23, 17, 45, tzinfo=UTC)


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def text_of(*parts: paper.Part, title: str = "Brandlarm") -> str:
    return "\n".join(pages(paper.document(title, printed=PRINTED, parts=parts)))


def test_swedish_letters_stand_as_written() -> None:
    said = "Åka till Hörby på röd väg: ”Ärtan”, 5 € – kl. 08.00 · é ü Łukasz š"
    assert said in text_of(Text(said))


def test_the_footer_says_which_page_of_how_many_and_when_in_swedish_time() -> None:
    found = pages(paper.document("Brandlarm", printed=PRINTED, parts=[Text("ett"), NewPage(), Text("två")]))
    assert len(found) == 2
    assert "Sida 1 av 2" in found[0]
    assert "Sida 2 av 2" in found[1]
    assert all("Brandlarm · utskriven 2026-11-23 18:45" in one for one in found)
    assert "två" not in found[0]
    assert "två" in found[1]


def test_a_long_title_leaves_room_for_the_page_number() -> None:
    shown = text_of(Text("x"), title="Åtgärdsinstruktion " * 20)
    assert "… · utskriven 2026-11-23 18:45" in shown
    assert "Sida 1 av 1" in shown


def test_the_same_arguments_give_the_same_bytes() -> None:
    parts = [Heading("Gör så"), Steps([Step("1", "Ring")]), Table(["A"], [["b"]])]
    first = paper.document("Ett", printed=PRINTED, parts=parts)
    assert first == paper.document("Ett", printed=PRINTED, parts=parts)
    assert first != paper.document("Två", printed=PRINTED, parts=parts)


def test_parts_come_in_order() -> None:
    shown = text_of(
        Text("Först"),
        Heading("Sedan"),
        Table(["Jour", "Telefon"], [["Vägjour", "070-1740621"]]),
        Text("Sist"),
    )
    places = [shown.index(word) for word in ("Först", "Sedan", "Jour", "Vägjour", "070-1740621", "Sist")]
    assert places == sorted(places)


def test_a_step_has_its_number_lines_boxes_and_room_to_sign() -> None:
    shown = text_of(Steps([Step("2a", "Bor någon i huset?", lines=["Inom 5 min"], boxes=["Ja", "Nej"])]))
    for word in ("2a", "Bor någon i huset?", "Inom 5 min", "Ja", "Nej", "Kl.", "Sign."):
        assert word in shown
    assert "Sign." not in text_of(Steps([Step("1", "Läs")], sign=False))


def test_text_is_never_markup() -> None:
    said = 'Skriv <b>inte</b> & låt <img src="x"/> stå'
    assert said in text_of(Text(said))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a → b", "a -> b"),
        ("Ő", "O"),
        ("ź", "z"),
        ("a\u202fb", "a b"),
        ("字", "?"),
        ("a\x00b\x0bc", "abc"),
        ("o\u0308", "ö"),
    ],
)
def test_a_sign_the_face_lacks_is_written_with_its_nearest(said: str, shown: str) -> None:
    assert paper.written(said) == shown


def test_a_table_without_rows_says_so_and_headings_come_again_on_each_page() -> None:
    assert "Ingen svarade." in text_of(Table(["Namn"], [], empty="Ingen svarade."))
    found = pages(
        paper.document("Lista", printed=PRINTED, parts=[Table(["Namn"], [[str(n)] for n in range(150)])])
    )
    assert len(found) > 2
    assert all("Namn" in one for one in found)


def test_what_is_longer_than_a_page_goes_on_on_the_next() -> None:
    long = "ord " * 6_000
    assert len(pages(paper.document("Lång", printed=PRINTED, parts=[Table(["Text"], [[long]])]))) > 2
    assert len(pages(paper.document("Lång", printed=PRINTED, parts=[Steps([Step("1", long)])]))) > 2
    assert len(pages(paper.document("Lång", printed=PRINTED, parts=[Text("x" * 20_000)]))) > 2


def test_a_row_of_another_length_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="another length"):
        paper.document("Fel", printed=PRINTED, parts=[Table(["A", "B"], [["a"]])])
