"""Three implementations that owe us nothing: they read what we build, and we read what they build.

Where they are wrong they are not asked: siadc09 loses the leading zeros of an account, and pysiaalarm and my-dc09-spt
know fewer shapes than the standard.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import siadc09
from hypothesis import given
from hypothesis import strategies as st
from my_dc09_spt.msg import dc03_msg, dc05_msg, dc09_msg
from pysiaalarm import SIAAccount
from pysiaalarm.event import SIAEvent
from siadc09 import account as oracle_account
from siadc09 import dc03, dc05
from siadc09 import message as oracle
from siadc09 import xdata as oracle_xdata

from alarms.receivers.dc09.building import (
    adm_cid,
    build,
    build_ack,
    build_duh,
    build_encrypted,
    build_encrypted_ack,
    build_nak,
    null,
    sia_dcs,
)
from alarms.receivers.dc09.contents import Event, cid_events, sia_events
from alarms.receivers.dc09.frames import EncryptedFrame, Frame, decrypt, parse
from alarms.receivers.dc09.meaning import read_event
from alarms.receivers.dc09.timestamps import within_window

AT = datetime(2026, 1, 15, 12, 0, 0, tzinfo=UTC)
KEYS = [b"0123456789abcdef", b"0123456789abcdef01234567", b"0123456789abcdef0123456789abcdef"]
NUMBERS = st.integers(0x100, 0xFFFFFFFFFFFFFFFF)
EVENTS = st.from_regex(r"Nri[1-9]/(FA|BA|YT|RP)[0-9]{1,3}", fullmatch=True)
TEXTS = st.text("ABCxyz åäö123.,-", min_size=1, max_size=30)
FRAMES = st.builds(
    lambda account, seq, receiver, line, event, text, at: Frame(
        id="SIA-DCS",
        sequence=f"{seq:04d}",
        receiver=receiver,
        line=line,
        account=account,
        data=f"#{account}|{event}",
        extended=(("I", text),),
        timestamp=at,
    ),
    account=NUMBERS.map("{:X}".format),
    seq=st.integers(0, 9999),
    receiver=st.just("") | st.integers(1, 0xFFFFFF).map("{:X}".format),
    line=st.integers(0, 0xFFFFFF).map("{:X}".format),
    event=EVENTS,
    text=TEXTS,
    at=st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
)  # fmt: skip


def theirs(frame: Frame, key: bytes | None = None) -> oracle.EventMessage:
    """The same message as siadc09 has it."""
    account = oracle_account.Account(
        acct=int(frame.account, 16),
        pref=int(frame.line or "0", 16) or None,
        rcvr=int(frame.receiver, 16) if frame.receiver else None,
        key=key,
    )
    return oracle.EventMessage(
        account,
        config={
            "idtoken": frame.id,
            "seqno": int(frame.sequence),
            "data": oracle_xdata.Data(content=frame.data.encode()),
            "xdata": [oracle_xdata.XData("I", frame.extended[0][1], encoding="utf_8")],
            "timestamp": frame.timestamp,
        },
    )


@given(FRAMES)
def test_siadc09_builds_the_same_bytes(frame: Frame) -> None:
    assert theirs(frame).encode() == build(frame)


@given(FRAMES, st.sampled_from(KEYS))
def test_siadc09_opens_what_we_encrypt(frame: Frame, key: bytes) -> None:
    read = siadc09.message.parse_frame(build_encrypted(frame, key=key), keys=key)
    assert read.encrypted
    assert (read.idtoken, f"{read.seq:04d}", f"{read.account.acct:X}") == (
        frame.id,
        frame.sequence,
        frame.account,
    )
    assert read.timestamp == frame.timestamp
    assert read.xdata[0].value == frame.extended[0][1]
    assert [str(block) for block in read.data.blocks]


@given(FRAMES, st.sampled_from(KEYS))
def test_we_open_what_siadc09_encrypts(frame: Frame, key: bytes) -> None:
    sealed = parse(theirs(frame, key).encode())
    assert isinstance(sealed, EncryptedFrame)
    opened = decrypt(sealed, key)
    assert (opened.data, opened.extended, opened.timestamp) == (frame.data, frame.extended, frame.timestamp)


@pytest.mark.parametrize("key", KEYS)
def test_siadc09_takes_our_answers_and_we_take_its_own(key: bytes) -> None:
    request = parse(build(sia_dcs(account="1234", sequence="0042", event="NFA1")))
    for told, name in ((build_ack(request), "ACK"), (build_duh(request), "DUH")):
        assert oracle.parse_frame(told).idtoken == name
    told = oracle.parse_frame(build_encrypted_ack(request, key=key, now=AT), keys=key)
    assert (told.idtoken, told.seq, told.timestamp, told.encrypted) == ("ACK", 42, AT, True)
    account = oracle_account.Account(acct=0x1234, key=key)
    answer = parse(oracle.AckMessage(account, 42, AT).encode())
    assert isinstance(answer, EncryptedFrame)
    assert decrypt(answer, key).timestamp == AT
    nak = parse(oracle.NakMessage(account, AT).encode())
    assert isinstance(nak, Frame)
    assert (nak.id, nak.timestamp) == ("NAK", AT)


def test_siadc09_loses_the_zeros_that_we_keep() -> None:
    frame = build(null(account="0012"))
    assert parse(frame).account == "0012"
    assert b"#012[" in oracle.NullMessage(oracle.parse_frame(frame).account).encode()


def test_every_code_of_the_standards_is_known_here() -> None:
    ours = {code: read_event(Event(code=code)) for code in (*dc03.BLOCK["N"]["block"], *dc05.EVENT)}
    assert len(ours) > 400
    unknown = {code for code, read in ours.items() if not read.known}
    assert unknown == {"703", *map(str, range(750, 790))} & set(dc05.EVENT)  # each installation's own


def by_pysiaalarm(frame: bytes, account: str, key: bytes | None = None) -> SIAEvent:
    known = SIAAccount(account, key.decode() if key else None)
    return SIAEvent.from_line(frame.decode().strip("\r\n"), {account: known})


@pytest.mark.parametrize("key", [None, *KEYS])
def test_pysiaalarm_reads_what_our_probe_sends(key: bytes | None) -> None:
    for frame in (
        sia_dcs(account="0012", sequence="0001", event="Nri1/FA001", at=AT),
        adm_cid(account="0012", sequence="0002", code="110", zone="001", at=AT),
        null(account="0012", sequence="0003", at=AT),
    ):
        sent = build_encrypted(frame, key=key) if key else build(frame)
        read = by_pysiaalarm(sent, "0012", key)
        assert read.valid_message
        assert (read.account, read.sequence, read.timestamp) == ("0012", frame.sequence, AT)
        assert read.code == ("RP" if frame.id == "NULL" else "FA")


@pytest.mark.parametrize("key", [None, *KEYS])
def test_we_read_what_pysiaalarm_answers(key: bytes | None) -> None:
    frame = Frame(id="NULL", sequence="0003", receiver="1", account="0012", timestamp=datetime.now(UTC))
    sent = build_encrypted(frame, key=key) if key else build(frame)
    answer = parse(by_pysiaalarm(sent, "0012", key).create_response())
    assert (answer.id, answer.sequence, answer.account) == ("ACK", "0003", "0012")
    if isinstance(answer, EncryptedFrame):
        assert key is not None
        assert decrypt(answer, key).data == ""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("line", [None, 0, 0xABC])
@pytest.mark.parametrize("key", [None, KEYS[0], KEYS[2]])
def test_we_read_what_my_dc09_spt_dials_and_it_takes_our_answers(key: bytes | None, line: int | None) -> None:
    dialler = dc09_msg("0012", key=key, line=line)
    now = datetime.now(UTC)
    fire = dc03_msg.dc03event("0012", {"code": "FA", "area": 1, "zone": 7, "zonename": "Lab"})
    test = dc05_msg.dc05event("0012", {"code": 602})
    sent = {
        "SIA-DCS": (fire, (Event(code="FA", account="0012", area="1", zone="7", text="Lab"),)),
        "ADM-CID": (test, (Event(code="602", account="0012"),)),
        "NULL": ("]", ()),
    }
    for name, (message, events) in sent.items():
        frame = parse(dialler.dc09block(17, name, message).encode())
        request = decrypt(frame, key) if isinstance(frame, EncryptedFrame) and key else frame
        assert isinstance(request, Frame)
        assert (request.id, request.account, request.sequence, request.encrypted) == (
            name,
            "0012",
            "0017",
            bool(key),
        )
        assert (cid_events if name == "ADM-CID" else sia_events)(request.data) == events
        assert key is None or (request.timestamp is not None and within_window(request.timestamp, now))
        told = build_encrypted_ack(frame, key=key, now=now) if key else build_ack(frame)
        assert dialler.dc09answer(17, told.decode())[0] == "ACK"
        assert dialler.dc09answer(17, build_duh(frame).decode())[0] == "DUH"
        answer, offset = dialler.dc09answer(17, build_nak(now).decode())
        assert answer == "NAK"
        assert abs(offset) < 5
