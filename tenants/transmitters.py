"""How a municipality's registers ask about transmitters, which stand in a layer above: config joins the two.

Only the current municipality's own transmitters are ever told of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Known:
    """A transmitter in use; ``account`` is "" where nobody has told it since it began to be kept.

    ``at_home``: it stands at no named place, so it is somebody's.
    """

    id: int
    source: str
    account: str
    site: str
    area: str
    function: str
    at_home: bool

    @property
    def called(self) -> str:
        """What people know it by."""
        return f"{self.source}, konto {self.account}" if self.account else f"{self.source}, nr {self.id}"


class Directory(Protocol):
    """What config gives."""

    def own(self, ids: Collection[int] | None = None) -> list[Known]:
        """The municipality's transmitters, or those of them with these ids."""

    def with_accounts(self, accounts: Iterable[str]) -> dict[str, list[Known]]:
        """The municipality's transmitters by account as it is written; of several sources, several."""


class _Nobody:
    def own(self, ids: Collection[int] | None = None) -> list[Known]:
        return []

    def with_accounts(self, accounts: Iterable[str]) -> dict[str, list[Known]]:
        return {}


_directory: Directory = _Nobody()


def register(directory: Directory) -> None:
    """Called once by config."""
    global _directory
    _directory = directory


def own(ids: Collection[int] | None = None) -> list[Known]:
    """The current municipality's transmitters, or those of them with these ids."""
    return _directory.own(ids)


def with_accounts(accounts: Iterable[str]) -> dict[str, list[Known]]:
    """The current municipality's transmitters by account; an account that nobody has is not among the keys."""
    return _directory.with_accounts(accounts)


class NotOne(Exception):
    """The account names no transmitter, or more than one; ``message`` says which and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def pick(found: Collection[Known], account: str, source: str = "") -> Known:
    """The one that is meant. Raises NotOne."""
    those = [
        one for one in found if not source or one.source.casefold() == " ".join(source.split()).casefold()
    ]
    if not those:
        where = f" hos {source}" if source else ""
        raise NotOne(
            f"Kommunen har ingen sändare med kontot {account}{where}. "
            "Kontrollera det, eller be centralen registrera sändaren."
        )
    if len(those) > 1:
        names = ", ".join(one.source for one in those)
        raise NotOne(f"Flera källor har kontot {account}. Skriv också vilken: {names}.")
    return next(iter(those))
