"""The rules for whom a case concerns besides. Call in the municipality; the caller has checked `portal.edit`.

That there is a rule for a kind is noted in the shared schema in the same transaction (central.agreements): cases are
looked up only where it says so.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from central import kinds as all_kinds
from central import priorities
from central.accounts.models import User
from central.agreements.services import note_rules
from central.audit.services import record
from central.municipalities.context import current
from tenants.crossing.models import OPENS, Looks, Rule
from tenants.sites.models import Kind as SiteKind

TEXT_MAX = 500


class BadRule(ValueError):
    """A field is wrong: `field` names it, `message` says in Swedish what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def save_rule(
    *,
    rule_id: UUID | None,
    kinds: Collection[str],
    looks: str,
    site_kinds: Collection[str],
    opens: str,
    priority: int,
    text: str,
    abroad: bool,
    actor: User,
    now: datetime,
) -> Rule:
    """A new rule (``rule_id`` None), or one changed. It counts for cases that come from now on. Raises BadRule."""
    text = " ".join(text.split())
    if not kinds or not set(kinds) <= set(all_kinds.KINDS):
        raise BadRule("kinds", "Kryssa minst ett slags ärende.")
    if opens not in OPENS:
        raise BadRule("opens", "Välj vilket slags ärende som ska startas.")
    if opens in kinds:
        raise BadRule("kinds", f"{all_kinds.KINDS[opens].name} kan inte starta ett nytt av samma slag.")
    if looks not in Looks.values:
        raise BadRule("looks", "Välj när regeln gäller.")
    if not set(site_kinds) <= set(SiteKind.values):
        raise BadRule("site_kinds", "Kryssa bland slagen i listan.")
    if priority not in priorities.NAMES:
        raise BadRule("priority", "Prioriteten är 1, 2, 3 eller 4.")
    if not text:
        raise BadRule("text", "Skriv vad verksamheten ska göra.")
    if len(text) > TEXT_MAX:
        raise BadRule("text", f"Skriv högst {TEXT_MAX} tecken.")
    if abroad and looks == Looks.ALWAYS:
        raise BadRule(
            "abroad",
            "En regel som alltid gäller kan inte gälla andra kommuners ärenden. Ändra när den gäller.",
        )
    with transaction.atomic():
        rule = Rule.objects.select_for_update().filter(pk=rule_id, ended_at=None).first() if rule_id else None
        if rule_id and rule is None:
            raise BadRule("", "Regeln är borttagen. Gör en ny om den behövs.")
        rule = rule or Rule(created_at=now)
        rule.kinds = [one for one in all_kinds.KINDS if one in kinds]
        rule.looks = looks
        rule.site_kinds = (
            [one for one in SiteKind.values if one in site_kinds] if looks == Looks.SITES else []
        )
        rule.opens, rule.function = opens, all_kinds.KINDS[opens].function
        rule.priority, rule.text, rule.abroad, rule.changed_at = priority, text, abroad, now
        rule.save()
        _noted("crossing.rule_saved", rule, actor, now)
    return rule


def end_rule(*, rule_id: UUID, actor: User, now: datetime) -> None:
    """The rule counts no more; what it has proposed stands. Twice is once."""
    with transaction.atomic():
        rule = Rule.objects.select_for_update().filter(pk=rule_id, ended_at=None).first()
        if rule is None:
            return
        rule.ended_at = now
        rule.save(update_fields=["ended_at"])
        _noted("crossing.rule_ended", rule, actor, now)


def _noted(verb: str, rule: Rule, actor: User, now: datetime) -> None:
    ruled: dict[str, bool] = {}
    for kinds, abroad in Rule.objects.filter(ended_at=None).values_list("kinds", "abroad"):
        for kind in kinds:
            ruled[kind] = ruled.get(kind, False) or abroad
    municipality_id = current().id
    note_rules(municipality_id, ruled)
    record(
        verb,
        actor_id=actor.pk,
        actor_name=actor.name,
        municipality_id=municipality_id,
        subject=str(rule.pk),
        details={
            "opens": all_kinds.KINDS[rule.opens].name,
            "kinds": [all_kinds.KINDS[one].name for one in rule.kinds],
        },
        at=now,
    )
