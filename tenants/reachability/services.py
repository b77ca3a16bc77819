"""Testing the numbers of everybody on call: an SMS, a call to who has not answered, and the list of who did not.

Call in the municipality. A round is a row and its steps are taken in its lock: a killed worker tests nobody twice.
What is sent says that it is a test, and is answered by a word that answers nothing else.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from central import phone
from central.accounts.models import User
from central.audit.services import record
from central.carriers import services as carriers
from central.carriers.models import Leg
from central.carriers.models import State as LegState
from central.events.services import unit_of_work
from central.municipalities.context import current
from tenants.oncall.models import CalendarShift, Contact, LayerMember, Replacement, ReplacementState
from tenants.oncall.schedule import STOCKHOLM
from tenants.oncall.services import BadEntry
from tenants.reachability import wording
from tenants.reachability.models import NumberTest, Plan, Round, State

PURPOSE = "reachability"
RINGS_AFTER, LASTS = timedelta(minutes=10), timedelta(minutes=20)
EARLIEST, LATEST = time(8), time(20)
"""No weekly test wakes anybody."""
MOST_LATE = timedelta(hours=1)
"""A weekly test that nobody could begin in time waits for its next week."""


def plan() -> Plan | None:
    """The weekly test's, None before anybody has chosen."""
    return Plan.objects.first()


def set_plan(*, weekday: int | None, at: time, actor: User, now: datetime) -> Plan:
    """The weekly test. Raises BadEntry."""
    if weekday is not None and weekday not in range(7):
        raise BadEntry("weekday", "Välj en veckodag i listan.")
    if not EARLIEST <= at <= LATEST:
        raise BadEntry("at", f"Välj ett klockslag från {EARLIEST:%H:%M} till {LATEST:%H:%M}.")
    with transaction.atomic():
        one, _ = Plan.objects.update_or_create(pk=1, defaults={"weekday": weekday, "at": at})
        _audit("planned", "", actor, now, when=wording.planned(one))
    return one


def begin(*, actor: User | None, now: datetime, planned_for: date | None = None) -> Round:
    """Everybody on call is tested now; with a round going on, that one. Raises BadEntry where no schedule has anybody."""
    going = Round.objects.filter(ended_at=None).first()
    if going is not None:
        return going
    people = on_call(now)
    if not people:
        raise BadEntry("round", "Ingen står i något schema. Lägg till jouren först.")
    try:
        with unit_of_work():
            made = Round.objects.create(
                planned_for=planned_for,
                by_name=actor.name if actor else "",
                started_at=now,
                rings_at=now + RINGS_AFTER,
                ends_at=now + LASTS,
            )
            for contact in people:
                _text(NumberTest.objects.create(round=made, contact=contact), now)
            _audit("begun", str(made.pk), actor, now, contacts=str(len(people)))
    except IntegrityError:  # another began in the same moment
        return Round.objects.latest("started_at")
    return made


def on_call(now: datetime) -> list[Contact]:
    """Everybody who stands in a schedule, a calendar to come or a replacement to come; in Swedish order."""
    layers = LayerMember.objects.filter(Q(layer__until=None) | Q(layer__until__gte=now.date()))
    shifts = CalendarShift.objects.filter(ends_at__gt=now)
    others = Replacement.objects.filter(state=ReplacementState.VALID, ends_at__gt=now)
    ids = (
        Q(pk__in=layers.values("contact"))
        | Q(pk__in=shifts.values("contact"))
        | Q(pk__in=others.values("contact"))
    )
    return list(Contact.objects.filter(ids, removed_at=None).order_by("name", "pk"))


