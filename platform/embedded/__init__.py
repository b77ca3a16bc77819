"""PostgreSQL and Valkey from wheels, as child processes, for the one-command run and for the tests.

    with embedded.start(Path(".demo")) as services:
        os.environ["DATABASE_URL"] = services.database_url

Works as root and not. Data is durable: default `fsync` and `synchronous_commit`, recovery after `kill -9`.
"""

from pathlib import Path

from embedded.errors import EmbeddedError, FolderInUse, NoUnprivilegedUser, ServiceFailed
from embedded.services import Services

__all__ = ["EmbeddedError", "FolderInUse", "NoUnprivilegedUser", "ServiceFailed", "Services", "start"]


def start(state_dir: Path) -> Services:
    """Start both services with their data in `state_dir`, made if missing; returns when both answer.

    Raises FolderInUse, NoUnprivilegedUser, ServiceFailed (all EmbeddedError, with a sentence for a person).
    """
    return Services(state_dir)
