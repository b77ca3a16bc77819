"""What a transmitter's XML may look like and still be an alarm; and what it is told when it can't be one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.receivers.scaip.request import (
    InvalidFormat,
    MandatoryMissing,
    Refused,
    ScaipRequest,
    TooLong,
    WrongData,
    build,
    parse,
)
from tests.alarms.receivers.scaip.conftest import SAMPLE

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">
]><mrq><ref>A1</ref><cid>1</cid><dty>3</dty><ite>&lol3;</ite></mrq>"""


def said(root: str = "mrq", **fields: str) -> bytes:
    return build({"ref": "A1", "cid": "4670123456", "dty": "0003"} | fields, root=root)


def test_the_sample_is_read_in_full() -> None:
    assert parse(SAMPLE) == ScaipRequest(
        root="mrq", ref="A1B2C3", ver="01.00", sco="1", cha="0", mty="ME", cid="4670123456", dty="0003",
        did="12345678", crd="sip:4670123456@unit.test", stc="0010",
    )  # fmt: skip


def test_every_field_has_its_place() -> None:
    got = parse(
        b"<mrq><ref>A1</ref><ver>01.00</ver><sco>0</sco><cha>1</cha><mty>PI</mty><hbo>001</hbo><cid>1</cid><dty>45</dty>"
        b"<did>x</did><dco>3</dco><dte>Knapp</dte><crd>sip:a@b</crd><stc>70</stc><stt>Bra</stt><pri>0</pri><lco>12</lco>"
        b"<lva>2</lva><lte>K\xc3\xb6k</lte><ico>7</ico><ite>Portkod finns</ite><ame>1</ame>"
        b"<lge><geo>55.8,12.8</geo><tim>2026-01-15T12:00:00+01:00</tim><gga>$GPGGA</gga></lge></mrq>"
    )
    assert (got.mty, got.hbo, got.lte, got.ite, got.geo, got.gga) == (
        "PI", "001", "Kök", "Portkod finns", "55.8,12.8", "$GPGGA",
    )  # fmt: skip
    assert got.tolerated == ()


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        (said(root="scaip", did="001d940cb800"), "did", "001d940cb800"),
        (said(root="scaip", cid="+123456"), "cid", "+123456"),
        (said(sco="0"), "sco", "0"),
        (said(mty="me"), "mty", "ME"),
        (said(unknown="x"), "dty", "0003"),
        (said(dte="x" * 40), "dte", "x" * 32),
        (said(lco="hall"), "lco", None),
        (said(sco="9"), "sco", None),
        (said(ver="nyaste"), "ver", None),
        (SAMPLE.replace(b"<mrq>", b'<s:mrq xmlns:s="urn:x">').replace(b"</mrq>", b"</s:mrq>"), "ref", "A1B2C3"),
        (SAMPLE.replace(b"<mrq>", b'<mrq xmlns="urn:x">'), "stc", "0010"),
        (b"\xef\xbb\xbf" + said(), "ref", "A1"),
        (said() + b"\0\r\n", "ref", "A1"),
        (said().decode().replace("UTF-8", "UTF-16").encode("utf-16"), "ref", "A1"),
        (said(cid=" 4670123456\n"), "cid", "4670123456"),
        (said().decode().replace("UTF-8", "ISO-8859-1").replace("</mrq>", "<lte>Kök</lte></mrq>").encode("latin-1"),
         "lte", "Kök"),
    ],
)  # fmt: skip
def test_departures_that_lose_nothing_are_tolerated(body: bytes, field: str, value: str | None) -> None:
    assert getattr(parse(body), field) == value


def test_what_was_tolerated_is_told_and_refused_by_the_strict() -> None:
    body = said(root="scaip", did="001d940cb800", lte="x" * 33, cid="+1")
    assert set(parse(body).tolerated) == {"did", "lte", "cid"}
    for field in ({"did": "001d940cb800"}, {"lte": "x" * 33}, {"sco": "9"}, {"cid": "+1"}):
        with pytest.raises(Refused):
            parse(said(**field), strict=True)


