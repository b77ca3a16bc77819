"""PostgreSQL and Valkey together, held by this process."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from embedded import binaries
from embedded.identity import choose
from embedded.keeping import Keeper
from embedded.postgres import Postgres
from embedded.state import StateFolder
from embedded.valkey import Valkey


class Services:
    """Both services, running. They end with this process, also when it is killed.

    Make it in a thread that lives as long as the services should: Linux ties a child's fate to the *thread*
    that started it.
    """

    def __init__(self, state_dir: Path) -> None:
        """Raises FolderInUse, NoUnprivilegedUser, ServiceFailed."""
        self._state = StateFolder(state_dir)
        try:
            identity = choose(self._state.path)
            programs = binaries.installed()
            if not identity.can(programs.postgres_bin / "postgres", "-V"):
                programs = binaries.copied(programs, self._state.path)
            self.postgres_bin = programs.postgres_bin
            identity.own(self._state.sockets)
            self._postgres = Postgres(self._state, identity, programs)
            self._valkey = Valkey(self._state, identity, programs)
            try:
                self._postgres.start()
                self._valkey.start()
            except BaseException:
                self._valkey.stop()
                self._postgres.stop()
                raise
        except BaseException:
            self._state.release()
            raise
        self._keepers = [
            Keeper("PostgreSQL", self._postgres, self._state.log("postgres")),
            Keeper("Valkey", self._valkey, self._state.log("valkey")),
        ]

    @property
    def database_url(self) -> str:
        """For psycopg and DATABASE_URL: `postgresql://app@/app?host=<socket folder>`."""
        return self._postgres.url

    @property
    def redis_url(self) -> str:
        """For redis-py and REDIS_URL: `unix://<socket>`. Celery's form of it is `redis+socket://<socket>`."""
        return self._valkey.url

    @property
    def pids(self) -> dict[str, int]:
        """The service's name to its process id, for those that run."""
        found = {"postgres": self._postgres.pid, "valkey": self._valkey.pid}
        return {name: pid for name, pid in found.items() if pid is not None}

    def restart_postgres(self, *, immediate: bool) -> None:
        """Stop and start PostgreSQL; `immediate` kills it with signal 9 first, as a power cut would."""
        if immediate:
            self._postgres.kill()
        else:
            self._postgres.stop()
        self._postgres.start()

    def tend(self, say: Callable[[str], None]) -> None:
        """Start again, on its data, what has died, telling it in a line. Call it a few times a second, from the
        thread that made this object."""
        for keeper in self._keepers:
            keeper.tend(say)

    def stop_valkey(self) -> None:
        self._valkey.stop()

    def start_valkey(self) -> None:
        self._valkey.start()

    def stop(self) -> None:
        """Stop both and let go of the state folder. Safe to call twice."""
        self._valkey.stop()
        self._postgres.stop()
        self._state.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
