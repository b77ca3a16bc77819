"""PostgreSQL as a child process, with durable settings left as they are and no address listened on."""

import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from embedded.binaries import Binaries
from embedded.errors import ServiceFailed
from embedded.identity import Identity
from embedded.process import POLL_SECONDS, Child, stop_orphan
from embedded.state import StateFolder

NAME = "postgres"
STILL_IN_USE = "pre-existing shared memory block"
PATIENCE_SECONDS = 15
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "max_locks_per_transaction": "256",  # a dump locks every table of every municipality
    "unix_socket_permissions": "0700",
    "dynamic_shared_memory_type": "mmap",  # works where /dev/shm is small
}


class Postgres:
    """One cluster in `<state>/pg`, with the database and the superuser both called `app`."""

    def __init__(self, state: StateFolder, identity: Identity, binaries: Binaries) -> None:
        self._state = state
        self._identity = identity
        self._bin = binaries.postgres_bin
        self._data = state.path / "pg"
        self._child: Child | None = None

    @property
    def url(self) -> str:
        return self._url("app")

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self._child.running else None

    def start(self) -> None:
        """Make the cluster if there is none, start it and wait until it answers. Raises ServiceFailed."""
        if not self._data.exists():
            self._initialise()
        stop_orphan(self._data / "postmaster.pid", str(self._data))
        command: list[str | Path] = [self._bin / "postgres", "-D", self._data, "-k", self._state.sockets]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        self._start_when_free(command)
        self._create_database()

    def stop(self) -> None:
        """Fast shutdown: SIGINT ends the clients' sessions, where SIGTERM would wait for them to leave."""
        if self._child:
            self._child.stop([signal.SIGINT, signal.SIGQUIT])
            self._child = None

    def kill(self) -> None:
        """`kill -9`, as a power cut would."""
        if self._child:
            self._child.kill()
            self._child = None

    def _start_when_free(self, command: list[str | Path]) -> None:
        """Sessions of a killed server may live for a moment and hold its memory; PostgreSQL then refuses."""
        log = self._state.log(NAME)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            self._child = Child("PostgreSQL", self._identity.spawn(command, log), log)
            try:
                return self._child.wait_until(self._answers)
            except ServiceFailed as error:
                if STILL_IN_USE not in error.last_lines or time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS * 10)

    def _initialise(self) -> None:
        """initdb into `pg.new`, renamed last, so that an interrupted one never counts as a cluster.

        The locale is said outright: without LANG initdb would make an SQL_ASCII cluster. C.UTF-8 of the
        builtin provider gives upper and lower case for å ä ö; sorting is the platform's own.
        """
        unfinished = self._data.with_name("pg.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._identity.own(unfinished)
        command: list[str | Path] = [self._bin / "initdb", "-D", unfinished, "-U", "app", "-A", "trust"]
        command += ["-E", "UTF8", "--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"]
        log = self._state.log("initdb")
        process: subprocess.Popen[bytes] = self._identity.spawn(command, log)
        if process.wait() != 0:
            raise ServiceFailed("initdb", log)
        unfinished.rename(self._data)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self._url("postgres"), connect_timeout=5):
            return True
        return False

    def _create_database(self) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = 'app'").fetchone():
                connection.execute("create database app")

    def _url(self, database: str) -> str:
        return f"postgresql://app@/{database}?host={quote(str(self._state.sockets), safe='')}"
