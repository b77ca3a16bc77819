"""Contacts, duties and the roster: one page, small forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central import functions, phone, wall_time
from central.accounts.capabilities import PORTAL_EDIT
from tenants.instructions import queries as instructions
from tenants.oncall import queries, services
from tenants.oncall.models import WEEKDAYS, Contact, Duty, RosterLine
from tenants.portal.access import found, guarded, page, person

SECTION = "portal_roster"


@require_safe
@guarded(PORTAL_EDIT)
def roster(request: HttpRequest) -> HttpResponse:
    """Who is on duty now, the duties with their week, and the contacts."""
    return _page(request)


@require_POST
@guarded(PORTAL_EDIT)
def add(request: HttpRequest, what: str) -> HttpResponse:
    """Add a contact, a duty or a roster line; what was typed stays when it can't be used."""
    adders: dict[str, Callable[[HttpRequest], object]] = {
        "contact": _add_contact,
        "duty": _add_duty,
        "line": _add_line,
    }
    if what not in adders:
        raise Http404
    try:
        adders[what](request)
    except services.BadEntry as exc:
        return _page(request, what, {exc.field: exc.message})
    messages.success(request, "Sparat.")
    return redirect(SECTION)


@require_POST
@guarded(PORTAL_EDIT)
def remove(request: HttpRequest, what: str, key: int) -> HttpResponse:
    """Remove a contact, a duty or a roster line; asks first when more goes with it."""
    actor, now = person(request), timezone.now()
    sure = "sure" in request.POST
    match what:
        case "contact":
            one = found(Contact.objects.filter(pk=key, removed_at=None).first())
            if not sure and (more := _goes_with_contact(one)):
                return page(request, "remove", SECTION, {"name": one.name, "consequences": more})
            services.remove_contact(contact_id=key, actor=actor, now=now)
        case "duty":
            duty = found(Duty.objects.filter(pk=key).first())
            if not sure and (more := _goes_with_duty(duty)):
                return page(request, "remove", SECTION, {"name": duty.name, "consequences": more})
            services.remove_duty(duty_id=key, actor=actor, now=now)
        case "line":
            found(RosterLine.objects.filter(pk=key).first())
            services.remove_line(line_id=key, actor=actor, now=now)
        case _:
            raise Http404
    messages.success(request, "Borttaget.")
    return redirect(SECTION)


def _goes_with_contact(one: Contact) -> list[str]:
    duties = queries.duties_of(one.pk)
    return [f"{one.name} tas också bort ur schemat för {duty.name}." for duty in duties]


def _goes_with_duty(duty: Duty) -> list[str]:
    told = ["Schemat för jouren tas också bort."] if RosterLine.objects.filter(duty=duty).exists() else []
    callers = instructions.calling_out(duty.code)
    return told + [
        f"Instruktionen {one.title} kallar ut jouren och kan inte göra det längre." for one in callers
    ]


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def contact(request: HttpRequest, key: int) -> HttpResponse:
    """Change one contact."""
    shown = found(Contact.objects.filter(pk=key, removed_at=None).first())
    typed = {"name": shown.name, "phone": phone.display(shown.phone), "sms": shown.sms}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {
            "name": request.POST.get("name", ""),
            "phone": request.POST.get("phone", ""),
            "sms": "sms" in request.POST,
        }
        try:
            services.change_contact(
                contact_id=key,
                name=str(typed["name"]),
                number=str(typed["phone"]),
                sms=bool(typed["sms"]),
                actor=person(request),
                now=timezone.now(),
            )
        except services.BadEntry as exc:
            errors[exc.field] = exc.message
        else:
            messages.success(request, "Sparat.")
            return redirect(SECTION)
    context = {"contact": shown, "typed": typed, "errors": errors}
    return page(request, "contact", SECTION, context, status=422 if errors else 200)


