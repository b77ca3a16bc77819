"""SIPp, an independent SIP peer, sends us its own MESSAGEs and reads our answers by its own rules."""

from __future__ import annotations

import asyncio
import shutil
import warnings
from pathlib import Path

import pytest

from alarms.receivers.scaip.response import Answer
from tests.alarms.receivers.scaip.conftest import Desk

SIPP = shutil.which("sipp")
CALLS = 100
BODY = (
    '<?xml version="1.0" encoding="UTF-8"?><{root}><ref>R[call_number]</ref><mty>ME</mty><cid>4670123456</cid>'
    "<dty>0003</dty><stc>0010</stc></{root}>"
)
SEND = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="a controller">
  <send retrans="500"><![CDATA[
MESSAGE sip:receiver@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:4670123456@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:receiver@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 MESSAGE
Content-Type: {kind}
Content-Length: [len]

{body}
]]></send>
  <recv response="200">
    {expect}
  </recv>
  {then}
</scenario>
"""
CHECKED = '<action><ereg regexp="snu.0./snu" search_in="body" check_it="true" assign_to="1"/></action>'
#: Our MESSAGE belongs to no call of SIPp's: it is taken by this scenario.
OUT_OF_CALL = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="our answer, apart">
  <recv request="MESSAGE">
    <action><ereg regexp="snu.0./snu" search_in="body" check_it="true" assign_to="1"/></action>
  </recv>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
  <Reference variables="1"/>
</scenario>
"""


@pytest.fixture
def sipp() -> str:
    if not SIPP:
        told = "NO SIPP FOUND: no independent SIP peer was heard. Install sip-tester."
        warnings.warn(told, stacklevel=1)
        pytest.skip(told)
    return SIPP


@pytest.mark.parametrize("mode", ["u1", "t1"])
async def test_sipps_messages_are_answered_in_the_200(
    sipp: str, desk: Desk, tmp_path: Path, mode: str
) -> None:
    scenario = SEND.format(
        kind="application/xml", body=BODY.format(root="scaip"), expect=CHECKED,
        then='<Reference variables="1"/>',
    )  # fmt: skip
    await run(sipp, desk, tmp_path, scenario, mode)
    assert len(desk.came) == CALLS
    assert len({one.request.ref for one in desk.came}) == CALLS


async def test_sipp_sees_when_it_is_told_another_number(sipp: str, desk: Desk, tmp_path: Path) -> None:
    """The comparison can fail."""
    desk.answer = Answer(snu=5)
    scenario = SEND.format(
        kind="application/xml", body=BODY.format(root="scaip"), expect=CHECKED,
        then='<Reference variables="1"/>',
    )  # fmt: skip
    with pytest.raises(AssertionError):
        await run(sipp, desk, tmp_path, scenario, "u1")


async def test_sipp_takes_and_confirms_our_answers_apart(sipp: str, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "apart.xml").write_text(OUT_OF_CALL)
    scenario = SEND.format(
        kind="application/scaip+xml",
        body=BODY.format(root="mrq"),
        expect="",
        then='<pause milliseconds="1000"/>',
    )
    await run(sipp, desk, tmp_path, scenario, "u1", "-oocsf", "apart.xml")
    assert len(desk.came) == CALLS
    assert desk.counts["apart_confirmed"] == CALLS


async def run(sipp: str, desk: Desk, folder: Path, scenario: str, mode: str, *more: str) -> None:
    (folder / "scenario.xml").write_text(scenario)
    process = await asyncio.create_subprocess_exec(
        sipp, f"127.0.0.1:{desk.port}", "-sf", "scenario.xml", "-i", "127.0.0.1", "-m", str(CALLS), "-r", "100",
        "-t", mode, "-timeout", "30", "-timeout_error", "-nostdin", "-trace_err", *more,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    errors = "".join(path.read_text() for path in folder.glob("*errors.log"))
    assert process.returncode == 0, out.decode()[-2000:] + errors[:2000]
