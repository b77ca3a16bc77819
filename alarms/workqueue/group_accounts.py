"""What became of a group act: how many were done, which were left alone and why, and what an undo restored."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from alarms.workqueue.group_chunks import PARK_REASONS
from alarms.workqueue.groups import UNDO
from alarms.workqueue.models import GroupAct, GroupMember
from alarms.workqueue.rows import ms
from central.accounts.capabilities import SHIFT_LEAD, rights_of
from central.accounts.models import User
from central.municipalities.directory import by_id

SHOWN = timedelta(minutes=30)
MOST = 8
NAMED = 6
"""References named per reason; the rest are counted."""


def as_data(act: GroupAct) -> dict[str, Any]:
    """The act for the panel: times in epoch milliseconds, references instead of ids, no letters."""
    members = list(
        GroupMember.objects.filter(act=act)
        .order_by("item__received_at")
        .values_list("result", "undo", "item__reference", "item__claimed_by__name")
    )
    results = [result for result, _, _, _ in members]
    left: dict[str, list[str]] = defaultdict(list)
    for result, _, reference, holder in members:
        if result not in (GroupMember.Result.WAITING, GroupMember.Result.DONE):
            named = f"{reference} ({holder})" if result == GroupMember.Result.HELD and holder else reference
            left[result].append(named)
    touched = [reference for _, undo, reference, _ in members if undo == GroupMember.Undo.TOUCHED]
    return {
        "id": str(act.pk),
        "verb": act.verb,
        "headline": act.headline,
        "municipality": by_id(act.municipality_id).name,
        "by": act.by.name,
        "at": ms(act.at),
        "undo_until": ms(act.at + UNDO),
        "undone": ms(act.undone_at),
        "until": ms(act.until),
        "reason": PARK_REASONS.get(act.reason, ""),
        "lead": act.lead.reference if act.lead else "",
        "done": results.count(GroupMember.Result.DONE),
        "waiting": results.count(GroupMember.Result.WAITING),
        "left": [_few(GroupMember.Result(code).label, found) for code, found in left.items()],
        "restored": sum(undo == GroupMember.Undo.RESTORED for _, undo, _, _ in members),
        "touched": _few(GroupMember.Undo.TOUCHED.label, touched),
    }


def recent(leader: User, now: datetime) -> list[dict[str, Any]]:
    """The acts of the last half hour that this leader may see, the latest first, whoever did them."""
    rights = rights_of(leader)
    acts = GroupAct.objects.filter(at__gt=now - SHOWN).select_related("by", "lead").order_by("-at")
    found = [
        act
        for act in acts[: MOST * 2]
        if all(
            rights.can(SHIFT_LEAD, act.municipality_id, function)
            for function in set(act.members.values_list("item__function", flat=True))
        )
    ]
    return [as_data(act) for act in found[:MOST]]


def _few(why: str, references: list[str]) -> dict[str, Any]:
    return {"why": why, "count": len(references), "named": references[:NAMED]}
