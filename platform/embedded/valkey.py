"""Valkey as a child process on a unix socket. It carries doorbells only; losing it costs no data."""

import signal
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import redis

from embedded.binaries import Binaries
from embedded.identity import Identity
from embedded.process import Child, stop_orphan
from embedded.state import StateFolder

NAME = "valkey"
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",
}


class Valkey:
    """One server with its data in `<state>/valkey`."""

    def __init__(self, state: StateFolder, identity: Identity, binaries: Binaries) -> None:
        self._state = state
        self._identity = identity
        self._program = binaries.valkey
        self._data = state.path / "valkey"
        self._child: Child | None = None

    @property
    def socket(self) -> Path:
        return self._state.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self._child.running else None

    def start(self) -> None:
        """Start it and wait until it answers; does nothing when it runs already. Raises ServiceFailed."""
        if self.pid:
            return
        self._identity.own(self._data)
        pid_file = self._data / "valkey.pid"
        stop_orphan(pid_file, str(self.socket))  # Valkey writes its socket into its process title
        command: list[str | Path] = [self._program, "--unixsocket", self.socket]
        command += ["--dir", self._data, "--pidfile", pid_file]
        for name, value in SETTINGS.items():
            command += [f"--{name}", value]
        log = self._state.log(NAME)
        self._child = Child("Valkey", self._identity.spawn(command, log), log)
        self._child.wait_until(self._answers)

    def stop(self) -> None:
        if self._child:
            self._child.stop([signal.SIGINT])
            self._child = None

    def _answers(self) -> bool:
        with suppress(redis.RedisError), redis.Redis.from_url(self.url, socket_timeout=5) as client:
            return bool(client.ping())
        return False
