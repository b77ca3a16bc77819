"""The receivers' process: what it tells of itself, SCAIP over TLS, and what it says when it can't start."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from alarms.intake.models import Signal
from alarms.receivers.dc09 import building
from alarms.receivers.dc09.client import Panel
from alarms.receivers.scaip.client import ScaipClient
from tests.support.certificates import certificate
from tests.support.incoming import transmitter
from tests.support.processes import ROOT, free_port
from tests.support.receivers import Receivers, receivers

ACCOUNT, CONTROLLER = "0A1234", "46701740605"


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def open_panel(process: Receivers) -> Iterator[tuple[asyncio.Runner, Panel]]:
    with asyncio.Runner() as runner:
        panel = runner.run(Panel.connect("127.0.0.1", process.dc09_port, account=ACCOUNT, clock=now))
        try:
            yield runner, panel
        finally:
            panel.close()


def asked(url: str, token: str = "") -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_its_own_figures_are_told_on_a_port_beside(committed: None, storkoping: Any) -> None:
    transmitter(storkoping, ACCOUNT)
    port = free_port()
    with (
        receivers(RECEIVERS_METRICS_PORT=str(port), METRICS_TOKEN="a-token-of-the-test") as process,
        open_panel(process) as (runner, panel),
    ):
        runner.run(panel.null())
        runner.run(panel.say(building.sia_dcs(account=ACCOUNT, sequence="0000", event="Nri1/FA001")))
        told = {path: asked(f"http://127.0.0.1:{port}/{path}") for path in ("healthz", "readyz", "metrics")}
        status, figures = asked(f"http://127.0.0.1:{port}/metrics", "a-token-of-the-test")
    assert told["healthz"] == (200, '{"status":"ok"}')
    assert told["readyz"][0] == 200
    assert json.loads(told["readyz"][1])["database"]["state"] == "ok"
    assert told["metrics"][0] == 403
    assert status == 200
    lines = figures.splitlines()
    assert 'tc_frames_received_total{outcome="stored",protocol="dc09"} 1.0' in lines
    assert 'tc_receiver_connections{protocol="dc09"} 1.0' in lines
    assert 'tc_receiver_connections{protocol="scaip"} 0.0' in lines
    assert "tc_signal_kept_seconds_count 1.0" in lines
    assert ACCOUNT not in figures


def test_scaip_is_heard_over_tls_where_a_certificate_is_set(
    committed: None, storkoping: Any, tmp_path: Path
) -> None:
    transmitter(storkoping, CONTROLLER, protocol="scaip")
    chain, key = certificate(tmp_path)
    port = free_port()
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><mrq><ref>A1B2C3</ref><ver>01.00</ver><mty>ME</mty>'
        f"<cid>{CONTROLLER}</cid><dty>0003</dty><did>12345678</did><stc>0010</stc></mrq>"
    ).encode()
    trusting = ssl.create_default_context(cafile=str(chain))

    async def press() -> int:
        client = await ScaipClient.open(host="127.0.0.1", port=port, transport="TLS", tls=trusting)
        try:
            return (await client.send(body, ref="A1B2C3")).response.answer.snu
        finally:
            await client.close()

    settings = {
        "SCAIP_TLS_CERTIFICATE": str(chain), "SCAIP_TLS_KEY": str(key), "SCAIP_TLS_PORT": str(port),
    }  # fmt: skip
    with receivers(**settings):
        assert asyncio.run(press()) == 0
    assert Signal.objects.get().item_id is not None


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (["--dc09-port=0", "--scaip-port=0"], {}, "Ingen mottagare har någon port"),
        (["--scaip-port=1"], {"SCAIP_TLS_CERTIFICATE": "chain.pem"}, "Sätt både"),
        (
            ["--scaip-port=1"],
            {"SCAIP_TLS_CERTIFICATE": "/missing", "SCAIP_TLS_KEY": "/missing"},
            "kan inte läsas",
        ),
    ],
)
def test_a_wrong_setting_is_said_and_not_tried_again(
    words: list[str], environment: dict[str, str], said: str
) -> None:
    """Exit status 78, on which the unit doesn't start it anew."""
    done = subprocess.run(
        [sys.executable, "-m", "config.cli", "receivers", *words],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", **environment},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 78
    assert said in done.stderr
    unit = (ROOT / "deploy/systemd/trygghetscentral-receivers.service").read_text()
    assert "RestartPreventExitStatus=78" in unit
