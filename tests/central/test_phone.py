"""Numbers: what is accepted, what is refused and by which name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central import phone

FICTION = (
    [f"+4670174{n:04d}" for n in range(605, 700)]
    + [f"+46846500{n:03d}" for n in range(400, 500)]
    + [f"+463139006{n:02d}" for n in range(51)]
    + [f"+464062804{n:02d}" for n in range(100)]
)


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("070-174 06 21", "+46701740621"),
        ("0701740621", "+46701740621"),
        ("+46 70 174 06 21", "+46701740621"),
        ("0046701740621", "+46701740621"),
        (" 08-465 004 12 ", "+46846500412"),
        ("031-390 06 10", "+46313900610"),
        ("(040) 628 04 55", "+46406280455"),
    ],
)
def test_what_people_write_becomes_e164(written: str, e164: str) -> None:
    assert phone.normalise(written) == e164


@pytest.mark.parametrize("number", FICTION)
def test_every_number_reserved_for_fiction_is_accepted_and_comes_back(number: str) -> None:
    assert phone.normalise(number) == number
    assert phone.normalise(phone.display(number)) == number


@pytest.mark.parametrize(
    "dressed", ["112", " 1 1 2 ", "+46112", "+46 (0)112", "0046112", "00112", "0112", "90 000", "112#"]
)
def test_emergency_numbers_are_refused_by_name(dressed: str) -> None:
    with pytest.raises(phone.BadNumber) as refused:
        phone.normalise(dressed)
    assert refused.value.code == "emergency"
    assert "Ring 112 själv" in refused.value.message


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "empty"),
        ("1177", "short"),
        ("114 14", "short"),
        ("116 117", "short"),
        ("0900-123 45 67", "premium"),
        ("070-174 06", "invalid"),
        ("070-174 06 2x", "malformed"),
        ("0800-TRYGG", "malformed"),
        ("+46701740621;ext=5", "malformed"),
    ],
)
def test_other_numbers_we_never_use_say_why(written: str, code: str) -> None:
    with pytest.raises(phone.BadNumber) as refused:
        phone.normalise(written)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_shown_the_swedish_way() -> None:
    assert phone.display("+46701740621") == "070-174 06 21"
    assert phone.display("+14155550100") == "+1 415-555-0100"


def test_keyed_hash_recognises_and_does_not_tell() -> None:
    one = phone.keyed_hash("+46701740621")
    assert one == phone.keyed_hash("+46701740621")
    assert one != phone.keyed_hash("+46701740622")
    assert len(one) == 64
    assert "1740621" not in one


@given(st.text(max_size=40))
def test_any_text_is_a_valid_number_or_a_named_refusal(text: str) -> None:
    try:
        number = phone.normalise(text)
    except phone.BadNumber:
        return
    assert number.startswith("+")
    assert phone.normalise(number) == number
    assert not phone.is_emergency(number)
