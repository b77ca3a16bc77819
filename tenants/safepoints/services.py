"""Put points into use and out of it, in the current municipality: row, log, event, staff and case together."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Protocol
from uuid import UUID

from central import phone
from central.audit.services import record
from central.carriers.services import send
from central.events.services import announce, unit_of_work
from central.municipalities.context import current
from tenants.casefiles.services import By, journal
from tenants.safepoints import rules
from tenants.safepoints.models import Activation, Answer, PointLog, SafePoint, StaffCall, State

PURPOSE = "safepoint"
TOLD = "safepoint_activated"  # the journal's verb for every change of a point


class Actor(Protocol):
    """Who does it: an account."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def initials(self) -> str: ...


class UnknownPoint(Exception):
    """There is no such point here, or it has left the register."""

    message = "Trygghetspunkten finns inte i kommunens register."


class WrongState(Exception):
    """The point isn't where that step begins; `state` is where it is."""

    def __init__(self, name: str, state: str) -> None:
        super().__init__(state)
        self.state = state
        words = {State.CLOSED: "är stängd", State.PREPARING: "förbereds redan", State.OPEN: "är redan öppen"}
        self.message = f"{name} {words[State(state)]}."


def activate(
    *, point_id: UUID, case_id: UUID | None, actor: Actor, public_text: str, now: datetime
) -> Activation:
    """Closed → preparing: tell the public, ask every staff contact by SMS, write it in the case.

    An empty `public_text` shows the register's own. Raises UnknownPoint and WrongState.
    """
    with unit_of_work():
        point = _locked(point_id)
        if not rules.may(point.state, State.PREPARING):
            raise WrongState(point.name, point.state)
        text = (public_text.strip() or point.public_text)[:500]
        point.case_id, point.opened_at = case_id, None
        activation = Activation.objects.create(
            point=point,
            case_id=case_id,
            by_id=actor.pk,
            by_name=actor.name,
            public_text=text,
            started_at=now,
        )
        asked = _ask_staff(point, activation, now)
        _change(point, State.PREPARING, actor, now, text)
        _tell_case(
            case_id,
            TOLD,
            f"{point.name} förbereds. {asked} i personalen får sms.",
            actor,
            now,
        )
    return activation


def mark_open(*, point_id: UUID, actor: Actor | None, now: datetime, said_by: str = "") -> SafePoint:
    """Preparing → open. `said_by` names the staff member when her SMS told it. Raises as `activate`."""
    with unit_of_work():
        point = _locked(point_id)
        if not rules.may(point.state, State.OPEN):
            raise WrongState(point.name, point.state)
        point.opened_at = now
        _change(point, State.OPEN, actor, now, said_by=said_by)
        told = f" {said_by} meddelar det per sms." if said_by else ""
        _tell_case(point.case_id, TOLD, f"{point.name} är öppen.{told}", actor, now)
    return point


def close_point(*, point_id: UUID, actor: Actor, now: datetime) -> SafePoint:
    """Preparing or open → closed. Raises UnknownPoint and WrongState."""
    with unit_of_work():
        point = _locked(point_id)
        if not rules.may(point.state, State.CLOSED):
            raise WrongState(point.name, point.state)
        case_id = point.case_id
        Activation.objects.filter(point=point, ended_at__isnull=True).update(ended_at=now)
        point.case_id = point.opened_at = None
        _change(point, State.CLOSED, actor, now, case_id=case_id)
        _tell_case(case_id, TOLD, f"{point.name} är stängd.", actor, now)
    return point


def change_public_text(*, point_id: UUID, text: str, actor: Actor, now: datetime) -> SafePoint:
    """Tell the public something new about a live point. Raises UnknownPoint, and WrongState when closed."""
    with unit_of_work():
        point = _locked(point_id)
        if point.state == State.CLOSED:
            raise WrongState(point.name, point.state)
        text = text.strip()[:500]
        Activation.objects.filter(point=point, ended_at__isnull=True).update(public_text=text)
        _change(point, point.state, actor, now, text)
    return point


