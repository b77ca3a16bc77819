"""The frames of the facts we were given: read as they are meant, and where they are ours to send, built byte by byte."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alarms.receivers.dc09 import building
from alarms.receivers.dc09.crc import crc_text
from alarms.receivers.dc09.errors import Malformed
from alarms.receivers.dc09.frames import EncryptedFrame, Frame, decrypt, parse

AT = datetime(2026, 1, 15, 12, 0, 0, tzinfo=UTC)
FRAMES = {
    '28330015"NULL"0000R0L0#1234[]': Frame(id="NULL", sequence="0000", receiver="0", account="1234"),
    '3D650026"SIA-DCS"0001L0#1234[#1234|Nri1/FA001]': Frame(
        id="SIA-DCS", sequence="0001", account="1234", data="#1234|Nri1/FA001"
    ),
    '1BC10012"ACK"0001L0#1234[]': Frame(id="ACK", sequence="0001", account="1234"),
    '67690025"NAK"0000R0L0A0[]_12:00:00,01-15-2026': Frame(
        id="NAK", sequence="0000", receiver="0", account="", timestamp=AT
    ),
    '251F0012"DUH"0001L0#1234[]': Frame(id="DUH", sequence="0001", account="1234"),
    '624B0027"ADM-CID"0002L0#1234[#1234|1110 00 001]': Frame(
        id="ADM-CID", sequence="0002", account="1234", data="#1234|1110 00 001"
    ),
    '40AB003C"SIA-DCS"0003R1L2#1234[#1234|Nri2/BA005]_12:00:00,01-15-2026': Frame(
        id="SIA-DCS", sequence="0003", receiver="1", line="2", account="1234", data="#1234|Nri2/BA005", timestamp=AT
    ),
    'F4D20029"SIA-DCS"0001RF3L77#1234[#1234|NRR|Atest]': Frame(
        id="SIA-DCS", sequence="0001", receiver="F3", line="77", account="1234", data="#1234|NRR|Atest"
    ),
    '96ED0016"SIA-DCS"0001L0#1234[]': Frame(id="SIA-DCS", sequence="0001", account="1234"),
    'E4410025"NAK"0000R0L0A0[]_16:20:01,09-24-2025': Frame(
        id="NAK",
        sequence="0000",
        receiver="0",
        account="",
        timestamp=datetime(2025, 9, 24, 16, 20, 1, tzinfo=UTC),
    ),
    '8C860043"SIA-DCS"9876R579BDFL789ABC#123456A[#123456A|NFA129][M1234567890AB]': Frame(
        id="SIA-DCS",
        sequence="9876",
        receiver="579BDF",
        line="789ABC",
        account="123456A",
        data="#123456A|NFA129",
        extended=(("M", "1234567890AB"),),
    ),
}  # fmt: skip
#: Its check sum and length end before the timestamp. The standard's go on to the CR, and so do ours.
UNCOUNTED = '87CD0037"ADM-CID"9876R579BDFL789ABC#12345A[#12345A|1110 00 129]_14:12:04,09-25-2011'
#: Encrypted by a third party with sixteen times A.
SEALED = (
    'E60E0096"*SIA-DCS"0007L0#ABCD['
    "ef1d3ad5d2866ea3b3e7834ba2ca5b61013028eac06586287a51648dfcff9f30"
    "b7965e0412131a66f08dc89380424e1becd595de096819d565328def06f1e3f8"
)


def wire(text: str) -> bytes:
    return b"\n" + text.encode() + b"\r"


@pytest.mark.parametrize("text", FRAMES)
def test_it_reads_every_vector(text: str) -> None:
    frame = parse(wire(text))
    assert frame == FRAMES[text]
    assert frame.crc == text[:4]


@pytest.mark.parametrize("text", FRAMES)
def test_it_builds_every_vector(text: str) -> None:
    assert building.build(FRAMES[text]) == wire(text)


def test_a_timestamp_left_out_of_the_count_is_read_all_the_same() -> None:
    frame = parse(wire(UNCOUNTED))
    assert frame == Frame(
        id="ADM-CID",
        sequence="9876",
        receiver="579BDF",
        line="789ABC",
        account="12345A",
        data="#12345A|1110 00 129",
        timestamp=datetime(2011, 9, 25, 14, 12, 4, tzinfo=UTC),
    )
    assert isinstance(frame, Frame)
    assert building.build(frame)[1:9] == b"9692004B"
    for other in (
        UNCOUNTED + "x",
        UNCOUNTED[:-1],
        UNCOUNTED.replace("0037", "0036"),
        UNCOUNTED.replace("]_", "_"),
    ):
        with pytest.raises(Malformed):
            parse(wire(other))


def test_it_opens_the_encrypted_vector() -> None:
    frame = parse(wire(SEALED))
    assert isinstance(frame, EncryptedFrame)
    opened = decrypt(frame, b"A" * 16)
    assert opened == Frame(
        id="SIA-DCS",
        sequence="0007",
        account="ABCD",
        data="#ABCD|Nri1/BA005",
        timestamp=datetime(2026, 11, 22, 3, 59, 7, tzinfo=UTC),
        encrypted=True,
    )
    assert opened.crc == "E60E"


def test_the_check_sum_is_the_one_of_the_standard() -> None:
    assert crc_text(b"123456789") == "BB3D"
    assert crc_text(b"") == "0000"


def test_the_answers_echo_character_by_character() -> None:
    for header in ("0001L0#1234", "0003R1L2#1234", "9876R579bdfL0#00a1", "0001L#7303658550", "0001#0012"):
        body = f'"NULL"{header}[]'
        frame = parse(f"\n{crc_text(body.encode())}{len(body):04X}{body}\r".encode())
        for name, told in (("ACK", building.build_ack(frame)), ("DUH", building.build_duh(frame))):
            assert told[9:-1] == f'"{name}"{header}[]'.encode()


def test_the_nak_tells_the_time_and_echoes_nothing() -> None:
    assert building.build_nak(AT) == wire('67690025"NAK"0000R0L0A0[]_12:00:00,01-15-2026')


def test_the_messages_of_a_probe_are_those_of_a_panel() -> None:
    assert building.build(building.sia_dcs(account="1234", sequence="0001", event="Nri1/FA001")) == wire(
        '3D650026"SIA-DCS"0001L0#1234[#1234|Nri1/FA001]'
    )
    assert building.build(building.adm_cid(account="1234", sequence="0002", code="110", zone="001")) == wire(
        '624B0027"ADM-CID"0002L0#1234[#1234|1110 00 001]'
    )
    assert parse(building.build(building.null(account="0012"))).account == "0012"
