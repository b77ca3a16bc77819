"""The whole demo as a process of its own, on free ports, in a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import eventually

ROOT = Path(__file__).resolve().parents[2]
PORTS = ("PORT", "SIMULATOR_PORT", "DC09_PORT", "SCAIP_PORT")
UP = 120.0
"""Seconds until everything is laid out and running, on a busy machine."""


@dataclass(frozen=True)
class Demo:
    """A running demo; ``environment`` is what another terminal beside it would have."""

    process: subprocess.Popen[bytes]
    ports: dict[str, int]
    folder: Path
    environment: dict[str, str]
    output: Path

    @property
    def base(self) -> str:
        return f"http://localhost:{self.ports['PORT']}"

    @property
    def phones(self) -> str:
        return f"http://localhost:{self.ports['SIMULATOR_PORT']}/"

    def town(self, slug: str) -> str:
        """A municipality's own address."""
        return self.base.replace("//localhost", f"//{slug}.localhost")


def free_ports() -> dict[str, int]:
    """One for each setting of the demo."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in PORTS]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return {name: probe.getsockname()[1] for name, probe in zip(PORTS, probes, strict=True)}


@contextmanager
def running(folder: Path) -> Iterator[Demo]:
    """``make demo`` without traffic; SIGINT is inherited as ignored, as in ``make demo &``."""
    ports, output = free_ports(), folder / "output"
    ours = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in ours} | {
        **{name: str(port) for name, port in ports.items()},
        "DEMO_DIR": str(folder / "demo"), "TRAFFIC": "off", "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }  # fmt: skip
    with output.open("w") as out:
        command = ["/bin/sh", "-c", "trap '' INT; exec \"$0\" -m demo", sys.executable]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        eventually(lambda: "är igång" in output.read_text() or process.poll() is not None, UP)
        assert process.poll() is None, output.read_text()
        yield Demo(process, ports, folder / "demo", environment, output)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
