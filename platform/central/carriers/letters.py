"""Where numbers and texts are kept: with the municipality, never here. Registered by the composition root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from central.municipalities.context import MunicipalityRef


class Letter(Protocol):
    """A message's number (E.164), text and the contact's name."""

    @property
    def number(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def contact_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A message's letter before it is stored."""

    leg_id: UUID
    number: str
    body: str
    contact_name: str


class Letters(Protocol):
    """Stores and reads in the municipality's schema, in the caller's transaction."""

    def store(
        self,
        leg_id: UUID,
        municipality: MunicipalityRef,
        number: str,
        body: str,
        contact_name: str,
        direction: str,
        now: datetime,
    ) -> None: ...

    def store_many(
        self, kept: Sequence[Kept], municipality: MunicipalityRef, direction: str, now: datetime
    ) -> None: ...

    def read(self, leg_id: UUID, municipality: MunicipalityRef) -> Letter: ...


class NoLetters(Exception):
    """A message was to be sent or read before any keeper of letters was registered."""


_keeper: list[Letters] = []


def register(keeper: Letters) -> None:
    _keeper[:] = [keeper]


def keeper() -> Letters:
    """The registered keeper. Raises NoLetters."""
    if not _keeper:
        raise NoLetters("central.carriers.letters.register has not been called")
    return _keeper[0]
