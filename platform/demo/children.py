"""The demo's processes: started together, started again when one dies, stopped together."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 60.0
"""A process that has run this long is forgiven its earlier deaths."""


def _tie_to_parent() -> None:
    """In the child: come to an end if the supervisor is killed; take signals as they come."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(command: Sequence[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C in the terminal reaches only the supervisor."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=_tie_to_parent,
        )


class Child:
    """One kept process. `tend` is called a few times a second and starts it again when it has died."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str], folder: Path) -> None:
        self.name = name
        self.log = folder / "logs" / f"{name}.log"
        self._command = list(command)
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started = self._again_at = 0.0
        self._deaths = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        self._started = time.monotonic()
        self._process = spawn(self._command, self._environment, self.log)

    def tend(self, say: Callable[[str], None]) -> None:
        """Notice a death, tell it, and start the process again after a pause that doubles each time."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._again_at:
                self.start()
        elif (code := self._process.poll()) is not None:
            self._deaths = 1 if now - self._started > STEADY_SECONDS else self._deaths + 1
            pause = min(FIRST_PAUSE * 2 ** (self._deaths - 1), LONGEST_PAUSE)
            self._process, self._again_at = None, now + pause
            say(f"{self.name} tog slut ({_ending(code)}) och startas om, {pause:.0f} s. Se {self.log}")

    def ask_to_stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop_by(self, deadline: float) -> None:
        """Wait until `deadline` (time.monotonic) and kill what is left then."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def stop_all(children: Sequence[Child], *, seconds: float = 6.0) -> None:
    """Ask all at once, wait for all together."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + seconds
    for child in children:
        child.stop_by(deadline)


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"kod {code}"
