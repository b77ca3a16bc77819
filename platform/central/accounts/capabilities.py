"""Who may do what, where: the one place that decides.

A role held at the centre acts for every municipality the centre serves; a role held at a municipality
reaches nothing outside it. A closed function (social jour) is open only to memberships that list it by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from central import functions
from central.accounts import roles
from central.accounts.models import Membership, User
from central.municipalities import directory

BOARD_VIEW = "board.view"
CASE_CLAIM = "case.claim"
CASE_READ = "case.read"
CASE_ACT = "case.act"
SAFEPOINT_ACTIVATE = "safepoint.activate"
SHIFT_LEAD = "shift.lead"
CENTRE_MANAGE = "centre.manage"
INTAKE_MANAGE = "intake.manage"
PORTAL_VIEW = "portal.view"
PORTAL_CASES = "portal.cases"
PORTAL_EDIT = "portal.edit"
MEMBERS_EDIT = "members.edit"
AUDIT_READ = "audit.read"
RESIDENTS_READ = "residents.read"
RESIDENTS_EDIT = "residents.edit"
RESIDENTS_UNMASK = "residents.unmask"

_OPERATOR = frozenset({BOARD_VIEW, CASE_CLAIM, CASE_READ, CASE_ACT, SAFEPOINT_ACTIVATE, RESIDENTS_UNMASK})
"""An operator reads a resident through a case and there only: she may unmask, but has no register to read."""

_RESIDENTS = frozenset({RESIDENTS_READ, RESIDENTS_EDIT, RESIDENTS_UNMASK})
"""Asked for together with the function: an officer has them where home care is among hers."""

CAPABILITIES: dict[str, frozenset[str]] = {
    roles.OPERATOR: _OPERATOR,
    roles.SHIFT_LEADER: _OPERATOR | {SHIFT_LEAD},
    roles.CENTRE_MANAGER: frozenset({INTAKE_MANAGE, CENTRE_MANAGE, BOARD_VIEW}),
    roles.AUDITOR: frozenset({AUDIT_READ}),
    roles.MUNICIPALITY_ADMIN: frozenset({PORTAL_VIEW, PORTAL_EDIT, MEMBERS_EDIT}),
    roles.MUNICIPALITY_OFFICER: frozenset({PORTAL_VIEW, PORTAL_CASES, CASE_READ}) | _RESIDENTS,
}

_ALL_OPEN_UNLESS_LISTED = frozenset({roles.OPERATOR, roles.SHIFT_LEADER, roles.CENTRE_MANAGER})
"""At the centre an empty list of functions means every open one; a municipality's officer lists hers."""


class NotAllowed(Exception):
    """The person lacks the capability there. Says nothing about whether the thing exists."""

    def __init__(self, capability: str, where: str = "") -> None:
        super().__init__(capability)
        self.capability = capability
        self.message = (
            f"Du har inte behörighet för {where}. Din skiftledare kan ge den."
            if where
            else "Du har inte behörighet till det här. Din administratör kan ge den."
        )


class HasId(Protocol):
    """A Municipality or a MunicipalityRef."""

    @property
    def id(self) -> int: ...


def _worked_for(municipality: HasId) -> str:
    """The municipality's name; empty for the centre, whose rights are not the shift leader's to give."""
    try:
        ref = directory.by_id(municipality.id)
    except directory.UnknownMunicipality:
        return ""
    return "" if ref.is_centre else ref.name


@dataclass(frozen=True, slots=True)
class Grant:
    """What one current membership gives."""

    role: str
    municipality_id: int
    at_centre: bool
    functions: frozenset[str]

    def covers(self, municipality_id: int) -> bool:
        """Whether the grant acts for that municipality."""
        return self.at_centre or self.municipality_id == municipality_id


@dataclass(frozen=True, slots=True)
class Rights:
    """All of a person's current grants; ask it many times with one read of the database."""

    grants: tuple[Grant, ...]

    def can(self, capability: str, municipality_id: int, function: str | None = None) -> bool:
        """Whether some grant gives the capability there (and for the function, where one is named)."""
        return any(
            capability in CAPABILITIES[grant.role]
            and grant.covers(municipality_id)
            and (function is None or function in grant.functions)
            for grant in self.grants
        )

    def readable_functions(self, municipality_id: int) -> frozenset[str]:
        """The functions whose cases the person may read there."""
        found = [
            grant.functions
            for grant in self.grants
            if CASE_READ in CAPABILITIES[grant.role] and grant.covers(municipality_id)
        ]
        return frozenset().union(*found)

    def visible_functions(self, municipality_id: int) -> frozenset[str]:
        """The functions whose envelopes (nameless board rows) the person may see there."""
        found = [
            grant.functions
            for grant in self.grants
            if BOARD_VIEW in CAPABILITIES[grant.role] and grant.covers(municipality_id)
        ]
        return frozenset().union(*found)

    def roles_at(self, municipality_id: int) -> frozenset[str]:
        """The roles held at exactly that municipality (or the centre)."""
        return frozenset(grant.role for grant in self.grants if grant.municipality_id == municipality_id)


def rights_of(user: User | Any) -> Rights:
    """The person's current rights, read now: a withdrawn right is gone at the next question."""
    if not getattr(user, "is_active", False) or not isinstance(getattr(user, "pk", None), int):
        return Rights(())
    rows = (
        Membership.objects.current()
        .filter(user_id=user.pk, user__is_active=True)
        .values_list("role", "municipality_id", "municipality__kind", "functions")
    )
    return Rights(
        tuple(
            Grant(role, municipality_id, kind == "centre", _functions(role, listed))
            for role, municipality_id, kind, listed in rows
            if role in (roles.AT_CENTRE if kind == "centre" else roles.AT_MUNICIPALITY)
        )
    )


def _functions(role: str, listed: list[str]) -> frozenset[str]:
    if not listed and role in _ALL_OPEN_UNLESS_LISTED:
        return functions.OPEN
    return frozenset(listed) & frozenset(functions.NAMES)


def can(user: User | Any, capability: str, municipality: HasId, function: str | None = None) -> bool:
    """Whether the person has the capability at the municipality, for the function where one is named."""
    return rights_of(user).can(capability, municipality.id, function)


def require(user: User | Any, capability: str, municipality: HasId, function: str | None = None) -> None:
    """Raise NotAllowed unless the person has the capability there."""
    if not can(user, capability, municipality, function):
        raise NotAllowed(capability, _worked_for(municipality) if capability in _OPERATOR else "")


def readable_functions(user: User | Any, municipality: HasId) -> frozenset[str]:
    """The functions whose cases the person may read at the municipality."""
    return rights_of(user).readable_functions(municipality.id)
