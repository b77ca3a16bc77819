"""The carrier simulator as a process of its own, and a small client to order weather and faults and ask the oracle."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, TOKEN, NUMBER = "ACprov", "prov-token", "+46701740605"
PUBLIC_BASE = "https://central.test"


class Carrier:
    """A running simulator."""

    def __init__(self, base: str, process: subprocess.Popen[bytes]) -> None:
        self.base = base
        self.process = process

    def oracle(self) -> dict[str, Any]:
        answer: dict[str, Any] = requests.get(f"{self.base}/oracle.json", timeout=10).json()
        return answer

    def count(self, what: str, number: str = "") -> int:
        told = self.oracle()
        counts = told["numbers"].get(number, {}) if number else told["counts"]
        return int(counts.get(what, 0))

    def fault(self, kind: str, to: str = "*", times: int | None = None) -> None:
        self._post("/faults", {"kind": kind, "to": to, "times": times})

    def weather(self, **values: float) -> None:
        self._post("/weather", values)

    def answer(self, number: str, body: str) -> str:
        return str(self._post("/answer", {"number": number, "body": body})["sid"])

    def habit(self, number: str, kind: str, **more: Any) -> None:
        """How the number behaves when it is called: person, busy, dead, never, voicemail, key."""
        self._post("/habit", {"number": number, "kind": kind, **more})

    def do(self, sid: str, what: str) -> None:
        """What a person does with a call: answer, reject, hangup, digit:1."""
        self._post("/call", {"sid": sid, "do": what})

    def calls(self, number: str = "") -> list[dict[str, Any]]:
        """Every call (to the number) with what it was asked for by and what was heard."""
        told: list[dict[str, Any]] = requests.get(f"{self.base}/calls.json", timeout=10).json()["calls"]
        return [call for call in told if number in ("", call["number"])]

    def reset(self) -> None:
        self._post("/reset", {})
        self.weather(pace=0, patience=1, shuffle=0, repeat=0)

    def _post(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(self.base + path, json=told, timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def running(*more: str) -> Iterator[Carrier]:
    """A simulator on a free port of its own; its socket is opened here, so nobody has to wait for it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        command = [
            sys.executable, "-m", "central.carriers.simulator", "--fd", str(listening.fileno()),
            "--account", ACCOUNT, "--token", TOKEN, "--number", NUMBER, "--pace", "0",
            "--inbound-url", f"{PUBLIC_BASE}/carrier/twilio/inbound/", *more,
        ]  # fmt: skip
        env = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
        process = subprocess.Popen(command, pass_fds=[listening.fileno()], env=env, cwd=ROOT)
    try:
        yield Carrier(base, process)
    finally:
        process.terminate()
        process.wait(15)


def use(settings: Any, carrier: Carrier) -> None:
    """Point the platform's own adapter at this simulator."""
    settings.TWILIO_ACCOUNT_SID = ACCOUNT
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.TWILIO_FROM = NUMBER
    settings.TWILIO_API_BASE = carrier.base
    settings.PUBLIC_BASE_URL = PUBLIC_BASE


def eventually(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something another process does; fails only if it never does."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError("it never happened")
        time.sleep(0.02)
