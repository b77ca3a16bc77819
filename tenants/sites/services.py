"""Writing sites, in the current municipality: each act with its audit entry."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction

from central.audit.services import record
from central.municipalities.context import current, in_municipality
from central.municipalities.directory import municipalities
from tenants.sites import queries
from tenants.sites.models import Site, SiteTransmitter

KEPT_AFTER_END = timedelta(days=90)
"""How long a site out of use is kept: its contacts are people."""


class Actor(Protocol):
    """Who does it: an account."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...


class UnknownSite(Exception):
    """There is no such site here."""

    message = "Objektet finns inte i kommunens register."


class NameTaken(Exception):
    """Another site in use has the name or the number meanwhile."""

    message = "Ett annat objekt har samma namn eller nummer. Ändra det först."


def show_codes(*, site_id: UUID, actor: Actor, now: datetime) -> list[tuple[str, str]]:
    """Word and code of what is sealed; that they were shown is kept. Raises UnknownSite, Unreadable."""
    with transaction.atomic():
        site = _locked(site_id)
        found = queries.codes(site)
        _audit("site.codes_shown", site.pk, actor, now)
    return found


def end(*, site_id: UUID, actor: Actor, now: datetime) -> None:
    """The site is out of use: hidden from cases, its transmitters free again, erased in due time.

    Twice is once. Raises UnknownSite.
    """
    with transaction.atomic():
        site = _locked(site_id)
        if site.ended_at is not None:
            return
        site.ended_at = site.changed_at = now
        site.save(update_fields=["ended_at", "changed_at"])
        SiteTransmitter.objects.filter(site=site).delete()
        _audit("site.ended", site.pk, actor, now)


def resume(*, site_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a site into use again; transmitters are linked anew. Raises UnknownSite, NameTaken."""
    with transaction.atomic():
        site = _locked(site_id)
        if site.ended_at is None:
            return
        site.ended_at, site.changed_at = None, now
        try:
            with transaction.atomic():
                site.save(update_fields=["ended_at", "changed_at"])
        except IntegrityError:
            raise NameTaken from None
        _audit("site.resumed", site.pk, actor, now)


def erase_ended(now: datetime) -> int:
    """Erase what has been out of use so long that nothing needs it, in every municipality; how many. For the clock."""
    erased = 0
    for municipality in municipalities():
        with in_municipality(municipality), transaction.atomic():
            ids = list(
                Site.objects.select_for_update(skip_locked=True)
                .filter(ended_at__lte=now - KEPT_AFTER_END)
                .values_list("pk", flat=True)[:1_000]
            )
            Site.objects.filter(pk__in=ids).delete()
            for one in ids:
                record(
                    "site.erased",
                    actor_id=None,
                    actor_name="",
                    municipality_id=current().id,
                    subject=str(one),
                    at=now,
                )
            erased += len(ids)
    return erased


def _locked(site_id: UUID) -> Site:
    site = Site.objects.select_for_update().filter(pk=site_id).first()
    if site is None:
        raise UnknownSite
    return site


def _audit(
    verb: str, site_id: UUID, actor: Actor, now: datetime, details: dict[str, Any] | None = None
) -> None:
    record(
        verb,
        actor_id=actor.pk,
        actor_name=actor.name,
        municipality_id=current().id,
        subject=str(site_id),
        details=details,
        at=now,
    )
