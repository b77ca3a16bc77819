"""Processes that die come back, ports that are taken are told of, and the whole demo starts and stops."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from demo import ports
from demo.children import Child, stop_all
from demo.environment import BadPort, Choices, of_children, saved
from tests.demo.running import running
from tests.support.processes import eventually

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_told_before_anything_starts(taken: int, tmp_path: Path) -> None:
    environment = {**os.environ, "PORT": str(taken), "DEMO_DIR": str(tmp_path / "demo")}
    done = subprocess.run(
        [sys.executable, "-m", "demo"],
        env=environment | {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == f"{ports.PortTaken(taken, 'PORT')}\n"
    assert not (tmp_path / "demo").exists()


def test_a_taken_datagram_port_is_told_of_too() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        with pytest.raises(ports.PortTaken, match=f"SCAIP_PORT={port + 10} make demo"):
            ports.check(port, "SCAIP_PORT")
        ports.check(port, "PORT")


def test_the_receivers_ports_are_the_usual_ones_or_follow_the_webs() -> None:
    assert list(Choices.of({}).ports.values()) == [8000, 8001, 10009, 15060]
    assert list(Choices.of({"PORT": "8123"}).ports.values()) == [8123, 8124, 8125, 8126]
    assert Choices.of({"PORT": "8123", "DC09_PORT": "9000"}).dc09_port == 9000
    for wrong in ({"SCAIP_PORT": "sip"}, {"DC09_PORT": "0"}, {"DC09_PORT": "8001"}, {"PORT": "65534"}):
        with pytest.raises(BadPort):
            Choices.of(wrong)


def test_a_child_that_dies_is_started_again_and_told_of(tmp_path: Path) -> None:
    said: list[str] = []
    child = Child("klocka", [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ), tmp_path)
    child.start()
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)

    def again() -> bool:
        child.tend(said.append)
        return child.pid not in {None, first}

    try:
        eventually(again, 5)
        assert len(said) == 1
        assert "klocka tog slut (signal 9)" in said[0]
    finally:
        stop_all([child])
    assert child.pid is None


def test_a_child_that_ignores_the_request_is_killed_in_time(tmp_path: Path) -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    child = Child("envis", [sys.executable, "-c", stubborn], dict(os.environ), tmp_path)
    child.start()
    eventually(lambda: child.log.exists() and child.log.read_text(), 5)
    started = time.monotonic()
    stop_all([child], seconds=0.5)
    assert time.monotonic() - started < 3


def test_the_environment_is_kept_for_other_terminals(tmp_path: Path) -> None:
    choices = Choices.of({"DEMO_DIR": str(tmp_path), "PORT": "8123"})
    made = of_children(choices, database_url="postgresql://app@/app?host=%2Fx", redis_url="unix:///x/v.sock")
    again = of_children(choices, database_url="postgresql://app@/app?host=%2Fx", redis_url="unix:///x/v.sock")
    assert made["SECRET_KEY"] == again["SECRET_KEY"] == saved(tmp_path)["SECRET_KEY"]
    assert saved(tmp_path)["PUBLIC_BASE_URL"] == "http://localhost:8123"
    assert (saved(tmp_path)["DC09_PORT"], saved(tmp_path)["SCAIP_PORT"]) == ("8125", "8126")
    assert (tmp_path / "env").stat().st_mode & 0o077 == 0


def test_the_demo_starts_answers_and_stops_within_ten_seconds(tmp_path: Path) -> None:
    with running(tmp_path) as demo:
        with urllib.request.urlopen(f"{demo.base}/healthz", timeout=10) as answer:
            assert answer.status == 200
        heard = [demo.ports[name] for name in ("DC09_PORT", "SCAIP_PORT")]
        eventually(lambda: all(ports.answers(port) for port in heard), 30)
        family = psutil.Process(demo.process.pid).children(recursive=True)
        started = time.monotonic()
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(10) == 0
        assert time.monotonic() - started < 10
        _gone, alive = psutil.wait_procs(family, timeout=1)
        assert alive == []
        assert demo.output.read_text().rstrip().endswith("Allt är stoppat.")
