"""The handover's page: begun, walked and signed by shift leaders; read by everybody at the centre."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from alarms.handover import services
from alarms.handover.models import Handover
from alarms.workqueue.errors import Refused
from central import paper as papers
from central.accounts.capabilities import BOARD_VIEW, SHIFT_LEAD, can, require
from central.accounts.models import User
from central.accounts.pages import host, person, signed_in
from operator_console.answers import answers, body, integer, text
from operator_console.handover import reading


@signed_in
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The one that is open, or how to begin one; and those before."""
    user = _reader(request)
    going = services.current()
    if going is not None:
        return redirect("console-handover-one", going.pk)
    context = {"latest": reading.latest(), "leads": can(user, SHIFT_LEAD, host(request))}
    return render(request, "operator_console/handover/begin.html", context)


@signed_in
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Written now; with one open already, that one."""
    going = services.begin(leader=_leader(request), now=timezone.now())
    return redirect("console-handover-one", going.pk)


@signed_in
@require_GET
def one(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """One of them."""
    return _page(request, _found(handover_id))


@signed_in
@require_GET
def state(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """What the page follows while the other leader walks."""
    return JsonResponse(reading.state(_found(handover_id), _reader(request)))


@signed_in
@require_POST
@answers
def notes(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Kept as it is typed."""
    leader = _leader(request)
    said = text(body(request), "notes", longest=4_000)
    kept = services.keep_notes(handover_id=handover_id, leader=leader, notes=said, now=timezone.now())
    return JsonResponse({"notes": kept})


@signed_in
@require_POST
@answers
def seen(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """One line is seen."""
    leader = _leader(request)
    position = integer(body(request), "position")
    services.see(handover_id=handover_id, position=position, leader=leader, now=timezone.now())
    return JsonResponse(reading.state(_found(handover_id), leader))


@signed_in
@require_POST
def sign(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """By whoever presses: who began it leaves, another comes."""
    return _act(request, handover_id, services.sign)


@signed_in
@require_POST
def withdraw(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Begun too early."""
    return _act(request, handover_id, services.withdraw)


@signed_in
@require_GET
def paper(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """On paper, with what this person may read."""
    shown = reading.read(_found(handover_id), _reader(request))
    parts: list[papers.Part] = [
        papers.Text(
            f"Från {shown.one.giver.name} till {shown.one.taker.name if shown.one.taker else '________'}"
        ),
        papers.Text(
            f"Undertecknad av den som lämnar: {shown.giver_signed or 'inte än'}, "
            f"av den som tar emot: {shown.taker_signed or 'inte än'}",
            tone="muted",
        ),
    ]
    if shown.notes:
        parts += [papers.Heading("Att tänka på"), papers.Text(shown.notes)]
    for part in shown.parts:
        rows = [[line.text, f"{line.seen} {line.seen_by}".strip()] for line in part.lines]
        parts += [papers.Heading(part.title), papers.Table(["", "Sett"], rows, widths=[6, 1])]
    content = papers.document(f"Överlämning {shown.begun}", printed=timezone.now(), parts=parts)
    name = f"overlamning-{shown.one.opened_at:%Y%m%d-%H%M}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=papers.PDF_TYPE, headers=headers)


def _act(request: HttpRequest, handover_id: UUID, work: object) -> HttpResponse:
    leader, found = _leader(request), _found(handover_id)
    try:
        work(handover_id=found.pk, leader=leader, now=timezone.now())  # type: ignore[operator]
    except Refused as refused:
        return _page(request, found, refused=refused.message)
    return redirect("console-handover-one", found.pk)


def _page(request: HttpRequest, found: Handover, refused: str = "") -> HttpResponse:
    user = _reader(request)
    context = {
        "shown": reading.read(found, user),
        "leads": can(user, SHIFT_LEAD, host(request)),
        "latest": reading.latest(),
        "boot": {"csrf": get_token(request), "id": str(found.pk), "open": found.open},
        "refused": refused,
        "most": services.MOST_LINES,
    }
    return render(request, "operator_console/handover/one.html", context, status=409 if refused else 200)


def _reader(request: HttpRequest) -> User:
    user = person(request)
    require(user, BOARD_VIEW, host(request))
    return user


def _leader(request: HttpRequest) -> User:
    user = person(request)
    require(user, SHIFT_LEAD, host(request))
    return user


def _found(handover_id: UUID) -> Handover:
    found = Handover.objects.select_related("giver", "taker").filter(pk=handover_id).first()
    if found is None:
        raise Http404
    return found
