"""Real processes of the platform for tests: started on free ports, always stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = Path(os.environ.get("TEST_LOGS", "/tmp"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_module(
    module: str, *arguments: str, within: Sequence[str] = (), environment: dict[str, str] | None = None
) -> str:
    """``python -m module`` to its end, below the command ``within``; what it printed last.

    Raises RuntimeError with the end of its errors.
    """
    done = subprocess.run(
        [*within, sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout.strip().splitlines()[-1]


class Process:
    """One child; ``kill`` is -9, ``stop`` asks politely first."""

    def __init__(self, arguments: Sequence[str], environment: dict[str, str] | None = None) -> None:
        self.arguments = list(arguments)
        self.environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **(environment or {}),
        }
        self.start()

    def start(self) -> None:
        self.log = (LOGS / f"tc-test-{os.getpid()}-{self.arguments[-1].replace('/', '_')[:40]}.log").open(
            "ab"
        )
        self.popen = subprocess.Popen(
            [sys.executable, "-m", *self.arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def kill(self) -> None:
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(10)

    def stop(self) -> int:
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
        self.log.close()
        return self.popen.returncode

    def output(self) -> str:
        return Path(self.log.name).read_text(errors="replace")


def command(*arguments: str, **environment: str) -> Process:
    """``central <arguments>`` as a child."""
    return Process(["config.cli", *arguments], environment)


class Web(Process):
    """The web process on a free port, ready when it answers."""

    def __init__(self, server: str = "daphne", port: int | None = None, **environment: str) -> None:
        self.port = port or free_port()
        self.base = f"http://localhost:{self.port}"
        super().__init__(
            ["config.cli", "web", "--server", server, "--port", str(self.port)],
            {"PUBLIC_BASE_URL": self.base, **environment},
        )
        try:
            self.wait()
        except BaseException:
            self.kill()
            raise

    def wait(self, seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.popen.poll() is not None:
                raise RuntimeError(f"the web process stopped:\n{self.output()[-3000:]}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2)
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the web process never answered:\n{self.output()[-3000:]}")

    def restart(self) -> None:
        self.start()
        self.wait()


@contextmanager
def web(server: str = "daphne", **environment: str) -> Iterator[Web]:
    process = Web(server, **environment)
    try:
        yield process
    finally:
        process.stop()


def eventually[Found](check: Callable[[], Found], seconds: float = 20.0, every: float = 0.05) -> Found:
    """The first true value of ``check()``; an AssertionError when none came in time."""
    end = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"never true: {check}")
        time.sleep(every)
