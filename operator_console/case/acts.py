"""Every verb of the operator: ``POST /console/items/<id>/<action>/`` translates and makes one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from alarms.callouts import services as callouts
from alarms.stepping.doing import do_step
from alarms.workqueue import services
from alarms.workqueue.errors import BadInput
from alarms.workqueue.models import WorkItem
from central.accounts.models import User
from operator_console.answers import integer, text
from operator_console.case import safepoints
from operator_console.case.parking import wake_at

type Act = Callable[["Asked"], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to act on one case."""

    item_id: UUID
    operator: User
    data: dict[str, Any]
    now: datetime

    @property
    def who(self) -> dict[str, Any]:
        """The three arguments every service takes."""
        return {"item_id": self.item_id, "operator": self.operator, "now": self.now}


def _hand_over(asked: Asked) -> WorkItem:
    return services.hand_over(**asked.who, to_id=integer(asked.data, "to"), reason=text(asked.data, "reason"))


def _park(asked: Asked) -> WorkItem:
    return services.park(**asked.who, until=wake_at(asked.data, asked.now))


def _priority(asked: Asked) -> WorkItem:
    return services.change_priority(
        **asked.who, priority=integer(asked.data, "priority"), reason=text(asked.data, "reason")
    )


def _link(asked: Asked) -> WorkItem:
    return services.link(**asked.who, lead_id=identity(asked.data, "lead"))


def _note(asked: Asked) -> WorkItem:
    return services.note(**asked.who, text=text(asked.data, "text", longest=20_000))


def _step(asked: Asked) -> WorkItem:
    return services.tick_step(
        **asked.who, position=integer(asked.data, "position"), outcome=text(asked.data, "outcome")
    )


def _do_step(asked: Asked) -> None:
    do_step(**asked.who, position=integer(asked.data, "position"))


def _skip(asked: Asked) -> WorkItem:
    return services.skip_step(
        **asked.who, position=integer(asked.data, "position"), reason=text(asked.data, "reason")
    )


def _close(asked: Asked) -> WorkItem:
    last_words = text(asked.data, "text", longest=4_000)
    if last_words:
        services.note(**asked.who, text=last_words)
    return services.close(**asked.who, outcome=text(asked.data, "outcome"))


def _reopen(asked: Asked) -> WorkItem:
    return services.reopen(**asked.who, reason=text(asked.data, "reason"))


def _call_out(asked: Asked) -> None:
    position = asked.data.get("position")
    callouts.call_out_on_duty(
        **asked.who,
        duty=text(asked.data, "duty"),
        step_position=None if position is None else integer(asked.data, "position"),
        contact_rank=integer(asked.data, "rank") if "rank" in asked.data else 1,
    )


def _settle(asked: Asked) -> None:
    callouts.settle(
        **asked.who, callout_id=identity(asked.data, "callout"), answer=text(asked.data, "answer")
    )


def _hasten(asked: Asked) -> None:
    callouts.hasten(**asked.who, run_id=identity(asked.data, "run"), at=integer(asked.data, "at"))


def _call_off(asked: Asked) -> None:
    callouts.call_off(
        **asked.who, run_id=identity(asked.data, "run"), reason=text(asked.data, "reason", longest=40)
    )


def _report(asked: Asked) -> None:
    callouts.report(
        **asked.who,
        callout_id=identity(asked.data, "callout"),
        what=text(asked.data, "what", longest=10),
        minutes=None if asked.data.get("minutes") is None else integer(asked.data, "minutes"),
    )


def _safe_point(asked: Asked) -> None:
    safepoints.activate(**_point(asked), public_text=text(asked.data, "public_text", longest=500))
    if asked.data.get("position") is not None:  # asked from the instruction's step: that step is done
        services.tick_step(**asked.who, position=integer(asked.data, "position"))


def _point(asked: Asked) -> dict[str, Any]:
    return {
        "user": asked.operator,
        "item_id": asked.item_id,
        "point_id": identity(asked.data, "point"),
        "now": asked.now,
    }


def identity(data: dict[str, Any], name: str) -> UUID:
    """A UUID from the body; raises BadInput naming the field."""
    try:
        return UUID(str(data.get(name)))
    except ValueError:
        raise BadInput(name, "Välj ett i listan.") from None


ACTS: dict[str, Act] = {
    "claim": lambda asked: services.claim(**asked.who),
    "release": lambda asked: services.release(**asked.who),
    "hand-over": _hand_over,
    "accept": lambda asked: services.accept_offer(**asked.who),
    "decline": lambda asked: services.decline_offer(**asked.who),
    "park": _park,
    "priority": _priority,
    "link": _link,
    "note": _note,
    "step": _step,
    "do-step": _do_step,
    "skip": _skip,
    "close": _close,
    "reopen": _reopen,
    "undo": lambda asked: services.undo(**asked.who),
    "call-out": _call_out,
    "settle": _settle,
    "hasten": _hasten,
    "call-off": _call_off,
    "report": _report,
    "help": lambda asked: services.call_leader(**asked.who),
    "safe-point": _safe_point,
    "point-open": lambda asked: safepoints.mark_open(**_point(asked)),
    "point-close": lambda asked: safepoints.close(**_point(asked)),
}
