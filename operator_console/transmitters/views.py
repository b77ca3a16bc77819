"""The page of transmitters: every row, how it is now, and what each has told lately."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alarms.intake import service_mode
from alarms.intake.models import Transmitter
from alarms.nameplates.services import accounts_of
from alarms.registry.fields import hours_text
from central.accounts.models import User
from central.accounts.pages import person, signed_in
from central.municipalities.directory import municipalities
from operator_console.answers import answers
from operator_console.transmitters import lines, register, told, unknown, words
from operator_console.transmitters.listening import listening
from operator_console.transmitters.register import Wanted
from operator_console.transmitters.viewer import Viewer, viewer

LONGEST_SEARCH = 60


@require_GET
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """A hundred rows of what is asked for, and how many there are of each."""
    who, now = viewer(request), timezone.now()
    wanted = _wanted(request, who)
    counts = register.counts(wanted, now)
    total, start = counts.matching[wanted.show], _number(request.GET.get("from", "")) or 0
    rows = register.page(wanted, now, start=start)
    later = start + len(rows)
    marks = lines.marks(rows, who)
    return render(
        request,
        "operator_console/transmitters/page.html",
        {
            "boot": {
                "csrf": get_token(request),
                "show": wanted.show,
                "elsewhere": total - len(rows),
                "keeps": who.keeps,
            },
            "user": person(request),
            "manages": who.manages,
            "wanted": wanted,
            "municipalities": municipalities(),
            "shows": [
                (code, words.SHOWS[code], counts.matching[code], _query(request, show=code))
                for code in register.SHOWS
            ],
            "lines": [lines.line(row, who, now, marks.get(row.id, "")) for row in rows],
            "keeps": who.keeps,
            "unknown": unknown.waiting().count() if who.keeps else 0,
            "said": words.SAID.get(request.GET.get("said", ""), ""),
            "total": total,
            "first": start + 1,
            "last": later,
            "earlier": _query(request, at=max(0, start - register.PAGE)) if start else "",
            "later": _query(request, at=later) if later < total else "",
            "hidden": _hidden(wanted, counts),
            "listening": listening(now),
            "now": words.moment(now, now),
        },
    )


@require_GET
@answers
def now_json(request: HttpRequest) -> HttpResponse:
    """The rows that somebody looks at as they are now, and the counts."""
    who, now = viewer(request), timezone.now()
    wanted = _wanted(request, who)
    ids = [int(one) for one in request.GET.get("ids", "").split(",") if _is_id(one)]
    counts = register.counts(wanted, now)
    strip = listening(now)
    return JsonResponse(
        {
            "now": words.moment(now, now),
            "counts": counts.matching,
            "hidden": _hidden(wanted, counts),
            "listening": {"tone": strip.tone, "text": strip.text},
            "rows": {
                row.id: {**lines.cells(row, who, now), "shown": wanted.takes(row.state, row.wrong)}
                for row in register.these(ids, wanted, now)
            },
        }
    )


@require_GET
@answers
def one(request: HttpRequest, transmitter_id: int) -> HttpResponse:
    """What it has told lately, and the form for service where she may set it."""
    who, now = viewer(request), timezone.now()
    row = who.row(transmitter_id, now)
    kept = Transmitter.objects.only(
        "key_sealed", "service_by_id", "service_ended_at", "test_hours", "synthetic"
    ).get(pk=transmitter_id)
    by = User.objects.filter(pk=kept.service_by_id).first() if kept.service_by_id else None
    return render(
        request,
        "operator_console/transmitters/one.html",
        {
            **lines.line(row, who, now),
            "until": words.until(row.service_until, now) if row.state == "service" else "",
            "ended": words.moment(kept.service_ended_at, now) if kept.service_ended_at else "",
            "by": by.name if by else "",
            "encrypted": bool(kept.key_sealed),
            "tests_every": hours_text(kept.test_hours),
            "account": accounts_of([row.id]).get(row.id, "") if who.keeps else "",
            "keeps": who.keeps and not kept.synthetic,
            "manages": who.manages,
            "tests": [words.moment(at, now) for at in told.tests(transmitter_id)],
            "told": [
                (words.moment(said.at, now), said)
                for said in told.lately(transmitter_id, who.functions, function=row.function)
            ],
            "most": service_mode.REASON_LENGTH,
        },
    )


def _wanted(request: HttpRequest, who: Viewer) -> Wanted:
    show = request.GET.get("show", "all")
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    return Wanted(
        functions=who.functions,
        show=show if show in register.SHOWS else "all",
        municipality=_number(request.GET.get("m", "")),
        text=asked,
        accounts=register.accounts_like(asked) if asked else (),
    )


def _query(request: HttpRequest, *, show: str | None = None, at: int = 0) -> str:
    wanted = {
        "show": request.GET.get("show", "") if show is None else show,
        "m": request.GET.get("m", ""),
        "q": request.GET.get("q", ""),
        "from": str(at) if at else "",
    }
    return "?" + urlencode({name: value for name, value in wanted.items() if value})


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


def _is_id(given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) < 19


def _hidden(wanted: Wanted, counts: register.Counts) -> str:
    """What municipality and search keep out of sight: never without its count."""
    if not wanted.narrowed:
        return ""
    away, wrong = (counts.everywhere[one] - counts.matching[one] for one in ("all", "wrong"))
    return f"Urvalet döljer {away}, varav {wrong} med fel" if away else ""
