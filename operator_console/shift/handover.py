"""What somebody who sits down must know, written by the log itself: nothing here is typed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.queries import audience, visible
from central.accounts.models import User
from central.municipalities.context import MunicipalityRef
from central.municipalities.directory import municipalities
from operator_console.live.store import present


class LastEar(Exception):
    """Nobody else at the centre has a console with sound on."""

    message = "Du är den sista med ljud på. Ingen skulle höra nästa larm. Vänta tills någon annan har börjat sitt pass."


@dataclass(frozen=True, slots=True)
class Picture:
    """Open work by what it asks for, most urgent first."""

    unanswered: list[WorkItem]
    offered: list[WorkItem]
    held: list[WorkItem]
    parked: list[WorkItem]
    municipalities: list[MunicipalityRef]
    on_duty: list[str]


def picture(user: User, now: datetime) -> Picture:
    """Everything open that this person may see."""
    items = list(visible(audience(user)).exclude(state=State.CLOSED))
    parked = [item for item in items if item.state == State.PARKED]
    parked.sort(key=lambda item: item.parked_until or now)
    return Picture(
        unanswered=[item for item in items if item.state == State.UNANSWERED],
        offered=[item for item in items if item.offered_to_id == user.pk],
        held=[item for item in items if item.state == State.HELD and item.claimed_by_id != user.pk],
        parked=parked,
        municipalities=municipalities(),
        on_duty=[person["name"] for person in present(now)],
    )


def check_an_ear_remains(user: User, now: datetime) -> None:
    """Raise LastEar unless another person's console has sound on."""
    if not any(person["sound"] and person["id"] != user.pk for person in present(now)):
        raise LastEar
