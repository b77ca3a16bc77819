"""One child process: wait until it answers, stop it, and clear away what an earlier life left behind."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from embedded.errors import ServiceFailed

POLL_SECONDS = 0.02


class Child:
    """A running service."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait_until(self, answers: Callable[[], bool], *, seconds: float = 60) -> None:
        """Poll `answers` until it is true. Raises ServiceFailed when the child ends or `seconds` pass."""
        deadline = time.monotonic() + seconds
        while not answers():
            if not self.running or time.monotonic() > deadline:
                self.kill()
                raise ServiceFailed(self.name, self.log)
            time.sleep(POLL_SECONDS)

    def stop(self, signals: Sequence[signal.Signals], *, seconds: float = 20) -> None:
        """Send each signal in turn, waiting `seconds` for it to work; SIGKILL last."""
        for number in signals:
            if not self.running:
                break
            self._process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """`kill -9` the child and everything it started; returns when all of it is gone."""
        family: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(self.pid).children(recursive=True) if self.running else []
        self._process.kill()
        self._process.wait()
        _gone, alive = psutil.wait_procs(family, timeout=5)
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(alive, timeout=5)


def stop_orphan(pid_file: Path, mark: str, *, seconds: float = 30) -> None:
    """Stop the process that `pid_file` names, if `mark` stands on its command line; SIGKILL after `seconds`.

    The caller holds the state folder, so whoever runs there is an orphan. Without the mark the number has
    been given to a stranger since, who is left alone; then the file is removed, since it would only mislead.
    The file of a dead process stays: PostgreSQL finds by it what that one left in shared memory.
    """
    try:
        orphan = psutil.Process(int(pid_file.read_text().split()[0]))
        ours = any(mark in word for word in orphan.cmdline())
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        return
    if not ours:
        pid_file.unlink(missing_ok=True)
        return
    family = [orphan]
    with suppress(psutil.NoSuchProcess):
        family += orphan.children(recursive=True)
        orphan.send_signal(signal.SIGINT)
    _gone, alive = psutil.wait_procs(family, timeout=seconds)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
