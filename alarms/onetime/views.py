"""The page behind the address in the SMS of a call-out: reading it does nothing, each button is one answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alarms.callouts import answering, links
from alarms.callouts.models import Callout, State
from alarms.callouts.purposes import CALLOUT
from alarms.onetime.showing import MINUTES, shown
from alarms.workqueue.models import State as ItemState
from central.accounts.pages import host
from central.accounts.secret_doors import secret_door

LONGEST = 1_000
SAID = {
    "accepted": "Tack. Du har tagit ärendet.",
    "declined": "Tack för beskedet. Nästa person frågas.",
    "on_way": "Tack. Centralen ser att du är på väg.",
    "on_site": "Tack. Centralen ser att du är på plats.",
    "done": "Tack. Centralen ser att du är klar.",
    "ok": "Tack. Centralen vet att allt är väl.",
}
DIGITS = ("1", "2")


@require_http_methods(["GET", "HEAD", "POST"])
@secret_door(links.found, "onetime/unknown.html")
def page(request: HttpRequest, callout: Callout, secret: str) -> HttpResponse:
    """The case, as little of it as is needed, and what may be answered now. 410 when the case is closed."""
    if callout.work_item.state == ItemState.CLOSED:
        return render(request, "onetime/closed.html", {"reference": callout.work_item.reference}, status=410)
    errors: dict[str, str] = {}
    if request.method == "POST":
        deciding = callout.run is not None and callout.run.purpose != CALLOUT
        errors = _decide(request, callout) if deciding else _answer(request, callout)
        if not errors:
            return redirect("onetime", secret)
    context = {
        "secret": secret,
        "one": shown(callout, host(request)),
        "minutes": MINUTES,
        "errors": errors,
        "typed": request.POST,
    }
    return render(request, "onetime/page.html", context, status=422 if errors else 200)


def _answer(request: HttpRequest, callout: Callout) -> dict[str, str]:
    what = request.POST.get("what", "")
    if what not in SAID:
        return {"what": "Välj ett av svaren."}
    minutes = request.POST.get("minutes", "")
    if minutes and minutes not in {str(one) for one in MINUTES}:
        return {"minutes": "Välj hur många minuter det dröjer."}
    text = request.POST.get("report", "").strip()
    if len(text) > LONGEST:
        return {"report": f"Skriv högst {LONGEST} tecken. Det är {len(text)} nu."}
    found = answering.say(
        callout_id=callout.pk,
        what=what,
        minutes=int(minutes) if minutes else None,
        text=text,
        now=timezone.now(),
    )
    if found == State.NOT_NEEDED:
        messages.info(request, "Ärendet är redan taget. Du behövs inte. Tack.")
    else:
        messages.success(request, SAID[what])
    return {}


def _decide(request: HttpRequest, callout: Callout) -> dict[str, str]:
    choice, reason = request.POST.get("what", ""), " ".join(request.POST.get("reason", "").split())
    errors = {}
    if choice not in DIGITS:
        errors["what"] = "Välj särskild ordning eller nästa arbetspass."
    if not reason:
        errors["reason"] = "Skriv varför. Beslutet läses efteråt."
    elif len(reason) > LONGEST:
        errors["reason"] = f"Skriv högst {LONGEST} tecken. Det är {len(reason)} nu."
    if not errors:
        answering.say(callout_id=callout.pk, what=choice, text=reason, now=timezone.now())
        messages.success(request, "Tack. Ditt svar är sparat.")
    return errors
