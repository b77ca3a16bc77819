"""Who looks at the transmitters, and what she may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from alarms.workqueue.errors import Refused
from central.accounts.capabilities import (
    BOARD_VIEW,
    CASE_READ,
    INTAKE_MANAGE,
    SHIFT_LEAD,
    NotAllowed,
    require,
    rights_of,
)
from central.accounts.pages import host, person
from operator_console.transmitters import register
from operator_console.transmitters.register import Row, Wanted


class Gone(Refused):
    """No such transmitter for this person."""

    code = "unknown_transmitter"
    status = 404

    def __init__(self) -> None:
        super().__init__("Sändaren finns inte, eller så har du inte behörighet till den.")


@dataclass(frozen=True, slots=True)
class Viewer:
    """``functions``: whose rows she sees. ``reads``: she may open a case. ``manages``: she may set service. ``keeps``:
    the register is hers to change.
    """

    functions: frozenset[str]
    reads: bool
    manages: bool
    keeps: bool

    @property
    def knows_accounts(self) -> bool:
        """Whether she may tell one home's transmitter from another's: a case tells its account, the register too."""
        return self.reads or self.keeps

    def row(self, transmitter_id: int, now: datetime) -> Row:
        """One transmitter; raises Gone."""
        for found in register.these([transmitter_id], Wanted(self.functions), now):
            return found
        raise Gone


def viewer(request: HttpRequest) -> Viewer:
    """Who asks; raises NotAllowed unless she may see the board."""
    require(person(request), BOARD_VIEW, host(request))
    rights, here = rights_of(person(request)), host(request).id
    return Viewer(
        functions=rights.visible_functions(here),
        reads=rights.can(CASE_READ, here),
        manages=rights.can(INTAKE_MANAGE, here) or rights.can(SHIFT_LEAD, here),
        keeps=rights.can(INTAKE_MANAGE, here),
    )


def manager(request: HttpRequest) -> Viewer:
    """Who asks to change something; raises NotAllowed unless she manages the intake or leads the shift."""
    found = viewer(request)
    if not found.manages:
        raise NotAllowed(INTAKE_MANAGE)
    return found


def keeper(request: HttpRequest) -> Viewer:
    """Who asks to keep the register; raises NotAllowed unless she manages the intake."""
    found = viewer(request)
    if not found.keeps:
        raise NotAllowed(INTAKE_MANAGE)
    return found
