"""A data volume that can be filled: a small tmpfs in a mount namespace of its own, or else a limit on file size.

The tmpfs gives PostgreSQL the real ENOSPC. It needs root or user namespaces; where neither is had, PostgreSQL's
processes are forbidden to let any file grow (RLIMIT_FSIZE), which it meets as a disk it cannot write to at all.
"""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path
from typing import Protocol

import psutil

NAMESPACES = (["unshare", "-m"], ["unshare", "-U", "-r", "-m"])
BLOCK = 64 * 1024


def namespace() -> list[str]:
    """The command that may mount; empty when none may."""
    for words in NAMESPACES:
        probe = [*words, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]
        try:
            if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
                return list(words)
        except OSError:
            continue
    return []


def mount(folder: Path, megabytes: int) -> None:
    """A tmpfs at the folder; only inside such a namespace. Raises CalledProcessError."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def unmount(folder: Path) -> None:
    """Lazily: whoever still stands there does not matter."""
    subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


class Disk(Protocol):
    """``fill`` is called again and again while the disk is to be full; ``free`` gives the room back."""

    def fill(self) -> None: ...
    def free(self) -> None: ...


class Tmpfs:
    """Somebody else's file takes what is left, also what PostgreSQL gives back meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as ballast:
            for size in (1024 * 1024, BLOCK, 4096):
                try:
                    while ballast.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self._ballast.unlink()


class FileLimit:
    """No file of PostgreSQL's may grow past one page. Its processes ignore SIGXFSZ and get EFBIG."""

    def __init__(self, postmaster: int) -> None:
        self._postmaster = postmaster

    def _limit(self, size: int) -> None:
        if not psutil.pid_exists(self._postmaster):
            return
        postmaster = psutil.Process(self._postmaster)
        for one in [postmaster, *postmaster.children(recursive=True)]:
            try:
                resource.prlimit(one.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            except ProcessLookupError:
                continue

    def fill(self) -> None:
        self._limit(8192)

    def free(self) -> None:
        self._limit(resource.RLIM_INFINITY)
