"""The measured processes: the platform's web process and the floor, really started, with what they use."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from tests.benchmarks.installation import TRANSMITTERS, Installation
from tests.benchmarks.load import Order
from tests.support.processes import ROOT, Process, free_port
from tests.support.processes import Web as WebProcess

LOAD_TIMEOUT = 300


@dataclass(slots=True)
class Server:
    """A running server under measure."""

    name: str
    port: int
    pid: int
    installation: Installation

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def load(self, *, consoles: int, offset: int = 0, **order: Any) -> dict[str, Any]:
        """Run the load program against this server; its result with the server's CPU and memory beside."""
        whole = Order(
            port=self.port,
            host=self.host,
            transmitters=TRANSMITTERS,
            keys=self.installation.keys,
            cookies=self.installation.cookies[:consoles],
            offset=offset,
            **order,
        )
        process = psutil.Process(self.pid)
        database = psutil.Process(self.installation.pids["postgres"])
        before, alone_before, database_before = _cpu_of_tree(process), _cpu(process), _cpu_of_tree(database)
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.load"],
            input=json.dumps(asdict(whole)).encode(),
            capture_output=True,
            cwd=ROOT,
            timeout=LOAD_TIMEOUT,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"lastprogrammet stannade:\n{done.stderr.decode()[-2000:]}")
        told: dict[str, Any] = json.loads(done.stdout)
        seconds = told["converged"]
        told["server_cpu"] = (_cpu_of_tree(process) - before) / seconds
        told["web_cpu"] = (_cpu(process) - alone_before) / seconds
        told["database_cpu"] = (_cpu_of_tree(database) - database_before) / seconds
        told["rss_mb"] = self.rss_mb()
        return told

    def rss_mb(self) -> float:
        """Of the server and the processes it has started."""
        process = psutil.Process(self.pid)
        family = [process, *process.children(recursive=True)]
        return float(sum(one.memory_info().rss for one in family) / 1e6)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _cpu_of_tree(process: psutil.Process) -> float:
    """Of a process and its living children; the tree of PostgreSQL changes little while a load runs."""
    total = _cpu(process)
    for child in process.children(recursive=True):
        try:
            total += _cpu(child)
        except psutil.NoSuchProcess:
            continue
    return total


@contextmanager
def platform(installation: Installation, server: str = "daphne") -> Iterator[Server]:
    """``central web`` as in production."""
    web = WebProcess(server)
    try:
        yield Server(server, web.port, web.pid, installation)
    finally:
        web.stop()


@contextmanager
def floor(installation: Installation) -> Iterator[Server]:
    """The floor beside it, on the same PostgreSQL."""
    port = free_port()
    process = Process(["tests.benchmarks.floor", str(port), installation.floor_url])
    try:
        _wait(port)
        yield Server("floor", port, process.pid, installation)
    finally:
        process.stop()


def _wait(port: int) -> None:
    import socket
    import time

    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("golvet startade inte")
