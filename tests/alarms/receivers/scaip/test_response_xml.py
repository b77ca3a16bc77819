"""What the receiver says, in the dialect of who asked; and that a probe reads it back."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarms.receivers.scaip.response import (
    Answer,
    Delivery,
    NotAResponse,
    build,
    default_delivery,
    parse,
)


def test_the_sample_is_written_as_it_stands() -> None:
    got = build(Answer(mre=1, cre=61), ref="A1B2C3", root="mrq")
    assert got.endswith(b"<mrs><ref>A1B2C3</ref><snu>0</snu><mre>1</mre><cre>61</cre></mrs>")


def test_the_scaip_root_is_answered_with_itself() -> None:
    assert b"<scaip><ref>A1</ref><snu>7</snu><ste>x</ste></scaip>" in build(
        Answer(snu=7, ste="x"), ref="A1", root="scaip"
    )


@pytest.mark.parametrize("written", [b"1", b"01"])
def test_speech_is_read_with_and_without_a_zero(written: bytes) -> None:
    got = parse(b"<mrs><ref>A1</ref><snu>0</snu><mre>" + written + b"</mre></mrs>")
    assert got.answer.mre == 1


@pytest.mark.parametrize(
    ("root", "kind", "delivery"),
    [
        ("mrq", "application/scaip+xml", Delivery.SEPARATE),
        ("mrq", "application/xml", Delivery.IN_ANSWER),
        ("scaip", "application/xml", Delivery.IN_ANSWER),
        ("scaip", "application/scaip+xml", Delivery.IN_ANSWER),
    ],
)
def test_only_the_standards_own_dialect_is_answered_apart(root: str, kind: str, delivery: Delivery) -> None:
    assert default_delivery(root=root, content_type=kind) is delivery


@pytest.mark.parametrize(
    "body", [b"", b"<mrs/>", b"<mrs><ref>A</ref></mrs>", b"<mrs><ref>A</ref><snu>x</snu></mrs>"]
)
def test_what_is_no_response_is_refused(body: bytes) -> None:
    with pytest.raises(NotAResponse):
        parse(body)


TEXT = st.text(st.characters(codec="utf-8"), max_size=128).map(lambda text: " ".join(text.split()))


@given(
    st.integers(0, 99_999), TEXT, TEXT, st.none() | st.integers(0, 3), st.none() | st.integers(0, 99),
    st.sampled_from(["mrq", "scaip"]),
)  # fmt: skip
def test_what_is_written_is_read(
    snu: int, ste: str, tnu: str, mre: int | None, cre: int | None, root: str
) -> None:
    got = parse(build(Answer(snu=snu, ste=ste, tnu=tnu, mre=mre, cre=cre), ref="A1", root=root))
    assert (got.ref, got.answer.snu, got.answer.mre, got.answer.cre) == ("A1", snu, mre, cre)
    if ste.isprintable():
        assert got.answer.ste == ste


@given(st.binary(max_size=200))
def test_nothing_else_comes_out_of_garbage(body: bytes) -> None:
    with suppress(NotAResponse):
        parse(body)
