"""What became of a case's messages and calls, and what was pressed in them. Their texts and numbers are left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from django.db.models import Q

from central.carriers.models import Attempt, Channel, Direction, Leg, Result, State, Turn
from tenants.contents.models import MessageContent
from tenants.followup.ports import Fact

SENT = ("sms_sent", "sms_delivered")
RANG = ("call_queued", "call_answered", "call_failed")
FAILED = ("sms_failed", "call_failed")
ENDED: dict[str, str] = {
    Result.COMPLETED: "avslutat",
    Result.BUSY: "upptaget",
    Result.NO_ANSWER: "inget svar",
    Result.FAILED: "kom inte fram",
    Result.CANCELED: "återtaget",
}


def of_messages(case_id: UUID, names: Mapping[UUID, str], answered: Collection[UUID]) -> Iterator[Fact]:
    """``names``: whom each call-out asked, by its id; ``answered``: those that were. Call in the case's municipality."""
    legs = list(Leg.objects.filter(Q(subject_id=case_id) | Q(subject_id__in=list(names))))
    letters = MessageContent.objects.defer("body", "number").in_bulk([one.pk for one in legs])
    turns: dict[UUID, list[Turn]] = {}
    for turn in Turn.objects.filter(leg_id__in=[one.pk for one in legs], kind=Turn.Kind.KEY):
        turns.setdefault(turn.leg_id, []).append(turn)
    doubtful = set(
        Attempt.objects.filter(
            leg_id__in=[one.pk for one in legs], called_at__isnull=False, ended_at=None
        ).values_list("leg_id", flat=True)
    )
    for leg in legs:
        letter = letters.get(leg.pk)
        name = (letter.contact_name if letter else "") or names.get(
            leg.subject_id or leg.pk, "okänd mottagare"
        )
        if leg.direction == Direction.IN:
            yield Fact(leg.created_at, "message", f"Sms från {name}", ("sms_received", "sms_answered"))
        elif leg.channel == Channel.VOICE:
            yield from _call(leg, name, turns.get(leg.pk, []))
        else:
            yield from _sms(leg, name, leg.subject_id in answered)
        if leg.pk in doubtful and leg.state != State.UNCERTAIN:
            yield Fact(leg.changed_at, "message", f"Okänt hur ett försök att nå {name} slutade", unknown=True)


def _sms(leg: Leg, name: str, answered: bool) -> Iterator[Fact]:
    if leg.sent_at is not None:
        yield Fact(leg.sent_at, "message", f"Sms till {name} lämnat till operatören", SENT)
    if leg.delivered_at is not None:
        yield Fact(leg.delivered_at, "message", f"Sms till {name} framme i telefonen", SENT)
    if leg.state in (State.FAILED, State.UNDELIVERED):
        yield Fact(leg.changed_at, "message", f"Sms till {name} kom inte fram{_code(leg)}", FAILED)
    elif leg.state == State.CANCELLED:
        yield Fact(leg.changed_at, "message", f"Sms till {name} skickades aldrig")
    elif leg.state == State.UNCERTAIN:
        yield Fact(
            leg.changed_at, "message", f"Okänt om sms till {name} gick", ("sms_uncertain",), unknown=True
        )
    elif leg.state == State.SENT and not answered:
        told = f"Okänt om sms till {name} kom fram: operatören har inte sagt något"
        yield Fact(leg.changed_at, "message", told, unknown=True)
    elif leg.state in (State.QUEUED, State.SENDING):
        yield Fact(leg.changed_at, "message", f"Okänt om sms till {name} går: det väntar", unknown=True)


def _call(leg: Leg, name: str, pressed: list[Turn]) -> Iterator[Fact]:
    if leg.sent_at is not None:
        yield Fact(leg.sent_at, "message", f"Det ringer hos {name}", RANG)
    if leg.delivered_at is not None:
        told = f"Samtal till {name}: någon eller ett röstbrev svarar"
        yield Fact(leg.delivered_at, "message", told, RANG)
    for one in pressed:
        yield Fact(
            one.at, "message", f"{name} tryckte {one.digit}", ("sms_answered", "call_answered", "decided")
        )
    if leg.ended_at is not None:
        told = ENDED.get(leg.result, "hur det slutade är okänt")
        yield Fact(leg.ended_at, "message", f"Samtal till {name}: {told}", RANG, unknown=not leg.result)
    elif leg.state in (State.FAILED, State.UNDELIVERED):
        yield Fact(leg.changed_at, "message", f"Samtal till {name} kom inte fram{_code(leg)}", FAILED)
    elif leg.state == State.CANCELLED:
        yield Fact(leg.changed_at, "message", f"Samtal till {name} ringdes aldrig")
    else:
        yield Fact(leg.changed_at, "message", f"Okänt hur samtalet till {name} slutade", unknown=True)


def _code(leg: Leg) -> str:
    return f" (felkod {leg.error_code})" if leg.error_code else ""
