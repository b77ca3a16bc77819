"""The registers' answer about a case's transmitter: the site where it stands, or the resident who carries it.

Call in the case's municipality. A resident is told of only while the case is open, and only to who may read home care's
cases; codes only to who asked for them (see :mod:`operator_console.case.disclosing`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alarms.workqueue.errors import BadInput
from alarms.workqueue.models import State, WorkItem
from central.accounts.capabilities import CASE_READ, RESIDENTS_UNMASK, NotAllowed, Rights, rights_of
from central.accounts.models import User
from central.sealing import Unreadable
from operator_console.case import disclosing, object_words
from operator_console.case.disclosing import NothingToShow
from operator_console.case.object_place import Place
from tenants.residents import queries as residents
from tenants.residents import services as resident_services
from tenants.residents.models import Resident
from tenants.residents.rules import FUNCTION
from tenants.sites import queries as sites
from tenants.sites import services as site_services
from tenants.sites.models import Site, SiteTransmitter

RADIUS = 1_000
"""Metres within which something is nearby."""
UNREADABLE = [("Koder", "Går inte att läsa. Säg till driften.")]


@dataclass(frozen=True, slots=True)
class Found:
    """``transmitters``: the others of the same site. ``metres``: transmitters nearby, and how far off. ``withheld``: why
    a resident is not told of, "" when nobody is kept back.
    """

    place: Place | None = None
    transmitters: frozenset[int] = frozenset()
    metres: Mapping[int, float] = field(default_factory=dict)
    hides_at: datetime | None = None
    withheld: str = ""


def found(*, item: WorkItem, user: User, rights: Rights, now: datetime) -> Found:
    """Nothing where no register knows the transmitter. At most seven questions."""
    if item.transmitter_id is None:
        return Found()
    site, resident = sites.site_of(item.transmitter_id), residents.resident_of(item.transmitter_id)
    withheld = _withheld(item, rights) if resident else ""
    if withheld:
        resident = None
    place, hides_at = _place(item, site, resident, user, now)
    return Found(
        place=place,
        transmitters=frozenset(sites.transmitters_of(site.pk)) if site else frozenset(),
        metres=_metres(site) if site else {},
        hides_at=hides_at,
        withheld=withheld,
    )


def telephone_of(*, item: WorkItem, user: User, now: datetime) -> str:
    """Where the resident behind a case answers, as Swedes write it; "" where that may not be told or is not known."""
    resident = residents.resident_of(item.transmitter_id) if item.transmitter_id is not None else None
    if resident is None or _withheld(item, rights_of(user)):
        return ""
    until = residents.unmasked_until(resident_id=resident.pk, user_id=user.pk, now=now)
    return residents.shown(resident, unmasked=until is not None).phone


def show_codes(*, item: WorkItem, user: User, now: datetime) -> None:
    """Let this person see keys and codes for a while. Raises NothingToShow, CaseClosed."""
    disclosing.check_open(item)
    site, resident = _behind(item, user)
    if resident is not None and residents.shown(resident).has_codes:
        if resident.protected_identity and not _unmasked(resident, user, now):
            raise NothingToShow
        disclosing.disclose(
            item=item, user=user, verb=disclosing.CODES, text="", now=now,
            also=lambda: resident_services.show_codes(resident_id=resident.pk, actor=user, now=now),
        )  # fmt: skip
    elif resident is None and site is not None and sites.has_codes(site):
        disclosing.disclose(
            item=item, user=user, verb=disclosing.CODES, text=site.name, now=now,
            also=lambda: site_services.show_codes(site_id=site.pk, actor=user, now=now),
        )  # fmt: skip
    else:
        raise NothingToShow


def unmask(*, item: WorkItem, user: User, reason: str, now: datetime) -> None:
    """Let this person see a protected resident for a while.

    Raises NothingToShow, CaseClosed, NotAllowed, BadInput on the reason.
    """
    disclosing.check_open(item)
    _, resident = _behind(item, user)
    if resident is None or not resident.protected_identity:
        raise NothingToShow
    if not rights_of(user).can(RESIDENTS_UNMASK, item.municipality_id, FUNCTION):
        raise NotAllowed(RESIDENTS_UNMASK)
    try:
        disclosing.disclose(
            item=item, user=user, verb=disclosing.UNMASKED, text=reason, now=now,
            also=lambda: resident_services.unmask(
                resident_id=resident.pk, actor=user, reason=reason, now=now
            ),
        )  # fmt: skip
    except resident_services.NoReason as error:
        raise BadInput("reason", error.message) from None


def _behind(item: WorkItem, user: User) -> tuple[Site | None, Resident | None]:
    if item.transmitter_id is None:
        raise NothingToShow
    resident = residents.resident_of(item.transmitter_id)
    if resident is not None and _withheld(item, rights_of(user)):
        raise NothingToShow
    return sites.site_of(item.transmitter_id), resident


def _withheld(item: WorkItem, rights: Rights) -> str:
    """Why this person is not told of a case's resident; "" when she is."""
    if item.state == State.CLOSED:
        return "Den boende visas bara medan ärendet är öppet."
    if not rights.can(CASE_READ, item.municipality_id, FUNCTION):
        return "Larmet hör till en boende. Du saknar behörighet för hemtjänst."
    return ""


def _unmasked(resident: Resident, user: User, now: datetime) -> datetime | None:
    if not resident.protected_identity:
        return None
    return residents.unmasked_until(resident_id=resident.pk, user_id=user.pk, now=now)


def _place(
    item: WorkItem, site: Site | None, resident: Resident | None, user: User, now: datetime
) -> tuple[Place | None, datetime | None]:
    if site is None and resident is None:
        return None, None
    shown_until = disclosing.codes_until(item=item, user=user, now=now)
    if resident is not None:
        unmasked = _unmasked(resident, user, now)
        seen = residents.shown(resident, unmasked=unmasked is not None)
        codes = _read(residents.codes, resident) if shown_until and not seen.masked else None
        ends = [one for one in (unmasked, shown_until if codes else None) if one is not None]
        return object_words.of_resident(seen, site, codes), min(ends, default=None)
    if site is not None:
        codes = _read(sites.codes, site) if shown_until else None
        return object_words.of_site(site, sites.has_codes(site), codes), shown_until
    return None, None


def _read[T](codes: Callable[[T], list[tuple[str, str]]], of: T) -> list[tuple[str, str]]:
    try:
        return codes(of)
    except Unreadable:  # sealed with a key that the server no longer has
        return UNREADABLE


def _metres(site: Site) -> dict[int, float]:
    """Transmitters of other sites within :data:`RADIUS`, and how far off they stand."""
    if site.x is None or site.y is None:
        return {}
    east, north = site.x, site.y
    rows = SiteTransmitter.objects.filter(
        site__ended_at=None,
        site__x__range=(east - RADIUS, east + RADIUS),
        site__y__range=(north - RADIUS, north + RADIUS),
    ).exclude(site=site)
    near: dict[int, float] = {}
    for one, x, y in rows.values_list("transmitter_id", "site__x", "site__y"):
        metres = math.hypot((x or 0) - east, (y or 0) - north)
        if metres <= RADIUS:
            near[one] = metres
    return near
