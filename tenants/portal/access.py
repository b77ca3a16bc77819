"""The only door to the portal: signed in on this host, and with the capability here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from central.accounts import pages
from central.accounts.capabilities import (
    AUDIT_READ,
    MEMBERS_EDIT,
    PORTAL_CASES,
    PORTAL_EDIT,
    PORTAL_VIEW,
    RESIDENTS_READ,
    NotAllowed,
    Rights,
    rights_of,
)
from central.accounts.models import User
from tenants.portal import following
from tenants.portal.following import follower
from tenants.residents.rules import FUNCTION

type View = Callable[..., HttpResponse]

SECTIONS: list[tuple[str, str, str, str | None]] = [
    ("portal_cases", "Ärenden", PORTAL_CASES, None),
    ("portal_deferred", "Att ta emot", PORTAL_CASES, None),
    ("portal_overview", "Översikt", PORTAL_VIEW, None),
    ("portal_instructions", "Instruktioner", PORTAL_VIEW, None),
    ("portal_roster", "Jour och kontakter", PORTAL_EDIT, None),
    ("portal_deciding", "Beslut", PORTAL_EDIT, None),
    ("portal_followup", "Uppföljning", PORTAL_CASES, None),
    ("portal_improvements", "Förbättringar", PORTAL_VIEW, None),
    ("portal_statistics", "Statistik", PORTAL_VIEW, None),
    ("portal_points", "Trygghetspunkter", PORTAL_VIEW, None),
    ("portal_sites", "Objekt", PORTAL_VIEW, None),
    ("portal_residents", "Brukare", RESIDENTS_READ, FUNCTION),
    ("portal_members", "Medlemmar", MEMBERS_EDIT, None),
    ("portal_audit", "Granskning", AUDIT_READ, None),
]
"""Address name, word, and the capability that shows it, with the function it is asked for, where it is for one."""


def guarded(capability: str, function: str | None = None) -> Callable[[View], View]:
    """Let in only people who have the capability in this municipality (for the function); others get 403 in words."""

    def wrap(view: View) -> View:
        @never_cache
        @pages.signed_in
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request, capability, function):
                raise NotAllowed(capability)
            _note_position(request)
            return view(request, *args, **kwargs)

        return inner

    return wrap


def _note_position(request: HttpRequest) -> None:
    """Where the log was before anything was read: what happens while the page is made is news to it."""
    with suppress(DatabaseError):
        follower.look()
    request.portal_position = follower.position  # type: ignore[attr-defined]  # our own attribute


def rights(request: HttpRequest) -> Rights:
    """The person's rights, read once per request."""
    found = getattr(request, "portal_rights", None)
    if found is None:
        found = rights_of(request.user)
        request.portal_rights = found  # type: ignore[attr-defined]  # our own attribute
    return found


def may(request: HttpRequest, capability: str, function: str | None = None) -> bool:
    """Whether the person has the capability in this municipality (for the function)."""
    return rights(request).can(capability, pages.host_id(request), function)


def person(request: HttpRequest) -> User:
    """The signed-in account."""
    return pages.person(request)


def page(
    request: HttpRequest, template: str, section: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render a portal page with the menu of what this person may see."""
    menu = [
        (name, word, name == section)
        for name, word, capability, function in SECTIONS
        if may(request, capability, function)
    ]
    position = getattr(request, "portal_position", 0)
    frame = {"menu": menu, "may_edit": may(request, PORTAL_EDIT), "pulse": following.mark(position)}
    return render(request, f"portal/{template}.html", {**frame, **context}, status=status)


def found[T](thing: T | None) -> T:
    """The thing, or 404: what belongs to somebody else doesn't exist."""
    if thing is None:
        raise Http404
    return thing
