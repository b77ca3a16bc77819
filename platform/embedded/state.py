"""The state folder: who holds it, and where its sockets are."""

import fcntl
import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO

from embedded.errors import FolderInUse

# A unix socket's path holds 107 bytes on Linux and 103 on macOS, and PostgreSQL adds "/.s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 80


class StateFolder:
    """Holds the folder for one process at a time, by a lock that the kernel drops if the process dies."""

    def __init__(self, folder: Path) -> None:
        """Raises FolderInUse."""
        self.path = folder.resolve()
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock: IO[str] = (self.path / "lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.seek(0)
            holder = self._lock.read().strip() or "?"
            self._lock.close()
            raise FolderInUse(self.path, holder) from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    @property
    def sockets(self) -> Path:
        """The folder for unix sockets: in the state folder, or a short one where that path is too long."""
        inside = self.path / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"embedded-{os.geteuid()}-{digest}"

    def log(self, name: str) -> Path:
        return self.path / f"{name}.log"

    def release(self) -> None:
        """Let go of the folder. Safe to call twice."""
        self._lock.close()
