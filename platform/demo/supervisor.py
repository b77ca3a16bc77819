"""Everything from one command: services, tables, region, processes, traffic; and a clean stop.

Signals only set a flag; every wait looks at it, so Ctrl-C works at any moment of the start too.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import embedded
from demo import ports, summary
from demo.children import Child, spawn, stop_all
from demo.environment import BadPort, Choices, of_children

START_SECONDS = 90
TEND_SECONDS = 0.3
CENTRAL = [sys.executable, "-m", "config.cli"]


class Stopped(Exception):
    """The person asked for a stop while the demo was still starting."""


class Failed(Exception):
    """A step of the start failed; `str(error)` is one line for a person."""


class Supervisor:
    """One run of the demo."""

    def __init__(self, choices: Choices, say: Callable[[str], None]) -> None:
        self._choices = choices
        self._say = say
        self._asked = threading.Event()
        self._children: list[Child] = []
        self._environment: dict[str, str] = {}
        self._embedded: embedded.Services | None = None

    def catch_signals(self) -> None:
        """Our own handlers, also where the shell had told us to ignore SIGINT (`make demo &`)."""

        def ask(_number: int, _frame: FrameType | None) -> None:
            self._asked.set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, ask)

    def run(self) -> None:
        """Start, keep and stop everything. Raises PortTaken, EmbeddedError and Failed."""
        for setting, port in self._choices.ports.items():
            ports.check(port, setting)
        with ExitStack() as stack:
            database_url, redis_url = self._services(stack)
            self._environment = of_children(self._choices, database_url=database_url, redis_url=redis_url)
            try:
                self._step("demo_world", "Lägger ut databasen och regionen …")
                self._start_processes()
                self._say(summary.text(self._choices, self._codes()))
                while not self._asked.wait(TEND_SECONDS):
                    self._tend()
            except Stopped:
                pass
            finally:
                self._say("\nStoppar …")
                stop_all(self._children)
        self._say("Allt är stoppat.")

    def _services(self, stack: ExitStack) -> tuple[str, str]:
        """The addresses of PostgreSQL and Valkey: those given, or our own."""
        given = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
        if all(given):
            return given
        self._say(f"Startar PostgreSQL och Valkey i {self._choices.folder} …")
        services = self._embedded = stack.enter_context(embedded.start(self._choices.folder))
        return given[0] or services.database_url, given[1] or services.redis_url

    def _start_processes(self) -> None:
        choices = self._choices
        simulator = ["simulator", "--port", str(choices.simulator_port)]
        simulator += ["--state", str(choices.folder / "phones.jsonl")]
        simulator += ["--account", self._environment["TWILIO_ACCOUNT_SID"]]
        simulator += ["--token", self._environment["TWILIO_AUTH_TOKEN"]]
        simulator += ["--number", self._environment["TWILIO_FROM"]]
        simulator += ["--inbound-url", f"{choices.centre_url}/carrier/twilio/inbound/"]
        simulator += ["--deliver-to", f"http://127.0.0.1:{choices.port}"]
        celery = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool", "threads"]
        self._keep("web", [*CENTRAL, "web", "--port", str(choices.port)])
        self._keep("simulator", [*CENTRAL, *simulator])
        self._keep("worker", [*celery, "--concurrency", "4", "--loglevel", "WARNING"])
        self._keep("clock", [*CENTRAL, "clock"])
        self._keep("auditor", [*CENTRAL, "auditor"])
        self._keep("receivers", [*CENTRAL, "receivers"])
        self._say("Startar processerna …")
        self._wait_for_web()
        if choices.traffic:
            self._keep("traffic", [sys.executable, "-m", "demo.traffic"])
        self._keep(
            "equipment",
            [sys.executable, "-m", "demo.equipment", *([] if choices.traffic else ["--silent"])],
        )

    def _keep(self, name: str, command: list[str]) -> None:
        child = Child(name, command, self._environment, self._choices.folder)
        child.log.unlink(missing_ok=True)
        child.start()
        self._children.append(child)

    def _tend(self) -> None:
        """The services first: what the processes need before they are started again."""
        if self._embedded:
            self._embedded.tend(self._say)
        for child in self._children:
            child.tend(self._say)

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not ports.answers(self._choices.port):
            if self._asked.wait(TEND_SECONDS):
                raise Stopped
            self._tend()
            if time.monotonic() > deadline:
                raise Failed(f"Webben svarar inte. Se {self._choices.folder}/logs/web.log")

    def _step(self, command: str, what: str) -> None:
        """Run one command of the platform to its end, showing what it says."""
        self._say(what)
        log = self._log(command)
        process = spawn([*CENTRAL, command], self._environment, log)
        shown = 0
        while True:
            ended = process.poll() is not None
            lines = log.read_text(errors="replace").splitlines()
            for line in lines[shown:] if ended else lines[shown:-1]:
                self._say(f"  {line}")
            shown = len(lines) if ended else max(shown, len(lines) - 1)
            if ended:
                break
            if self._asked.wait(TEND_SECONDS):
                process.terminate()
                process.wait()
                raise Stopped
        if process.returncode != 0:
            raise Failed(f"{command} misslyckades. Se {log}")

    def _codes(self) -> dict[str, str]:
        """Current codes by user name; accounts keep their second factor when a later run doesn't require it."""
        marker = self._choices.folder / "totp"
        if self._choices.require_totp:
            marker.touch()
        if not marker.exists():
            return {}
        done = subprocess.run(
            [*CENTRAL, "demo_codes"], env=self._environment, capture_output=True, text=True, check=False
        )
        return dict(line.split() for line in done.stdout.splitlines() if len(line.split()) == 2)

    def _log(self, name: str) -> Path:
        log = self._choices.folder / "logs" / f"{name}.log"
        log.unlink(missing_ok=True)
        return log


def main() -> int:
    """`python -m demo`: 0 after a clean stop, 1 with one line on stderr otherwise."""
    try:
        choices = Choices.of(dict(os.environ))
    except BadPort:
        print(
            "PORT, SIMULATOR_PORT, DC09_PORT och SCAIP_PORT ska vara olika heltal från 1 till 65535.",
            file=sys.stderr,
        )
        return 1
    supervisor = Supervisor(choices, lambda line: print(line, flush=True))
    supervisor.catch_signals()
    try:
        supervisor.run()
    except (ports.PortTaken, embedded.EmbeddedError, Failed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