@pytest.mark.parametrize(
    ("body", "error", "snu", "ref"),
    [
        (said(ref="A" * 17), TooLong, 1, "A" * 17),
        (said(cid="1" * 17), TooLong, 1, "A1"),
        (said(did="x" * 13), TooLong, 1, "A1"),
        (said(dty="00003"), TooLong, 1, "A1"),
        (said(cid="abc"), InvalidFormat, 2, "A1"),
        (said(stc="x"), InvalidFormat, 2, "A1"),
        (said(mty="ZZ"), WrongData, 3, "A1"),
        (SAMPLE.replace(b"mrq>", b"mrs>"), WrongData, 3, "A1B2C3"),
        (said(cid=""), MandatoryMissing, 7, "A1"),
        (said(ref=""), MandatoryMissing, 7, None),
        (SAMPLE.replace(b"<dty>0003</dty>", b""), MandatoryMissing, 7, "A1B2C3"),
        (SAMPLE[:-6], InvalidFormat, 2, "A1B2C3"),
        (b"<mrq><ref>", InvalidFormat, 2, None),
        (b"hello", InvalidFormat, 2, None),
        (b"", InvalidFormat, 2, None),
        (SAMPLE.replace(b"mrq>", b"html>"), InvalidFormat, 2, "A1B2C3"),
        (SAMPLE.replace(b"UTF-8", b"EBCDIC-99"), InvalidFormat, 2, "A1B2C3"),
        (SAMPLE + b" " * 17_000 + b"<", TooLong, 1, "A1B2C3"),
    ],
)
def test_errors_carry_the_number_and_the_reference(
    body: bytes, error: type[Refused], snu: int, ref: str | None
) -> None:
    with pytest.raises(error) as raised:
        parse(body)
    assert (raised.value.snu, raised.value.ref) == (snu, ref)


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        b'<!DOCTYPE mrq SYSTEM "file:///etc/passwd"><mrq><ref>A1</ref><cid>1</cid><dty>3</dty></mrq>',
        b'<!DOCTYPE mrq [<!ENTITY x SYSTEM "file:///etc/passwd">]><mrq><ref>A1</ref><cid>1</cid><dty>3</dty><ite>&x;</ite></mrq>',
        b"<!DOCTYPE mrq><mrq><ref>A1</ref><cid>1</cid><dty>3</dty></mrq>",
    ],
)
def test_document_types_and_entities_are_refused(body: bytes) -> None:
    with pytest.raises(InvalidFormat) as raised:
        parse(body)
    assert raised.value.ref == "A1"


def test_deep_and_wide_xml_takes_no_time() -> None:
    began = time.perf_counter()
    for body in (
        b"<mrq>" + b"<a>" * 4000,
        b"<mrq>" + b"<ref>" * 3000,
        b"<ref " * 3000,
        b"<mrq" + b" a='1'" * 2000,
    ):
        with pytest.raises(Refused):
            parse(body)
    assert time.perf_counter() - began < 1.0


NAMES = st.sampled_from(["ref", "cid", "dty", "did", "stc", "mty", "lte", "lge", "sco", "mre", "zzz"])
TEXTS = (
    st.text(max_size=40) | st.from_regex(r"[0-9]{1,17}", fullmatch=True) | st.sampled_from(["ME", "PI", ""])
)


@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_anything_is_read_or_refused(body: bytes) -> None:
    _read_or_refused(body)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(NAMES, TEXTS), max_size=12),
    st.sampled_from(["mrq", "scaip", "mrs", "x"]),
    st.booleans(),
)
def test_anything_that_looks_like_a_request_is_read_or_refused(
    fields: list[tuple[str, str]], root: str, strict: bool
) -> None:
    inner = build(dict(fields)).split(b"<mrq>")[1].removesuffix(b"</mrq>")
    _read_or_refused(f"<{root}>".encode() + inner + f"</{root}>".encode(), strict=strict)


@given(st.integers(0, len(SAMPLE) - 1), st.binary(min_size=1, max_size=3))
def test_a_damaged_sample_is_read_or_refused(at: int, put: bytes) -> None:
    _read_or_refused(SAMPLE[:at] + put + SAMPLE[at + len(put) :])


def _read_or_refused(body: bytes, *, strict: bool = False) -> None:
    got: ScaipRequest | Refused
    try:
        got = parse(body, strict=strict)
    except Refused as refused:
        got = refused
    if isinstance(got, Refused):
        assert got.snu in {1, 2, 3, 7}
    else:
        assert got.ref
        assert got.cid
        assert got.dty
