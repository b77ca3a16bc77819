"""Somebody alone on the way or on site: after so long without a word they are asked, and unheard they are an alarm.

`Callout.safe_until` is the queue: when it passes they are asked by SMS, then by telephone, then it is an alarm for the
shift leader and a mark on the case. Any word of theirs starts their time anew. Each step is one transaction in the
case's lock, so that a killed clock is late and never asks twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from alarms.callouts import asking, links, showing, wording
from alarms.callouts.models import Callout, Run, State
from alarms.workqueue import changes, notices
from alarms.workqueue.models import Notice, WorkItem
from alarms.workqueue.models import State as ItemState
from central import phone
from central.carriers.posting import Message, post
from central.events.services import unit_of_work
from central.municipalities import directory
from central.municipalities.context import in_municipality
from tenants.oncall.models import Duty

PURPOSE = "callout_safety"
AFTER_SMS, AFTER_CALL = timedelta(minutes=2), timedelta(minutes=2)
"""How long an SMS and a telephone call are given before what comes next."""
MOST = 200


def restart(callout: Callout, run: Run | None, now: datetime) -> bool:
    """A word was heard from them: their time starts anew, or ends when they are done. Inside the locks; saved by the
    caller. Returns whether it had been an alarm that they were not heard.
    """
    was_unheard = callout.unheard_at is not None
    callout.safety_asked_at = callout.safety_rung_at = callout.unheard_at = callout.safe_until = None
    out = callout.on_way_at is not None or callout.on_site_at is not None
    if callout.state != State.ACCEPTED or not out or callout.done_at is not None:
        return was_unheard
    if run is not None and run.wanted > 1:
        return was_unheard  # a team looks after its own
    minutes = _minutes(callout)
    if minutes:
        begins = now
        if callout.on_site_at is None and callout.arrives_at is not None:
            begins = max(now, callout.arrives_at)
        callout.safe_until = begins + timedelta(minutes=minutes)
    return was_unheard


def due(now: datetime) -> QuerySet[Callout]:
    """Those whose time is out."""
    return Callout.objects.filter(safe_until__lte=now)


def advance(now: datetime) -> int:
    """For the clock: take everybody whose time is out one step on; how many."""
    ids = list(due(now).order_by("safe_until").values_list("pk", flat=True)[:MOST])
    return sum(_step(one, now) for one in ids)


def _step(callout_id: UUID, now: datetime) -> bool:
    with unit_of_work():
        item = changes.locked(Callout.objects.values_list("work_item_id", flat=True).get(pk=callout_id))
        callout = Callout.objects.select_for_update().get(pk=callout_id)
        if callout.safe_until is None or callout.safe_until > now:
            return False
        if item.state == ItemState.CLOSED or callout.state != State.ACCEPTED or callout.done_at is not None:
            callout.safe_until = None
            callout.save(update_fields=["safe_until"])
            return False
        if callout.safety_asked_at is None:
            _ask(item, callout, now)
        elif callout.safety_rung_at is None:
            _ring(item, callout, now)
        else:
            _alarm(item, callout, now)
    return True


def _ask(item: WorkItem, callout: Callout, now: datetime) -> None:
    owner = directory.by_id(item.municipality_id)
    callout.safety_asked_at, callout.safe_until = now, now + AFTER_SMS
    callout.save(update_fields=["safety_asked_at", "safe_until"])
    asking.inform(callout, owner, wording.are_you_safe(item, links.starred(owner)), now)
    showing.tell(item, [("safety_asked", wording.safety_line("sms", asking.name_of(callout)))], now)


def _ring(item: WorkItem, callout: Callout, now: datetime) -> None:
    owner = directory.by_id(item.municipality_id)
    letter = asking.letter_of(callout)
    callout.safety_rung_at, callout.safe_until = now, now + AFTER_CALL
    callout.save(update_fields=["safety_rung_at", "safe_until"])
    with in_municipality(owner):
        message = Message(
            callout.pk, PURPOSE, letter.number, wording.ARE_YOU_SAFE_SPOKEN, letter.contact_name, "voice"
        )
        try:
            post([message], municipality=owner, now=now)
        except phone.BadNumber:
            callout.safe_until = now
            callout.save(update_fields=["safe_until"])
    showing.tell(item, [("safety_asked", wording.safety_line("voice", letter.contact_name))], now)


def _alarm(item: WorkItem, callout: Callout, now: datetime) -> None:
    callout.unheard_at, callout.safe_until = now, None
    callout.save(update_fields=["unheard_at", "safe_until"])
    showing.show(
        item,
        None,
        [("unheard", wording.unheard_line(asking.name_of(callout), callout.duty_name))],
        None,
        now,
        touched=False,
    )
    notices.notify(Notice.Kind.UNHEARD, item=item, now=now)


def _minutes(callout: Callout) -> int:
    with in_municipality(directory.by_id(callout.municipality_id)):
        found = Duty.objects.filter(code=callout.duty).values_list("safe_minutes", flat=True).first()
    return found or 0
