"""What a sender is told of a wrong body: the field, in Swedish, and nothing half understood is taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from alarms.receivers.signals.schema import BadBody, parse

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {"kind": "fire", "account": "1001", "occurred_at": "2026-05-04T12:00:00Z"}


def refused(raw: bytes) -> tuple[str, str]:
    with pytest.raises(BadBody) as error:
        parse(raw, NOW)
    return error.value.field, error.value.message


def with_rest(rest: str) -> bytes:
    return (json.dumps(GOOD)[:-1] + "," + rest + "}").encode()


@pytest.mark.parametrize("account", [" 1001", "1001 ", "\t1001\n", "\u00a01001"])
def test_space_around_an_account_is_no_part_of_it(account: str) -> None:
    assert parse(json.dumps({**GOOD, "account": account}).encode(), NOW).account == "1001"


@pytest.mark.parametrize("account", [" ", "   ", "\t", "\u00a0"])
def test_an_account_of_spaces_is_empty(account: str) -> None:
    field, message = refused(json.dumps({**GOOD, "account": account}).encode())
    assert (field, message) == ("account", "Kontot är tomt. Skicka sändarens konto.")


@pytest.mark.parametrize(
    ("rest", "field"),
    [
        ('"account":"1002"', "account"),
        ('"text":"a","text":"a"', "text"),
        ('"text":"a" ,\n "text" : "b"', "text"),
        ('"\\u0061ccount":"1002"', "account"),
        ('"data":{"person":"a","person":"b"}', "data.person"),
        ('"data":{"call_back":"","call_\\u0062ack":""}', "data.call_back"),
        ('"data":{},"data":{}', "data"),
    ],
)
def test_a_field_given_twice_is_refused_by_name(rest: str, field: str) -> None:
    assert refused(with_rest(rest)) == (field, "Fältet står två gånger. Skicka det en gång.")


@pytest.mark.parametrize(
    "rest",
    [
        '"text":"kind","place":"account"',
        '"text":"\\"kind\\": \\"kind\\""',
        '"data":{"text":"a","kind":"b","a":{"person":"c"},"person":"d"}',
        '"data":{"text":[{"kind":1},{"kind":2}]}',
        '"text":"\\u0061 och \\u00e5"',
    ],
)
def test_a_name_that_only_looks_repeated_is_taken(rest: str) -> None:
    assert parse(with_rest(rest), NOW).account == "1001"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"priority": "1"}, "priority", "Ska vara ett heltal eller null, men är text."),
        ({"priority": 1.5}, "priority", "Ska vara ett heltal eller null, men är ett tal med decimaler."),
        ({"priority": True}, "priority", "Ska vara ett heltal eller null, men är sant eller falskt."),
        ({"priority": 0}, "priority", "Ska vara minst 1."),
        ({"priority": 5}, "priority", "Ska vara högst 4."),
        ({"account": None}, "account", "Ska vara text, men är null."),
        ({"account": ""}, "account", "Ska vara minst 1 tecken."),
        ({"account": "x" * 65}, "account", "Ska vara högst 64 tecken."),
        ({"data": []}, "data", "Ska vara ett objekt, men är en lista."),
        ({"occurred_at": 7}, "occurred_at", "Ska vara en tid, men är ett heltal."),
        (
            {"occurred_at": "2026-05-04T12:00:00"},
            "occurred_at",
            "Tiden saknar tidszon. Lägg till Z eller +02:00.",
        ),
        (
            {"occurred_at": "i går"},
            "occurred_at",
            "Ska vara en tid med zon, till exempel 2026-05-04T12:00:00+02:00.",
        ),
        ({"larm": 1}, "larm", "Fältet finns inte. Ta bort det, eller lägg det i data."),
    ],
)
def test_a_wrong_value_is_told_in_swedish(change: dict[str, Any], field: str, message: str) -> None:
    assert refused(json.dumps({**GOOD, **change}).encode()) == (field, message)


def test_a_number_too_large_inside_data_names_data() -> None:
    assert refused(with_rest('"data":{"a":[1e999]}')) == ("data", "Talet är för stort.")


@pytest.mark.parametrize(
    "half", ["\\ud800", "\\udc00", "\\ud800\\u0041", "\\ud83d och mer text", "å\\\\\\ud83d"]
)
def test_half_a_character_is_called_that(half: str) -> None:
    field, message = refused(with_rest(f'"text":"{half}"'))
    assert field == "body"
    assert "ensamt surrogat" in message


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "tomt"),
        (b"  \n", "tomt"),
        (b"{", "tar slut"),
        (b'{"text":"\\ud83d\\udd25', "tar slut"),
        (b'{"text":"\xff"}', "UTF-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'{"text":"a",}', "ett komma för mycket (byte"),
        (b"{'text':1}", "citattecken"),
        (with_rest('"text":"a"') + b"x", "efter slutet"),
        (b"[]", "Ska vara ett objekt, men är en lista."),
    ],
)
def test_what_is_no_json_is_explained_in_swedish(raw: bytes, said: str) -> None:
    field, message = refused(raw)
    assert field == "body"
    assert said in message
    assert "xpected" not in message
