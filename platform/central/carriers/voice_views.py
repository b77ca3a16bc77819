"""The carrier's webhooks about calls: what to say, which key was pressed, how the call goes.

Nobody who picks up ever hears silence: whatever fails here, the call still says whose it was.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from central.carriers import call_rules, callbacks, current, turns
from central.carriers.adapters import twiml
from central.carriers.listeners import Spoken
from central.carriers.webhooks import XML, done, signed_only
from central.municipalities import directory

log = structlog.get_logger(__name__)
NO_KEY = "Ingen knapp trycktes. Samtalet avslutas."
NOT_HEARD = "Vi kunde inte ta emot ditt svar."
SOMETHING_WRONG = "Just nu kan vi inte läsa upp meddelandet."
CALL_BACK = "Ring tillbaka till numret som visas på din telefon."


@csrf_exempt
@require_POST
@signed_only("voice")
def words(request: HttpRequest, leg_id: UUID) -> HttpResponse:
    """Somebody or something picked up (turn 1), or pressed nothing while we waited (the next turn)."""
    turn = _turn(request)
    _hear(request, leg_id)
    if _silent_for(request) >= call_rules.SAYINGS:
        return _speak(twiml.say_and_hang_up(NO_KEY))
    return _answer(request, leg_id, turn, digit="")


@csrf_exempt
@require_POST
@signed_only("key")
def key(request: HttpRequest, leg_id: UUID) -> HttpResponse:
    """A key was pressed: a person, then. Nothing else counts as an answer."""
    digit = request.POST.get("Digits", "")
    return _answer(request, leg_id, _turn(request), digit=digit if digit in turns.KEYS else "")


@csrf_exempt
@require_POST
@signed_only("voice_status")
def status(request: HttpRequest, leg_id: UUID) -> HttpResponse:
    """How a call we placed goes."""
    sid, told = request.POST.get("CallSid", ""), request.POST.get("CallStatus", "")
    if not sid or not told:
        return HttpResponse(status=400)
    callbacks.status(leg_id=leg_id, sid=sid[:64], status=told[:24], error_code="", now=timezone.now())
    return done()


def _hear(request: HttpRequest, leg_id: UUID) -> None:
    """That we are asked for words is news too: it may overtake every status callback, even our own request's answer."""
    sid, told = request.POST.get("CallSid", ""), request.POST.get("CallStatus", "")
    try:
        if sid and told:
            callbacks.status(leg_id=leg_id, sid=sid[:64], status=told[:24], error_code="", now=timezone.now())
    except Exception as failure:  # kept, and applied by the worker; whoever picked up waits for words
        log.exception("call.status_not_applied", leg=str(leg_id), error=type(failure).__name__)


def _answer(request: HttpRequest, leg_id: UUID, turn: int, *, digit: str) -> HttpResponse:
    sid = request.POST.get("CallSid", "")[:64]
    try:
        spoken = turns.take(leg_id=leg_id, sid=sid, number=turn, digit=digit, now=timezone.now())
        silent = 0 if digit else _silent_for(request)
        return _speak(_document(spoken, leg_id, turn, silent))
    except Exception as failure:
        log.exception("call.no_words", leg=str(leg_id), key=bool(digit), error=type(failure).__name__)
        return _speak(twiml.say_and_hang_up(_fallback(NOT_HEARD if digit else SOMETHING_WRONG)))


def _document(spoken: Spoken, leg_id: UUID, turn: int, silent: int) -> str:
    if not spoken.listen or turn >= call_rules.MOST_TURNS:
        return twiml.say_and_hang_up(spoken.text)
    onward = current.voice_url(leg_id, turn=turn + 1)
    return twiml.say_and_listen(
        text=spoken.text,
        key_url=current.voice_url(leg_id, "key/", turn=turn + 1),
        silence_url=f"{onward}&silent={silent + 1}",
        seconds=call_rules.LISTEN_SECONDS,
    )


def _fallback(trouble: str) -> str:
    try:
        who = directory.centre().name
    except Exception:  # no database: then no name
        who = "trygghetscentralen"
    return f"Hej. Det här är ett samtal från {who}. {trouble} {CALL_BACK}"


def _turn(request: HttpRequest) -> int:
    return max(1, _number(request, "turn"))


def _silent_for(request: HttpRequest) -> int:
    """How many times the words have been said in a row without a key."""
    return _number(request, "silent")


def _number(request: HttpRequest, name: str) -> int:
    told = request.GET.get(name, "0")
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 3 else 0


def _speak(document: str) -> HttpResponse:
    return HttpResponse(document, content_type=XML)
