"""What the sheets offer: colleagues, cases that may belong together, contacts on duty, safe points."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.queries import visible
from central.accounts.capabilities import rights_of
from central.accounts.models import User
from central.municipalities.context import MunicipalityRef
from operator_console.case.colleagues import colleagues
from operator_console.case.ladder import callouts_of
from operator_console.case.safepoints import offered_points
from operator_console.duty.roster import on_duty
from operator_console.times import minute

MOST = 9
LAST = 99
"""The rank of nobody: after everybody of the function."""
NEAR_IN_TIME = timedelta(hours=12)

type Options = Callable[[WorkItem, MunicipalityRef, User, datetime], dict[str, Any]]


def hand_over(item: WorkItem, owner: MunicipalityRef, user: User, now: datetime) -> dict[str, Any]:
    """Colleagues on shift who may take the case; the one with the fewest cases first."""
    able = [one for one in colleagues(user) if one.may_take(item)]
    return {"operators": [{"id": one.id, "name": one.name, "note": one.note} for one in able[:MOST]]}


def link(item: WorkItem, owner: MunicipalityRef, user: User, now: datetime) -> dict[str, Any]:
    """Open cases of the same municipality, same place or kind first, then the nearest in time."""
    functions = rights_of(user).visible_functions(owner.id)
    others = visible(functions).filter(
        municipality_id=item.municipality_id, received_at__gt=item.received_at - NEAR_IN_TIME
    )
    likely = sorted(
        others.exclude(pk=item.pk).exclude(state=State.CLOSED)[:200],
        key=lambda one: (
            -((one.area == item.area and bool(item.area)) + (one.site == item.site and bool(item.site))),
            one.kind != item.kind,
            abs((one.received_at - item.received_at).total_seconds()),
        ),
    )
    return {
        "proposals": [
            {
                "id": str(one.pk),
                "label": one.headline,
                "note": f"{one.reference} · kom {minute(one.received_at)}",
            }
            for one in likely[:MOST]
        ]
    }


def call_out(item: WorkItem, owner: MunicipalityRef, user: User, now: datetime) -> dict[str, Any]:
    """Everybody on duty and each duty that has nobody, the case's own function first; who has been asked comes last."""
    lines = callouts_of(item.pk)
    asked = {(one.duty_name, one.rank) for one in lines}
    waiting = {(one.duty_name, one.rank) for one in lines if one.open}
    found: list[tuple[tuple[bool, bool, int], dict[str, Any]]] = []
    for duty in on_duty(now):
        foreign = duty.function != item.function
        for one in duty.people:
            key = (duty.name, one.rank)
            choice = {
                "duty": duty.code,
                "rank": one.rank,
                "label": f"{duty.name}: {one.name}",
                "note": _note(one.sms, one.number_end, one.until, key in waiting),
                "disabled": key in waiting,
            }
            found.append(((key in asked, foreign, one.rank), choice))
        if not duty.people:
            label, note = f"{duty.name}: ingen i tjänst", "skiftledaren får veta, beslutsfunktionen frågas"
            choice = {"duty": duty.code, "rank": 1, "label": label, "note": note, "disabled": False}
            found.append(((False, foreign, LAST), choice))
    found.sort(key=lambda pair: pair[0])
    return {"contacts": [choice for _, choice in found[:MOST]]}


def _note(sms: bool, number_end: str, until: str, waiting: bool) -> str:
    if waiting:
        return "väntar på svar"
    return f"{'sms' if sms else 'ringer'} …{number_end}" + (f" · i tjänst till {until}" if until else "")


def safe_points(item: WorkItem, owner: MunicipalityRef, user: User, now: datetime) -> dict[str, Any]:
    """The municipality's points, those of the same place that can be opened first."""
    return offered_points(item)


OPTIONS: dict[str, Options] = {
    "hand-over": hand_over,
    "link": link,
    "call-out": call_out,
    "safe-points": safe_points,
}