def advance(now: datetime) -> int:
    """What is due in this municipality: a weekly round begun, silent people rung, a round ended; how much."""
    done = _begin_weekly(now)
    for pk in Round.objects.filter(ended_at=None).values_list("pk", flat=True):
        with unit_of_work():
            one = Round.objects.select_for_update().get(pk=pk)
            if one.ended_at is not None:
                continue
            if one.rung_at is None and now >= one.rings_at:
                one.rung_at = now
                one.save(update_fields=["rung_at"])
                for test in one.tests.filter(state=State.WAITING).select_related("contact"):
                    _ring(test, now)
                done += 1
            everybody = not one.tests.filter(state=State.WAITING).exists()
            if everybody or now >= one.ends_at:
                _end(one, now)
                done += 1
    return done


def answered(*, test_id: UUID, way: str, now: datetime) -> bool:
    """They answered, also after the round has ended: a late answer is one. Twice is once."""
    with transaction.atomic():
        one = NumberTest.objects.select_for_update().filter(pk=test_id).first()
        if one is None or one.state == State.ANSWERED:
            return False
        one.state, one.answered_at, one.way = State.ANSWERED, now, way
        one.save(update_fields=["state", "answered_at", "way"])
    return True


def trouble(*, test_id: UUID, code: str) -> None:
    """The carrier says why a message or a call did not arrive."""
    NumberTest.objects.filter(pk=test_id).update(trouble=code[:32])


def _begin_weekly(now: datetime) -> int:
    wanted, local = plan(), now.astimezone(STOCKHOLM)
    if wanted is None or wanted.weekday != local.weekday():
        return 0
    due = datetime.combine(local.date(), wanted.at, STOCKHOLM)
    if not due <= now < due + MOST_LATE or Round.objects.filter(planned_for=local.date()).exists():
        return 0
    try:
        begin(actor=None, now=now, planned_for=local.date())
    except BadEntry:
        return 0
    return 1


def _text(test: NumberTest, now: datetime) -> None:
    if not test.contact.sms:
        return
    try:
        carriers.send(
            municipality=current(), subject_id=test.pk, purpose=PURPOSE, to=test.contact.phone,
            body=wording.sms(current().name), contact_name=test.contact.name, now=now, validity=LASTS,
        )  # fmt: skip
    except phone.BadNumber:
        _unreachable(test)
        return
    test.texted = True
    test.save(update_fields=["texted"])


def _ring(test: NumberTest, now: datetime) -> None:
    try:
        carriers.ring(
            municipality=current(), subject_id=test.pk, purpose=PURPOSE, to=test.contact.phone,
            words=wording.spoken(current().name), contact_name=test.contact.name, now=now, validity=LASTS,
        )  # fmt: skip
    except phone.BadNumber:
        _unreachable(test)
        return
    test.rung_at = now
    test.save(update_fields=["rung_at"])


def _unreachable(test: NumberTest) -> None:
    test.state, test.trouble = State.UNREACHABLE, "bad_number"
    test.save(update_fields=["state", "trouble"])


def _end(one: Round, now: datetime) -> None:
    for test in one.tests.filter(state=State.WAITING):
        legs = set(
            Leg.objects.filter(subject_id=test.pk, purpose=PURPOSE, direction="out").values_list(
                "state", flat=True
            )
        )
        arrived = legs - {LegState.UNDELIVERED, LegState.FAILED, LegState.CANCELLED}
        if arrived and arrived <= {LegState.UNCERTAIN}:
            test.state = State.UNKNOWN
        elif arrived:
            test.state = State.SILENT
        else:
            test.state = State.UNREACHABLE
        test.save(update_fields=["state"])
    one.ended_at = now
    one.save(update_fields=["ended_at"])
    missing = one.tests.exclude(state=State.ANSWERED).count()
    _audit("ended", str(one.pk), None, now, unanswered=str(missing))


def _audit(what: str, subject: str, actor: User | None, now: datetime, **details: str) -> None:
    record(
        f"reachability.{what}", actor_id=actor.pk if actor else None, actor_name=actor.name if actor else "",
        municipality_id=current().id, subject=subject, details=details, at=now,
    )  # fmt: skip
