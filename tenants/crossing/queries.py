"""Reading rules and what they found, in the current municipality."""

from __future__ import annotations

from uuid import UUID

from tenants.crossing.models import ProposalLetter, Rule
from tenants.residents.models import Resident
from tenants.sites.models import Site


def rules() -> list[Rule]:
    """Those that count, the most urgent first."""
    return list(Rule.objects.filter(ended_at=None))


def rule(rule_id: UUID) -> Rule | None:
    """One that counts."""
    return Rule.objects.filter(pk=rule_id, ended_at=None).first()


def letters(ids: list[UUID]) -> dict[UUID, ProposalLetter]:
    """What was found, by proposal."""
    return ProposalLetter.objects.in_bulk(ids)


def letter_of_child(case_id: UUID) -> ProposalLetter | None:
    """What a case was started for; None for a case that nothing started."""
    return ProposalLetter.objects.filter(child_id=case_id).first()


def sites_of(letter: ProposalLetter) -> list[Site]:
    """The sites it was found for that are still in use."""
    return list(Site.objects.filter(pk__in=letter.sites, ended_at=None))


def residents_of(letter: ProposalLetter) -> list[Resident]:
    """The residents it was found for who still have an alarm; show them through `tenants.residents.queries.shown`."""
    return list(Resident.objects.filter(pk__in=letter.residents, ended_at=None))
