"""Which console this process serves, so that a screen left open over an upgrade learns that it is old."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent


@cache
def version() -> str:
    """Twelve hex digits over the console's scripts, styles and templates; the same in every process of one release."""
    digest = sha256()
    for folder in (HERE / "static", HERE / "templates"):
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            digest.update(path.relative_to(HERE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
