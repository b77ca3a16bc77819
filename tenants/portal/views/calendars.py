"""The municipality's own calendar as a source of shifts: a file or an address, looked at first, then confirmed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from central.accounts.capabilities import PORTAL_EDIT
from tenants.oncall import calendar_files, fetching
from tenants.oncall.calendars import MAX_BYTES, BadCalendar
from tenants.oncall.models import Calendar, CalendarFile, Duty
from tenants.oncall.services import BadEntry
from tenants.portal import calendar_words
from tenants.portal.access import found, guarded, page, person
from tenants.portal.views.roster import SECTION


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def new(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Choose a file or give an address."""
    duty = found(Duty.objects.filter(pk=duty_id).first())
    typed = {"name": "", "rank": "1", "url": ""}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = typed_of(request)
        file, errors = bring(request, duty, None, typed)
        if file is not None:
            return redirect("portal_calendar_preview", file.pk)
    context = {"duty": duty, "typed": typed, "errors": errors, "ranks": ranks()}
    return page(request, "calendar_new", SECTION, context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def preview(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """What the calendar would give, with a choice for each name that is nobody's; posted, it is read in."""
    by, now = person(request), timezone.now()
    errors: dict[str, str] = {}
    try:
        file = calendar_files.waiting(file_id=file_id, by=by, now=now)
        names: dict[str, int] = dict(file.calendar.names) if file.calendar else {}
        if request.method == "POST":
            names = calendar_words.read(request.POST)
            try:
                if request.POST.get("act") != "look":
                    kept = calendar_files.confirm(file=file, names=names, by=by, now=now)
                    messages.success(request, "Kalendern är inläst. Schemat visar den nu.")
                    return redirect("portal_calendar", kept.pk)
            except BadEntry as wrong:
                errors = {wrong.field: wrong.message}
        looked = calendar_files.look(file, names, now)
    except calendar_files.Expired as gone:
        messages.error(request, gone.message)
        return redirect(SECTION)
    except BadCalendar as bad:
        messages.error(request, bad.message)
        return redirect(SECTION)
    context = {
        "file": file,
        "preview": calendar_words.preview(looked, names),
        "choices": calendar_words.choices(),
        "errors": errors,
    }
    return page(request, "calendar_preview", SECTION, context, status=422 if errors else 200)


@require_POST
@guarded(PORTAL_EDIT)
def discard(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Don't read it in."""
    try:
        file = calendar_files.waiting(file_id=file_id, by=person(request), now=timezone.now())
    except calendar_files.Expired:
        return redirect(SECTION)
    file.delete()
    messages.success(request, "Inget är ändrat.")
    return (
        redirect("portal_calendar", file.calendar_id)
        if file.calendar_id
        else redirect("portal_duty", file.duty_id)
    )


def typed_of(request: HttpRequest) -> dict[str, str]:
    """The form as it was typed."""
    return {name: request.POST.get(name, "").strip() for name in ("name", "rank", "url")}


def bring(
    request: HttpRequest, duty: Duty, calendar: Calendar | None, typed: dict[str, str]
) -> tuple[CalendarFile | None, dict[str, str]]:
    """The file or what is at the address, kept for its preview; or what is wrong, by field."""
    file = request.FILES.get("file")
    field, url = ("url", typed["url"]) if typed["url"] and file is None else ("file", "")
    try:
        if url:
            url = fetching.check(url)
            content = fetching.fetch(url)
        elif file is None:
            return None, {"file": "Välj en fil, eller skriv adressen till kalendern."}
        elif (file.size or 0) > MAX_BYTES:
            return None, {"file": "Filen är större än 2 MB. Exportera en kortare tid."}
        else:
            content = file.read()
        kept = calendar_files.bring(
            duty=duty,
            calendar=calendar,
            name=typed["name"] or duty.name,
            rank=int(typed["rank"]) if typed["rank"].isdecimal() and len(typed["rank"]) == 1 else 0,
            content=content,
            url=url,
            by=person(request),
            now=timezone.now(),
        )
    except (fetching.NotFetched, BadCalendar) as told:
        return None, {field: told.message}
    except BadEntry as wrong:
        return None, {wrong.field: wrong.message}
    return kept, {}


def ranks() -> list[str]:
    """The orders a calendar may have."""
    return [str(nth) for nth in range(1, 10)]
