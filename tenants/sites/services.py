"""Writing sites, in the current municipality: each act with its audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction

from central.audit.services import record
from central.municipalities.context import current, in_municipality
from central.municipalities.directory import municipalities
from central.sealing import seal
from central.swedish import swedish_key
from tenants import fields, transmitters
from tenants.fields import BadEntry
from tenants.sites import queries
from tenants.sites.columns import COLUMNS
from tenants.sites.models import Site, SiteTransmitter

FORM = (replace(COLUMNS[0], required=False), *COLUMNS[1:])
"""The fields of a form: only a file needs the number."""

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


def save(*, site_id: UUID | None, typed: Mapping[str, str], actor: Actor, now: datetime) -> Site:
    """Add a site (``site_id`` None) or change one from what was typed; a field that is not there stays as it is.

    Raises BadEntry, UnknownSite.
    """
    values = fields.read(FORM, typed)
    with transaction.atomic():
        site = Site(created_at=now) if site_id is None else _locked(site_id)
        _refuse_taken(site, values)
        changed = assign(site, values, now)
        try:
            with transaction.atomic():
                site.save()
        except IntegrityError:
            raise BadEntry({"name": NameTaken.message}) from None
        _audit(
            "site.registered" if site_id is None else "site.changed", site.pk, actor, now, {"fields": changed}
        )
    return site


def assign(site: Site, values: Mapping[str, Any], now: datetime) -> list[str]:
    """Set the values of `columns` on the site, unsaved; the names of the fields that became others."""
    before = queries.as_values(site, secrets=[one for one, _w, _p in queries.SEALED if one in values])
    purposes = {one: purpose for one, _word, purpose in queries.SEALED}
    for name, value in values.items():
        if name == "position":
            site.lat, site.lon, site.x, site.y = value or (None, None, None, None)
        elif name in purposes:
            if before[name] != value:
                setattr(site, f"{name}_sealed", seal(purposes[name], value) if value else "")
        else:
            setattr(site, name, value)
    site.changed_at = now
    return [name for name, value in values.items() if before[name] != value]


def _refuse_taken(site: Site, values: Mapping[str, Any]) -> None:
    others = Site.objects.filter(ended_at=None).exclude(pk=site.pk)
    errors = {}
    if "name" in values and others.filter(sort_key=swedish_key(values["name"])).exists():
        errors["name"] = "Ett annat objekt heter redan så. Välj ett annat namn."
    if values.get("number") and others.filter(number=values["number"]).exists():
        errors["number"] = "Ett annat objekt har redan det numret."
    if errors:
        raise BadEntry(errors)


def link(*, site_id: UUID, account: str, source: str, actor: Actor, now: datetime) -> None:
    """Connect the municipality's transmitter with that account. Twice is once. Raises BadEntry, UnknownSite."""
    said = account.strip()
    if not said:
        raise BadEntry({"account": "Skriv sändarens konto."})
    try:
        found = transmitters.pick(transmitters.with_accounts([said]).get(said, []), said, source)
    except transmitters.NotOne as error:
        raise BadEntry({"account": error.message}) from None
    link_id(site_id=site_id, transmitter_id=found.id, actor=actor, now=now)


def link_id(*, site_id: UUID, transmitter_id: int, actor: Actor, now: datetime) -> None:
    """Connect one of the municipality's transmitters. Raises BadEntry, UnknownSite."""
    if not transmitters.own([transmitter_id]):
        raise BadEntry({"account": "Sändaren finns inte längre i kommunens register."})
    with transaction.atomic():
        site = _locked(site_id)
        if site.ended_at is not None:
            raise BadEntry({"account": "Objektet är avslutat. Återta det innan du kopplar sändare."})
        row, fresh = SiteTransmitter.objects.get_or_create(
            transmitter_id=transmitter_id, defaults={"site": site, "linked_at": now}
        )
        if not fresh and row.site_id != site.pk:
            raise BadEntry(
                {"account": f"Sändaren är kopplad till {row.site.name}. Koppla loss den där först."}
            )
        if fresh:
            _audit("site.linked", site.pk, actor, now, {"transmitter": transmitter_id})


def unlink(*, site_id: UUID, transmitter_id: int, actor: Actor, now: datetime) -> None:
    """Disconnect a transmitter. Twice is once. Raises UnknownSite."""
    with transaction.atomic():
        site = _locked(site_id)
        if SiteTransmitter.objects.filter(site=site, transmitter_id=transmitter_id).delete()[0]:
            _audit("site.unlinked", site.pk, actor, now, {"transmitter": transmitter_id})


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
