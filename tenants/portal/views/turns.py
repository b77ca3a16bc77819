"""Turns of a duty: people in order, changed from a day to come, ended; looked at before anything is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from central.accounts.capabilities import PORTAL_EDIT
from tenants.oncall import layers, queries
from tenants.oncall.layers import Wanted
from tenants.oncall.models import Duty, Layer
from tenants.oncall.schedule import STOCKHOLM, at_wall
from tenants.oncall.services import BadEntry
from tenants.portal import foresight, hoursform, layerform, schedule_words
from tenants.portal.access import found, guarded, page, person
from tenants.portal.layerform import LayerForm
from tenants.portal.schedule_drawing import DAYS, Drawing, draw
from tenants.portal.views.roster import SECTION, missing

type Act = Callable[[Wanted, datetime], object]


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def new(request: HttpRequest, duty_id: int) -> HttpResponse:
    """People who take turns at a duty."""
    duty = found(Duty.objects.filter(pk=duty_id).first())

    def act(wanted: Wanted, now: datetime) -> object:
        return layers.add_layer(duty_id=duty_id, wanted=wanted, actor=person(request), now=now)

    return _edit(request, duty, None, act)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Change a turn; one that has begun is kept as it was until the day the change is valid from."""
    layer = _standing(key)

    def act(wanted: Wanted, now: datetime) -> object:
        if _has_begun(layer, now) or wanted.first_day <= layer.first_day:
            return layers.change_layer(layer_id=key, wanted=wanted, actor=person(request), now=now)
        with transaction.atomic():  # only planned, and put off: nothing of it is to be kept until then
            layers.remove_layer(layer_id=key, actor=person(request), now=now)
            return layers.add_layer(duty_id=layer.duty_id, wanted=wanted, actor=person(request), now=now)

    return _edit(request, layer.duty, layer, act)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def end(request: HttpRequest, key: int) -> HttpResponse:
    """The last day of a turn; what has been stays."""
    layer = _standing(key)
    now = timezone.now()
    typed = request.POST.get("until", "")
    errors: dict[str, str] = {}
    gaps: list[str] = []
    if request.method == "POST" and (until := layerform.a_date(typed, "until", errors)):
        try:
            _check_end(layer, until, now)
            gaps = foresight.gaps_after(lambda: _end(request, key, until, now), now)
            if "sure" in request.POST or not gaps:
                _end(request, key, until, now)
                messages.success(request, f"Turordningen slutar {schedule_words.day(until)}.")
                return redirect("portal_duty", layer.duty_id)
        except BadEntry as exc:
            errors = {exc.field: exc.message}
    if request.method == "GET":
        typed = (layer.until or schedule_words.next_change(layer, now)[0]).isoformat()
    context = {
        "layer": layer,
        "people": schedule_words.listed([one.name for one in schedule_words.turns(layer, now) if one.name]),
        "until": typed,
        "errors": errors,
        "gaps": gaps,
    }
    return page(request, "layer_end", SECTION, context, status=422 if errors else 200)


def _check_end(layer: Layer, until: date, now: datetime) -> None:
    if until < now.astimezone(STOCKHOLM).date():
        raise BadEntry("until", "Det som har varit ändras inte. Välj i dag eller en senare dag.")
    if layer.until is not None and until > layer.until:
        raise BadEntry(
            "until",
            f"Den slutar redan {schedule_words.day(layer.until)}. Ändra den för att den ska gälla längre.",
        )


def _end(request: HttpRequest, key: int, until: date, now: datetime) -> None:
    layers.end_layer(layer_id=key, until=until, actor=person(request), now=now)


def _standing(key: int) -> Layer:
    layer = found(Layer.objects.select_related("duty").filter(pk=key).first())
    today = timezone.now().astimezone(STOCKHOLM).date()
    return found(layer if layer.until is None or layer.until >= today else None)


def _has_begun(layer: Layer, now: datetime) -> bool:
    return at_wall(layer.first_day, layer.turns_at) <= now


def _edit(request: HttpRequest, duty: Duty, layer: Layer | None, act: Act) -> HttpResponse:
    now = timezone.now()
    begun = layer if layer is not None and _has_begun(layer, now) else None
    form = layerform.of_layer(layer, now, begun=begun is not None) if layer else layerform.blank(now)
    errors: dict[str, str] = {}
    preview: Drawing | None = None
    gaps: list[str] = []
    if request.method == "POST":
        form = layerform.read(request.POST)
        asked = request.POST.get("act", "")
        if not form.move(asked):
            wanted, errors = form.wanted(begun, now)
            try:
                if wanted is not None and asked == "save":
                    act(wanted, now)
                    messages.success(request, "Sparat. Schemat är ändrat.")
                    return redirect("portal_duty", duty.pk)
                if wanted is not None:
                    preview, gaps = _tried(duty, wanted, act, now)
            except BadEntry as exc:
                errors = {exc.field: exc.message}
    context = {
        "duty": duty,
        "layer": layer,
        "begun": begun,
        "form": form,
        "hours": form.hours,
        "rows": hoursform.rows(form.hours, errors),
        "members": list(enumerate(form.members, 1)),
        "left": [one.left for one in schedule_words.turns(layer, now) if one.left] if layer else [],
        "contacts": [(str(one.pk), one.name) for one in queries.contacts()],
        "turns": layerform.TURNS,
        "ranks": [(str(nth), _rank(nth)) for nth in range(1, 10)],
        "days": hoursform.DAYS,
        "choices": hoursform.CHOICES,
        "next_change": schedule_words.day(schedule_words.next_change(begun, now)[0]) if begun else "",
        "today": schedule_words.day(now.astimezone(STOCKHOLM).date()),
        "errors": errors,
        "focus": form.focus,
        **{f"focus_{what}": _focused(form, what) for what in ("member", "up", "down")},
        "preview": preview,
        "preview_gaps": gaps,
    }
    return page(request, "layer", SECTION, context, status=422 if errors else 200)


def _focused(form: LayerForm, what: str) -> int:
    """The number of the row whose select or button of that kind is to be in hand; 0 for none."""
    kind, _, number = form.focus.removeprefix("id_").partition("-")
    return int(number) if kind == what else 0


def _tried(duty: Duty, wanted: Wanted, act: Act, now: datetime) -> tuple[Drawing, list[str]]:
    """The schedule as it would be, and the gaps that would be left within 14 days."""
    today = now.astimezone(STOCKHOLM).date()
    first = (
        today
        if wanted.first_day < today + timedelta(days=DAYS // 2)
        else wanted.first_day - timedelta(days=1)
    )

    def look() -> tuple[Drawing, list[str]]:
        return draw([duty], now, first), [line for _, lines in missing(now, duty.pk) for line in lines]

    return foresight.tried(lambda: act(wanted, now), look)


def _rank(nth: int) -> str:
    return {1: "1, den som nås först", 2: "2, om den första inte kan"}.get(nth, str(nth))
