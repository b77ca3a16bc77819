"""What a handover is written from: each part of the platform registers a section that tells how it stands now.

A section gives lines of what may stand on a shared board: kinds, areas, references and duties, never a resident.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

MOST = 40
"""Lines of one section; the rest are counted in one line."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line. ``function`` "" is for everybody; ``item_id`` where it is about a case."""

    text: str
    function: str = ""
    item_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """``work(now)`` gives its lines, the most pressing first."""

    code: str
    title: str
    work: Callable[[datetime], list[Told]]


_sections: dict[str, Section] = {}


def register(code: str, title: str, work: Callable[[datetime], list[Told]]) -> None:
    """In the order in which they are registered; registered again it is replaced where it stands."""
    _sections[code] = Section(code, title, work)


def title(code: str) -> str:
    """What the section is called; its code when nobody has it any more."""
    return _sections[code].title if code in _sections else code


def written(now: datetime) -> list[tuple[str, Told]]:
    """Every section's lines as they are now, each with its section's code."""
    found: list[tuple[str, Told]] = []
    for one in _sections.values():
        lines = one.work(now)
        found += [(one.code, line) for line in lines[:MOST]]
        if len(lines) > MOST:
            found.append((one.code, Told(f"och {len(lines) - MOST} till")))
    return found
