"""Where and who an alarm is about, in one shape for a site and for a resident: what the part shows of either."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to call, in order. ``number`` as Swedes write it, "" where there is none; ``about``: role, hours, keys."""

    name: str
    number: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing or a plan; ``url`` "" where only its place is told."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A site or a resident. ``hazards``: the gravest first. ``codes``: None until they have been asked for."""

    kind: str
    id: int | UUID
    name: str
    address: str
    hazards: list[str]
    facts: list[tuple[str, str]]
    people_title: str
    people: list[Person]
    drawings: list[Drawing] = field(default_factory=list)
    has_codes: bool = False
    codes: list[tuple[str, str]] | None = None
    protected: bool = False
    masked: bool = False