def _add_contact(request: HttpRequest) -> None:
    services.add_contact(
        name=request.POST.get("name", ""),
        number=request.POST.get("phone", ""),
        sms="sms" in request.POST,
        actor=person(request),
        now=timezone.now(),
    )


def _add_duty(request: HttpRequest) -> None:
    services.add_duty(
        name=request.POST.get("name", ""),
        function=request.POST.get("function", ""),
        actor=person(request),
        now=timezone.now(),
    )


def _add_line(request: HttpRequest) -> None:
    """The same hours on every ticked day: all of them or none."""
    days = request.POST.getlist("weekday")
    if not days:
        raise services.BadEntry("weekday", "Välj minst en dag.")
    with transaction.atomic():
        for day in days:
            services.add_line(
                duty_id=_number(request.POST.get("duty", "")),
                contact_id=_number(request.POST.get("contact", "")),
                weekday=_number(day),
                rank=_number(request.POST.get("rank", "")),
                starts=_clock(request, "starts"),
                ends=_clock(request, "ends"),
                actor=person(request),
                now=timezone.now(),
            )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _clock(request: HttpRequest, name: str) -> time:
    try:
        return wall_time.read(request.POST.get(name, ""))
    except wall_time.BadTime:
        raise services.BadEntry(name, "Skriv klockslaget som 07:00.") from None


def _page(request: HttpRequest, form: str = "", errors: dict[str, str] | None = None) -> HttpResponse:
    now = timezone.now()
    by_duty: dict[int, list[RosterLine]] = {}
    for line in queries.lines():
        by_duty.setdefault(line.duty_id, []).append(line)
    context: dict[str, Any] = {
        "on_duty": queries.on_duty_now(now),
        "duties": [
            (duty, spans(by_duty.get(duty.pk, [])), _week(by_duty.get(duty.pk, [])))
            for duty in queries.duties()
        ],
        "contacts": [(one, phone.display(one.phone)) for one in queries.contacts()],
        "functions": functions.CHOICES,
        "weekdays": list(enumerate(WEEKDAYS)),
        "now": now,
        "form": form,
        "errors": errors or {},
        "typed": request.POST if errors else {},
        "typed_days": [_number(day) for day in request.POST.getlist("weekday")] if errors else range(7),
    }
    return page(request, "roster", SECTION, context, status=422 if errors else 200)


def spans(lines: list[RosterLine]) -> list[tuple[str, list[str]]]:
    """The week in few words: days in a row with the same hours and people stand together."""
    days = [
        [f"{hours(line)} {line.rank}. {line.contact.name}" for line in _of_day(lines, day)]
        for day in range(7)
    ]
    found: list[tuple[str, list[str]]] = []
    first = 0
    for day in range(1, 8):
        if day == 7 or days[day] != days[first]:
            name = WEEKDAYS[first] if day - first == 1 else f"{WEEKDAYS[first]}–{WEEKDAYS[day - 1].lower()}"
            if days[first]:
                found.append(("Alla dagar" if day - first == 7 else name, days[first]))
            first = day
    return found


def hours(line: RosterLine) -> str:
    """`16:00–07:00 nästa dag`, or that it is the whole day."""
    if line.starts == line.ends:
        return "hela dygnet" if line.starts == time(0) else f"dygnet från {line.starts:%H:%M}"
    return f"{line.starts:%H:%M}–{line.ends:%H:%M}{' nästa dag' if line.ends < line.starts else ''}"


def _of_day(lines: list[RosterLine], day: int) -> list[RosterLine]:
    return sorted((line for line in lines if line.weekday == day), key=lambda line: (line.starts, line.rank))


def _week(lines: list[RosterLine]) -> list[tuple[str, list[tuple[RosterLine, str]]]]:
    """The lines by day with their hours, Monday first; days without any are left out."""
    by_day = [
        (name, [(line, hours(line)) for line in _of_day(lines, day)]) for day, name in enumerate(WEEKDAYS)
    ]
    return [(name, some) for name, some in by_day if some]
