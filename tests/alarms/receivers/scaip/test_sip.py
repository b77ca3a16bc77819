"""Our SIP as an independent reader (sipmessage) reads it; and the forgiving ways in which we read others'."""

from __future__ import annotations

import pytest
import sipmessage
from hypothesis import given
from hypothesis import strategies as st

from alarms.receivers.scaip import sip
from tests.alarms.receivers.scaip.conftest import message


def test_our_answer_is_sip_to_others() -> None:
    asked = sip.received_from(sip.parse_datagram(message(transport="UDP")), "127.0.0.1", 40_000)
    got = sipmessage.Message.parse(
        sip.respond(asked, 200, headers=(("Content-Type", "application/xml"),), body=b"<x/>")
    )
    assert isinstance(got, sipmessage.Response)
    assert (got.code, got.body, got.content_length, got.call_id) == (200, b"<x/>", 4, "call-1")
    assert got.via[0].parameters["rport"] == "40000"
    assert got.via[0].parameters["received"] == "127.0.0.1"
    assert got.via[0].parameters["branch"] == "z9hG4bK-1"
    assert got.cseq == sipmessage.CSeq(1, "MESSAGE")
    assert got.from_address.parameters["tag"] == "abc"
    assert got.to_address.parameters["tag"]


def test_our_request_is_sip_to_others() -> None:
    written = sip.ask(
        "MESSAGE", "sip:a@127.0.0.1", via=f"SIP/2.0/UDP 127.0.0.1:5060;branch={sip.new_branch()};rport",
        sender="<sip:b@127.0.0.1>;tag=x", to="<sip:a@127.0.0.1>", call_id="c", number=7, body=b"<x/>",
    )  # fmt: skip
    got = sipmessage.Message.parse(written)
    assert isinstance(got, sipmessage.Request)
    assert (got.method, got.cseq.sequence, got.max_forwards, got.body) == ("MESSAGE", 7, 70, b"<x/>")


def test_what_a_sender_compares_is_echoed_byte_by_byte() -> None:
    via = 'SIP/2.0/UDP my_host:5060 ;branch=z9hG4bK+a*b\'%41;x="a,b"'
    asked = sip.parse_datagram(message(via=via + ", SIP/2.0/TCP proxy.test;branch=z9", extra="X: \xff"))
    answered = sip.respond(asked, 200).decode()
    assert f"Via: {via}, SIP/2.0/TCP proxy.test;branch=z9\r\n" in answered
    noted = sip.respond(sip.received_from(asked, "10.0.0.9", 5), 200).decode()
    assert f"Via: {via};received=10.0.0.9, SIP/2.0/TCP proxy.test;branch=z9\r\n" in noted


def test_compact_folded_and_loosely_written_headers_are_read() -> None:
    got = sip.parse_datagram(
        b"\r\n\r\nmessage  sip:x SIP/2.0\r\nv : SIP / 2.0 / UDP [::1]:5070;BRANCH=b1\r\nf: a\r\nt: b\r\ni: c\r\n"
        b"CSEQ: 1\r\n  MESSAGE\r\nc: Application/SCAIP+XML ; charset=utf-8\r\nl: 2\r\nnonsense\r\n\r\nhi-more"
    )
    assert (got.method, got.cseq, got.content_type, got.body) == (
        "MESSAGE", (1, "MESSAGE"), "application/scaip+xml", b"hi",
    )  # fmt: skip
    assert got.via == sip.Via("UDP", "::1", 5070, "b1", False)


def test_lines_may_end_in_line_feeds_alone() -> None:
    assert sip.parse_datagram(message().replace(b"\r\n", b"\n")).first("call-id") == "call-1"


def test_another_alarm_under_the_same_names_is_no_retransmission() -> None:
    first, same, other = (sip.parse_datagram(message(body)) for body in (b"<a/>", b"<a/>", b"<b/>"))
    assert sip.transaction_key(first) == sip.transaction_key(same)
    assert sip.transaction_key(first) != sip.transaction_key(other)


@pytest.mark.parametrize("value", ["<sip:a@b>;tag=1", '"x;tag=9" <sip:a@b;tag=2>;tag=1', "sip:a@b;tag=1"])
def test_the_tag_is_the_addresss_own(value: str) -> None:
    assert sip.tag(value) == "1"


@given(st.binary(max_size=400) | st.tuples(st.sampled_from([message(), message(without="via")]), st.integers(0, 300),
       st.binary(max_size=4)).map(lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + 1 :]))  # fmt: skip
def test_anything_is_read_or_refused_and_what_is_read_can_be_answered(data: bytes) -> None:
    try:
        got = sip.parse_datagram(data)
    except sip.NotSip:
        return
    noted = sip.received_from(got, "127.0.0.1", 5)
    assert sip.respond(noted, 400).startswith(b"SIP/2.0 400")
    sip.transaction_key(noted)
