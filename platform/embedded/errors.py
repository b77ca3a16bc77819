"""What can go wrong when the embedded services start, each with a sentence for the person at the keyboard."""

from pathlib import Path


class EmbeddedError(Exception):
    """The embedded services could not start or stop; `str(error)` is one line meant for a person."""


class FolderInUse(EmbeddedError):
    """Another process holds the state folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            f"Datamappen {folder} används redan av process {holder}: stoppa den eller välj en annan mapp. "
            f"(The state folder is in use.)"
        )


class NoUnprivilegedUser(EmbeddedError):
    """Root can't hand the state folder to anybody: neither by dropping privileges nor by a user namespace."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"PostgreSQL vägrar köra som root, och ingen annan användare når {folder}: välj en mapp under "
            f"/var/tmp. (PostgreSQL refuses root and nobody else can reach the state folder.)"
        )


class ServiceFailed(EmbeddedError):
    """A service ended or stayed silent while starting; the last line of its log is quoted."""

    def __init__(self, name: str, log: Path) -> None:
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        last = lines[-1] if lines else "ingen logg"
        self.last_lines = "\n".join(lines[-5:])
        super().__init__(f"{name} startade inte: {last} (se {log})")
