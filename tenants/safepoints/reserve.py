"""The public page as a file: what the proxy shows when nothing of ours answers. It says when it was true."""

from __future__ import annotations

import os
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from central.municipalities.context import MunicipalityRef, in_municipality
from tenants.safepoints import queries

STYLES = ("accounts/site.css", "safepoints/public.css")


def write(folder: Path, municipality: MunicipalityRef, hosts: list[str], now: datetime) -> None:
    """Put the page, whole, in ``<folder>/<host>.html`` for each host. Raises OSError, and DatabaseError when away."""
    with in_municipality(municipality):
        page = queries.public_page()
    text = render_to_string(
        "safepoints/public.html",
        {"municipality": municipality, "known": {"away": True, "read_at": now}, "page": page, "css": _css()},
    )
    for host in hosts:
        _replace(folder / f"{host}.html", text)


def read(folder: str, host: str) -> str | None:
    """The file's text, where there is one; ``host`` is one that we know."""
    try:
        return (Path(folder) / f"{host}.html").read_text(encoding="utf-8") if folder else None
    except OSError:
        return None


@cache
def _css() -> str:
    """All styles, said in the page itself: nobody is there to be asked for a file."""
    found = [finders.find(name) for name in STYLES]
    return "\n".join(Path(str(path)).read_text(encoding="utf-8") for path in found)


def _replace(path: Path, text: str) -> None:
    """A reader sees the old page or the new one, also after a power cut."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=".", delete=False, encoding="utf-8") as fresh:
        try:
            fresh.write(text)
            fresh.flush()
            os.fsync(fresh.fileno())
            os.chmod(fresh.name, 0o644)
            os.replace(fresh.name, path)
        except BaseException:
            os.unlink(fresh.name)
            raise
