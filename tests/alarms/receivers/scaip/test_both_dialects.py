"""A request over real sockets reaches the handler and is answered as its sender's dialect wants it."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from alarms.receivers.scaip.client import ScaipClient, SipRefused
from alarms.receivers.scaip.request import build
from alarms.receivers.scaip.response import Answer, Delivery
from alarms.receivers.scaip.transactions import Limits, NoAnswer
from tests.alarms.receivers.scaip.conftest import SAMPLE, Desk, Opened, Tcp, Udp, message, status, udp_to
from tests.alarms.receivers.scaip.test_request_xml import LAUGHS

SYNTILIO = build({"ref": "S1", "cid": "+123456", "dty": "0004", "did": "001d940cb800"}, root="scaip")


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
async def test_the_standards_dialect_is_answered_with_a_message_of_its_own(
    desk: Desk, transport: str
) -> None:
    client = await ScaipClient.open(host="127.0.0.1", port=desk.port, transport=transport)
    told = await client.send(SAMPLE, ref="A1B2C3")
    await client.close()
    assert told.apart
    assert (told.response.root, told.response.answer) == ("mrs", Answer(mre=1, cre=61))
    assert desk.came[0].request.stc == "0010"
    assert (desk.came[0].body, desk.came[0].transport) == (SAMPLE, transport)


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
async def test_the_scaip_root_is_answered_in_the_200(desk: Desk, transport: str) -> None:
    client = await ScaipClient.open(host="127.0.0.1", port=desk.port, transport=transport)
    told = await client.send(SYNTILIO, ref="S1", content_type="application/xml")
    await client.close()
    assert not told.apart
    assert (told.response.root, told.response.ref, told.response.answer.snu) == ("scaip", "S1", 0)
    assert desk.came[0].request.did == "001d940cb800"


@pytest.mark.parametrize(("delivery", "apart"), [(Delivery.IN_ANSWER, False), (Delivery.SEPARATE, True)])
@pytest.mark.parametrize("body", [SAMPLE, SYNTILIO])
async def test_the_sources_own_setting_goes_before_the_dialect(
    desk: Desk, delivery: Delivery, apart: bool, body: bytes
) -> None:
    desk.answer = Answer(tnu="+46846500400", cre=62, delivery=delivery)
    client = await ScaipClient.open(host="127.0.0.1", port=desk.port)
    told = await client.send(body, ref="S1" if body == SYNTILIO else "A1B2C3")
    await client.close()
    assert told.apart is apart
    assert told.response.answer == replace(desk.answer, delivery=None)


async def test_a_separate_answer_follows_the_200_on_the_same_way(tcp: Tcp) -> None:
    tcp.send(message(kind="application/scaip+xml"))
    assert status(await tcp.next()) == 200
    apart = await tcp.next()
    assert apart.startswith(b"MESSAGE sip:4670123456@unit.test SIP/2.0\r\n")
    assert b"In-Reply-To: call-1" in apart
    assert b"<snu>0</snu>" in apart


async def test_a_separate_answer_is_addressed_to_the_contact(tcp: Tcp) -> None:
    tcp.send(message(kind="application/scaip+xml", extra="Contact: <sip:unit@10.0.0.7:5070>"))
    assert status(await tcp.next()) == 200
    apart = await tcp.next()
    assert apart.startswith(b"MESSAGE sip:unit@10.0.0.7:5070 SIP/2.0\r\n")
    assert b"To: <sip:4670123456@unit.test>\r\n" in apart


async def test_a_separate_answer_is_repeated_until_confirmed_and_then_given_up(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(t1=0.02, t2=0.08, answer_seconds=0.5))
    async for udp in udp_to(desk.port):
        udp.transport.sendto(message(kind="application/scaip+xml", transport="UDP"))
        assert status(await udp.next()) == 200
        first = await udp.next()
        assert await udp.next() == first
        assert await udp.next() == first
        await asyncio.sleep(0.8)
        assert desk.unconfirmed == ["A1B2C3"]


async def test_a_confirmed_separate_answer_is_not_repeated(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(t1=0.1))
    async for udp in udp_to(desk.port):
        udp.transport.sendto(message(kind="application/scaip+xml", transport="UDP"))
        await udp.next()
        apart = (await udp.next()).decode()
        kept = [
            line for line in apart.split("\r\n") if line.startswith(("Via", "From", "To", "Call-ID", "CSeq"))
        ]
        udp.transport.sendto(("\r\n".join(["SIP/2.0 200 OK", *kept]) + "\r\n\r\n").encode())
        assert await udp.silence(0.5)
        assert desk.counts["apart_confirmed"] == 1


async def test_the_sample_missing_what_is_mandatory_is_told_seven(desk: Desk) -> None:
    client = await ScaipClient.open(host="127.0.0.1", port=desk.port)
    for gone in (b"<cid>4670123456</cid>", b"<dty>0003</dty>"):
        told = await client.send(SAMPLE.replace(gone, b""), ref="A1B2C3")
        assert told.response.answer.snu == 7
    await client.close()
    assert desk.came == []
    assert [one.snu for one in desk.refused] == [7, 7]


@pytest.mark.parametrize("kind", ["application/xml", "application/scaip+xml"])
@pytest.mark.parametrize(("wanted", "apart"), [(Delivery.IN_ANSWER, False), (Delivery.SEPARATE, True)])
async def test_a_refusal_is_told_the_way_that_was_agreed(
    desk: Desk, kind: str, wanted: Delivery, apart: bool
) -> None:
    desk.delivery = wanted
    client = await ScaipClient.open(host="127.0.0.1", port=desk.port)
    told = await client.send(SAMPLE.replace(b"<dty>0003</dty>", b""), ref="A1B2C3", content_type=kind)
    await client.close()
    assert (told.response.answer.snu, told.apart) == (7, apart)


async def test_a_missing_reference_is_told_seven_without_one(tcp: Tcp) -> None:
    tcp.send(message(SAMPLE.replace(b"<ref>A1B2C3</ref>", b"")))
    got = await tcp.next()
    assert status(got) == 200
    assert b"<mrs><snu>7</snu>" in got


async def test_malformed_xml_is_told_two_by_its_reference_else_400(desk: Desk, tcp: Tcp) -> None:
    tcp.send(message(SAMPLE[:-6], branch="b1"))
    assert b"<ref>A1B2C3</ref><snu>2</snu>" in await tcp.next()
    tcp.send(message(b"<mrq><ref>", branch="b2"))
    assert status(await tcp.next()) == 400
    assert [(one.snu, one.status) for one in desk.refused] == [(2, 200), (None, 400)]


async def test_billion_laughs_reach_nobody(desk: Desk, tcp: Tcp) -> None:
    tcp.send(message(LAUGHS))
    assert b"<snu>2</snu>" in await tcp.next()
    assert desk.came == []


async def test_a_handler_that_fails_acknowledges_nothing(desk: Desk) -> None:
    desk.failing = True
    client = await ScaipClient.open(host="127.0.0.1", port=desk.port, transport="TCP")
    with pytest.raises(SipRefused) as refused:
        await client.send(SAMPLE, ref="A1B2C3")
    assert refused.value.status == 500
    desk.failing = False
    assert (await client.send(SAMPLE, ref="A1B2C3")).response.answer.snu == 0
    await client.close()


async def test_a_handler_that_never_ends_is_given_up_with_503(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(handle_seconds=0.1))
    desk.gate = asyncio.Event()
    client = await ScaipClient.open(host="127.0.0.1", port=desk.port)
    with pytest.raises(SipRefused) as refused:
        await client.send(SAMPLE, ref="A1B2C3")
    assert refused.value.status == 503
    await client.close()


async def test_a_sender_without_a_receiver_is_told_so() -> None:
    client = await ScaipClient.open(host="127.0.0.1", port=9)
    with pytest.raises(NoAnswer):
        await client.send(SAMPLE, ref="A1B2C3", seconds=0.2)
    await client.close()


async def test_over_tls_where_there_is_a_certificate(open_desk: Opened, tmp_path: Path) -> None:
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"],
        check=False, capture_output=True,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("no openssl to make a certificate with")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    desk = await open_desk(tls=context, tls_port=0)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    client = await ScaipClient.open(
        host="127.0.0.1", port=desk.receiver.endpoint.tls_port, transport="TLS", tls=trusting
    )
    assert (await client.send(SAMPLE, ref="A1B2C3")).apart
    assert desk.came[0].transport == "TLS"
    await client.close()


async def test_the_answer_goes_to_the_port_that_was_asked_for(desk: Desk, udp: Udp) -> None:
    """Without rport an honest Via says the port (RFC 3261 18.2.2); one that names another host is behind a translator."""
    other = message(transport="UDP", via="SIP/2.0/UDP 10.9.8.7:5060;branch=x1", kind="application/xml")
    udp.transport.sendto(other)
    got = await udp.next()
    assert b"received=127.0.0.1" in got
    async for listening in udp_to(desk.port):
        port = listening.transport.get_extra_info("sockname")[1]
        udp.transport.sendto(message(transport="UDP", via=f"SIP/2.0/UDP 127.0.0.1:{port};branch=x2"))
        assert status(await listening.next()) == 200
    assert await udp.silence()
