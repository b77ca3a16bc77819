"""Changing when many faults become one case. It counts in every process within seconds; what is gathered stays so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from alarms.workqueue import gathering_rules
from alarms.workqueue.errors import BadInput
from alarms.workqueue.following import follows
from alarms.workqueue.gathering_rules import GATHERED_KINDS
from alarms.workqueue.models import GatheringRule, Presence, WorkItem
from alarms.workqueue.queries import audience
from central.accounts.capabilities import CENTRE_MANAGE, SHIFT_LEAD, NotAllowed, rights_of
from central.accounts.models import User
from central.audit.services import record
from central.events.services import unit_of_work
from central.kinds import KINDS
from central.municipalities.directory import centre, municipalities

WINDOW, THRESHOLD = range(1, 121), range(2, 1001)
RATE_WINDOW = timedelta(minutes=10)
PRESENT = timedelta(seconds=30)


def may_change(user: User) -> bool:
    """Whoever manages the centre or leads the shift."""
    rights, here = rights_of(user), centre().id
    return rights.can(CENTRE_MANAGE, here) or rights.can(SHIFT_LEAD, here)


def change_rule(
    *,
    kind: str,
    municipality_id: int | None,
    threshold: int,
    window_minutes: int,
    active: bool,
    by: User,
    now: datetime,
) -> GatheringRule:
    """Make the rule of a kind what is said; ``municipality_id`` None for all that have none of their own.

    Raises NotAllowed, and BadInput naming the field.
    """
    if not may_change(by):
        raise NotAllowed(SHIFT_LEAD)
    if kind not in GATHERED_KINDS:
        name = KINDS[kind].name if kind in KINDS else "Den sorten"
        raise BadInput("kind", f"{name} samlas aldrig. Varje sådant larm är ett eget ärende.")
    if municipality_id is not None and municipality_id not in {one.id for one in municipalities()}:
        raise BadInput("municipality", "Välj en kommun i listan.")
    if threshold not in THRESHOLD:
        raise BadInput("threshold", "Antalet objekt är 2–1000.")
    if window_minutes not in WINDOW:
        raise BadInput("window", "Tiden är 1–120 minuter.")
    which: dict[str, Any] = {"kind": kind, "municipality_id": municipality_id}
    said = {"threshold": threshold, "window_minutes": window_minutes, "active": active}
    with unit_of_work():
        rule, _ = GatheringRule.objects.select_for_update().get_or_create(**which, defaults=said)
        before = {name: getattr(rule, name) for name in said}
        for name, value in said.items():
            setattr(rule, name, value)
        rule.changed_at, rule.changed_by_id = now, by.pk
        rule.save()
        _note("gathering.rule_changed", rule, by, now, before=before, **said)
    gathering_rules.forget()
    return rule


def remove_rule(*, rule_id: int, by: User, now: datetime) -> None:
    """A municipality's own rule goes; that of all counts there again. Raises NotAllowed and BadInput."""
    if not may_change(by):
        raise NotAllowed(SHIFT_LEAD)
    with unit_of_work():
        rule = GatheringRule.objects.select_for_update().filter(pk=rule_id).first()
        if rule is None or rule.municipality_id is None:
            raise BadInput("kind", "Bara en kommuns egen regel kan tas bort. Slå av den andra i stället.")
        _note("gathering.rule_removed", rule, by, now)
        rule.delete()
    gathering_rules.forget()


def _note(verb: str, rule: GatheringRule, by: User, now: datetime, **details: object) -> None:
    record(
        verb, actor_id=by.pk, actor_name=by.name, municipality_id=rule.municipality_id or centre().id,
        subject=rule.kind, details={"municipality": rule.municipality_id, **details}, at=now,
    )  # fmt: skip


def alarm_rate(user: User, now: datetime) -> tuple[int, int, int]:
    """New alarms in ten minutes among what this person sees, the operators at a console, the objects gathered besides.

    What gathers is one alarm, with those that came before it and follow it; exercises are left out.
    """
    items = WorkItem.objects.filter(
        ~follows(), received_at__gt=now - RATE_WINDOW, exercise=False, function__in=audience(user)
    ).values_list("gathers", flat=True)
    operators = Presence.objects.filter(seen_at__gt=now - PRESENT).values("user_id").distinct().count()
    return len(items), max(1, operators), sum(items)
