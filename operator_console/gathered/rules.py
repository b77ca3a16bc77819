"""When many faults become one case: the rules in words, and the figure that says whether it is a flood now."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alarms.workqueue import gathering_settings
from alarms.workqueue.errors import BadInput
from alarms.workqueue.gathering_rules import GATHERED_KINDS
from alarms.workqueue.models import GatheringRule
from central.accounts.capabilities import BOARD_VIEW, require
from central.accounts.models import User
from central.accounts.pages import host, person, signed_in
from central.kinds import KINDS
from central.municipalities.directory import by_id, municipalities
from operator_console.flood.rules import ENDS, STARTS
from operator_console.times import STOCKHOLM


@dataclass(frozen=True, slots=True)
class Line:
    """One rule as it is read and changed; ``rule`` None where none has been made for the kind."""

    kind: str
    name: str
    where: str
    municipality: int | None
    threshold: int
    window: int
    active: bool
    id: int | None
    changed: str


@signed_in
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Everybody who sees the board reads them; who leads the shift or the centre changes them."""
    user, now = person(request), timezone.now()
    require(user, BOARD_VIEW, host(request))
    error: BadInput | None = None
    if request.method == "POST":
        try:
            _changed(request, user)
            return redirect("console-rules")
        except BadInput as refused:
            error = refused
    count, operators, objects = gathering_settings.alarm_rate(user, now)
    given = {
        "lines": _lines(),
        "kinds": [(code, KINDS[code].name) for code in GATHERED_KINDS],
        "never": [kind.name for kind in KINDS.values() if kind.priority == 1],
        "municipalities": municipalities(),
        "changes": gathering_settings.may_change(user),
        "error": error,
        "said": request.POST if error else {},
        "rate": {
            "count": count, "operators": operators, "objects": objects,
            "each": f"{count / operators:.1f}".replace(".", ","),
            "flood": count / operators > STARTS, "starts": STARTS, "ends": ENDS,
        },
    }  # fmt: skip
    return render(request, "operator_console/gathered/rules.html", given, status=422 if error else 200)


def _changed(request: HttpRequest, user: User) -> None:
    said, now = request.POST, timezone.now()
    if "remove" in said:
        gathering_settings.remove_rule(rule_id=_number(said.get("remove"), "kind"), by=user, now=now)
        return
    municipality = said.get("municipality", "")
    gathering_settings.change_rule(
        kind=said.get("kind", ""),
        municipality_id=_number(municipality, "municipality") if municipality else None,
        threshold=_number(said.get("threshold"), "threshold"),
        window_minutes=_number(said.get("window"), "window"),
        active=said.get("active") == "on",
        by=user,
        now=now,
    )


def _number(given: str | None, field: str) -> int:
    given = (given or "").strip()
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise BadInput(field, "Skriv ett helt tal.")
    return int(given)


def _lines() -> list[Line]:
    rules = list(GatheringRule.objects.all())
    names = dict(User.objects.filter(pk__in=[one.changed_by_id for one in rules]).values_list("pk", "name"))
    found = [_line(rule, names) for rule in rules]
    order = {one.id: nth for nth, one in enumerate(municipalities(), 1)}
    return sorted(
        found, key=lambda one: (GATHERED_KINDS.index(one.kind), order.get(one.municipality or 0, 0))
    )


def _line(rule: GatheringRule, names: dict[int, str]) -> Line:
    changed = ""
    if rule.changed_at is not None:
        who = names.get(rule.changed_by_id or 0, "")
        changed = f"{rule.changed_at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M} {who}".strip()
    return Line(
        kind=rule.kind,
        name=KINDS[rule.kind].name,
        where=by_id(rule.municipality_id).name if rule.municipality_id else "",
        municipality=rule.municipality_id,
        threshold=rule.threshold,
        window=rule.window_minutes,
        active=rule.active,
        id=rule.pk,
        changed=changed,
    )