def staff_answered(*, call_id: UUID, body: str, now: datetime) -> StaffCall | None:
    """Note a staff member's SMS; the last answer counts. None when the call is unknown here.

    ÖPPEN also opens the point. An answer nobody can read goes to the case as it stands.
    """
    with unit_of_work():
        call = StaffCall.objects.select_for_update().filter(pk=call_id).first()
        if call is None:
            return None
        point, said = call.activation.point, rules.meaning(body)
        if said:
            call.answer = Answer.COMING if said == rules.OPENED else said
            call.answered_at = now
            call.save(update_fields=["answer", "answered_at"])
        coming, asked = staff_coming(call.activation_id)
        words = {Answer.COMING: "kommer", Answer.CANNOT: "kan inte", rules.OPENED: "har öppnat"}.get(said)
        text = f"{call.name} {words}" if words else f"{call.name} svarar: {body.strip()[:160]}"
        _tell_case(
            call.activation.case_id,
            "sms_answered",
            f"{text} ({point.name}, {coming} av {asked} kommer).",
            None,
            now,
        )
        _announce(point)
        if said == rules.OPENED and call.activation.ended_at is None and point.state == State.PREPARING:
            with suppress(WrongState):  # an operator was first
                mark_open(point_id=point.pk, actor=None, now=now, said_by=call.name)
    return call


def staff_coming(activation_id: UUID) -> tuple[int, int]:
    """How many have said they come, of how many asked."""
    answers = list(StaffCall.objects.filter(activation_id=activation_id).values_list("answer", flat=True))
    return answers.count(Answer.COMING), len(answers)


def _locked(point_id: UUID) -> SafePoint:
    rows = SafePoint.objects.select_for_update().filter(pk=point_id, removed_at__isnull=True)
    point = rows.first()
    if point is None:
        raise UnknownPoint
    return point


def _ask_staff(point: SafePoint, activation: Activation, now: datetime) -> int:
    municipality = current()
    body = rules.staff_text(point.name, municipality.name)
    asked = 0
    for contact in point.staff.all():
        call = StaffCall(activation=activation, name=contact.name, phone=contact.phone, asked_at=now)
        try:
            leg = send(
                municipality=municipality,
                subject_id=call.pk,
                purpose=PURPOSE,
                to=contact.phone,
                body=body,
                contact_name=contact.name,
                now=now,
            )
        except phone.BadNumber:
            pass  # the row without a leg shows that nobody was asked there
        else:
            call.leg_id = leg.pk
            asked += 1
        call.save(force_insert=True)
    return asked


def _change(
    point: SafePoint,
    state: str,
    actor: Actor | None,
    now: datetime,
    text: str = "",
    *,
    case_id: UUID | None = None,
    said_by: str = "",
) -> None:
    point.state, point.last_change_at = state, now
    point.save(update_fields=["state", "last_change_at", "opened_at", "case_id"])
    PointLog.objects.create(
        point=point,
        at=now,
        state=state,
        by_id=actor.pk if actor else None,
        by_name=actor.name if actor else said_by,
        case_id=case_id or point.case_id,
        public_text=text,
    )
    record(
        f"safepoint.{state}",
        actor_id=actor.pk if actor else None,
        actor_name=actor.name if actor else said_by,
        municipality_id=current().id,
        subject=str(point.pk),
        details={"point": point.name, "text": text},
        at=now,
    )
    _announce(point)


def _announce(point: SafePoint) -> None:
    item = {"id": str(point.pk), "m": current().id, "name": point.name, "state": str(point.state)}
    announce("safepoint", item, municipality_id=current().id)


def _tell_case(case_id: UUID | None, verb: str, text: str, actor: Actor | None, now: datetime) -> None:
    if case_id is None:
        return
    by = By(actor.pk, actor.name, actor.initials) if actor else By(None, "", "")
    journal(case_id, verb=verb, text=text, by=by, now=now)
    announce("case", {"id": str(case_id), "part": "journal"}, municipality_id=current().id)
