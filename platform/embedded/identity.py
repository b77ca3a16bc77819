"""Who the services run as. PostgreSQL refuses root, so root has to become somebody else in the child."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from embedded.errors import NoUnprivilegedUser

PR_SET_PDEATHSIG = 1
NOBODY_INSIDE = 65534


@dataclass(frozen=True, slots=True)
class Identity:
    """How a child is started: as ourselves, as another user, or as another user in a namespace of its own.

    `user` is None when the child keeps our own uid outside, as it does in a user namespace, where root is
    called 65534 inside and files stay root's outside.
    """

    user: int | None = None
    group: int | None = None
    namespace: bool = False

    def own(self, folder: Path) -> None:
        """Let the child's user own `folder`, closed to everybody else."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if self.user is not None and self.group is not None:
            os.chown(folder, self.user, self.group)

    def spawn(self, command: list[str | Path], log: Path) -> subprocess.Popen[bytes]:
        """Start `command` in a session of its own; it gets SIGINT if the thread that called this dies."""
        with log.open("ab") as out:
            return subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd="/",
                env={"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath},
                start_new_session=True,
                preexec_fn=self._enter,
                user=self.user,
                group=self.group,
                extra_groups=[] if self.user is not None else None,
            )

    def can(self, *command: str | Path) -> bool:
        """Whether this identity manages to run `command` to success."""
        try:
            done = subprocess.run(
                [str(part) for part in command],
                cwd="/",
                capture_output=True,
                check=False,
                preexec_fn=self._enter,
                user=self.user,
                group=self.group,
                extra_groups=[] if self.user is not None else None,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0

    def _enter(self) -> None:
        """Runs in the child between fork and exec, after the change of user, which would clear the signal."""
        if self.namespace:
            os.unshare(os.CLONE_NEWUSER)
            for name, text in (
                ("setgroups", "deny"),
                ("uid_map", f"{NOBODY_INSIDE} 0 1"),
                ("gid_map", f"{NOBODY_INSIDE} 0 1"),
            ):
                Path("/proc/self", name).write_text(text)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def choose(folder: Path) -> Identity:
    """The identity that reaches `folder` and that PostgreSQL accepts. Raises NoUnprivilegedUser."""
    if os.geteuid() != 0:
        return Identity()
    folder.chmod(0o711)
    user = pwd.getpwnam(os.environ.get("EMBED_USER", "nobody"))
    dropped = Identity(user=user.pw_uid, group=user.pw_gid)
    if dropped.can("/bin/sh", "-c", 'cd "$0"', folder):
        return dropped
    inside = Identity(namespace=True)
    if sys.platform == "linux" and inside.can("/bin/sh", "-c", 'cd "$0"', folder):
        return inside
    raise NoUnprivilegedUser(folder)
