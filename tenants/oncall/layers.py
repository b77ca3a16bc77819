"""What an admin does with the schedule: layers of people in turn, and when a duty must be held.

Call in the municipality; the caller has checked `portal.edit`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from central.accounts.models import User
from tenants.oncall import reading, schedule, windows
from tenants.oncall.models import Contact, Duty, Layer, LayerMember
from tenants.oncall.schedule import STOCKHOLM, Window
from tenants.oncall.services import BadEntry, audit

LOOKED_AHEAD = timedelta(days=120)
MOST_MEMBERS = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """A layer as it is asked for: `members` are contact ids in order; `turn_days` 1 to 366."""

    rank: int
    members: Sequence[int]
    first_day: date
    turns_at: time
    turn_days: int = 7
    windows: Sequence[Window] = ()
    until: date | None = None


def add_layer(*, duty_id: int, wanted: Wanted, actor: User, now: datetime) -> Layer:
    """People who have the duty in turn. Raises BadEntry, also when others have its rank at some time."""
    with transaction.atomic():
        duty = _locked(duty_id)
        layer = Layer(duty=duty)
        _write(layer, wanted, now)
        audit("layer_added", layer.pk, actor, now, **_said(layer))
    return layer


def change_layer(*, layer_id: int, wanted: Wanted, actor: User, now: datetime) -> Layer:
    """Write a layer anew; one that has begun holds until a later first day, so that what was true stays so.

    Raises BadEntry and Layer.DoesNotExist.
    """
    with transaction.atomic():
        layer = Layer.objects.select_related("duty").get(pk=layer_id)
        _locked(layer.duty_id)
        before = _said(layer)
        begun = schedule.at_wall(layer.first_day, layer.turns_at) <= now
        if (
            begun
            and wanted.first_day > layer.first_day
            and (layer.until is None or wanted.first_day < layer.until)
        ):
            Layer.objects.filter(pk=layer_id).update(until=wanted.first_day, until_at=wanted.turns_at)
            layer = Layer(duty=layer.duty)
        _write(layer, wanted, now)
        audit(
            "layer_changed", layer.pk, actor, now, **_said(layer), time_before=before["time"],
            name_before=before["name"],
        )  # fmt: skip
    return layer


def end_layer(*, layer_id: int, until: date, actor: User, now: datetime) -> Layer:
    """From that day's hour of change nobody has it in this turn any more. Raises BadEntry and Layer.DoesNotExist."""
    with transaction.atomic():
        layer = Layer.objects.select_related("duty").get(pk=layer_id)
        _locked(layer.duty_id)
        if until <= layer.first_day:
            raise BadEntry("until", "Slutdagen ligger före den första dagen. Ta bort turordningen i stället.")
        if layer.until is None or until < layer.until:
            layer.until, layer.until_at = until, None
            layer.save(update_fields=["until", "until_at"])
            audit("layer_ended", layer.pk, actor, now, **_said(layer), until=until.isoformat())
    return layer


def remove_layer(*, layer_id: int, actor: User, now: datetime) -> None:
    """Take a layer out of the schedule. Twice is once."""
    with transaction.atomic():
        layer = Layer.objects.select_related("duty").filter(pk=layer_id).first()
        if layer is not None:
            said = _said(layer)
            if Layer.objects.filter(pk=layer_id).delete()[0]:
                audit("layer_removed", layer_id, actor, now, **said)


SAFE_MINUTES = (0, 15, 30, 45, 60, 90, 120)
"""How long somebody alone out there may be left without a word; 0 is off."""


def set_safe_minutes(*, duty_id: int, minutes: int, actor: User, now: datetime) -> Duty:
    """How soon somebody of the duty who is alone must be heard. Raises BadEntry."""
    if minutes not in SAFE_MINUTES:
        raise BadEntry("safe_minutes", "Välj en av tiderna i listan.")
    with transaction.atomic():
        duty = _locked(duty_id)
        duty.safe_minutes = minutes
        duty.save(update_fields=["safe_minutes"])
        audit("duty_safety", duty.pk, actor, now, duty=duty.name, minutes=str(minutes))
    return duty


def set_needed(*, duty_id: int, needed: Sequence[Window], actor: User, now: datetime) -> Duty:
    """When somebody must have the duty; empty is always. Raises BadEntry."""
    _check_windows(needed)
    with transaction.atomic():
        duty = _locked(duty_id)
        duty.needed = windows.kept(needed)
        duty.save(update_fields=["needed"])
        audit("duty_needed", duty.pk, actor, now, duty=duty.name, time=windows.words(needed))
    return duty


def _write(layer: Layer, wanted: Wanted, now: datetime) -> None:
    _check(wanted)
    layer.rank, layer.first_day, layer.turn_days = wanted.rank, wanted.first_day, wanted.turn_days
    layer.turns_at = wanted.turns_at.replace(second=0, microsecond=0)
    layer.windows, layer.until, layer.until_at = windows.kept(wanted.windows), wanted.until, None
    layer.save()
    LayerMember.objects.filter(layer=layer).delete()
    LayerMember.objects.bulk_create(
        LayerMember(layer=layer, contact_id=contact_id, position=position)
        for position, contact_id in enumerate(wanted.members, 1)
    )
    _check_alone(layer, now)


def _check(wanted: Wanted) -> None:
    if wanted.rank not in range(1, 10):
        raise BadEntry("rank", "Ordningen är ett tal från 1 till 9.")
    if not wanted.members:
        raise BadEntry("members", "Välj minst en person.")
    if len(wanted.members) > MOST_MEMBERS:
        raise BadEntry("members", f"Högst {MOST_MEMBERS} personer kan turas om.")
    if Contact.objects.filter(pk__in=wanted.members, removed_at=None).count() != len(set(wanted.members)):
        raise BadEntry("members", "En av personerna finns inte längre bland kontakterna. Välj om.")
    if wanted.turn_days not in range(1, 367):
        raise BadEntry("turn_days", "Skriv hur många dagar i taget: ett tal från 1 till 366.")
    if wanted.until is not None and wanted.until <= wanted.first_day:
        raise BadEntry("until", "Slutdagen ligger före den första dagen.")
    _check_windows(wanted.windows)


def _check_windows(some: Sequence[Window]) -> None:
    if len(some) > windows.MOST:
        raise BadEntry("windows", f"Högst {windows.MOST} tider.")
    if any(not one.days for one in some):
        raise BadEntry("windows", "Välj minst en dag för varje tid.")


def _check_alone(layer: Layer, now: datetime) -> None:
    """Two can't both be first: looked for in the months to come, from the layer's first day at the earliest."""
    start = max(now, schedule.at_wall(layer.first_day, time(0)))
    end = start + LOOKED_AHEAD
    plan = reading.plans([layer.duty_id], start, end)[layer.duty_id]
    bare = schedule.shifts([one for one in plan.layers if one.rank == layer.rank], [], start, end, plan.fixed)
    if (both := schedule.collision(bare)) is not None:
        names = Contact.objects.in_bulk([one.contact_id for one in both])
        first, second = (names[one.contact_id].name for one in both)
        begins = max(one.start for one in both).astimezone(STOCKHOLM)
        raise BadEntry(
            "rank",
            f"{first} och {second} skulle ha ordning {layer.rank} samtidigt från {begins:%Y-%m-%d %H:%M}. "
            "Ändra tiderna eller ordningen.",
        )


def _locked(duty_id: int) -> Duty:
    duty = Duty.objects.select_for_update().filter(pk=duty_id).first()
    if duty is None:
        raise BadEntry("duty", "Välj en jour i listan.")
    return duty


def _said(layer: Layer) -> dict[str, str]:
    return {
        "duty": layer.duty.name,
        "name": names(layer.members.select_related("contact").order_by("position")),
        "time": f"{windows.words(windows.read(layer.windows))}, ordning {layer.rank}, byte var {layer.turn_days}:e dag",
    }


def names(members: Iterable[LayerMember]) -> str:
    """The people of a layer in turn."""
    return ", ".join(one.contact.name for one in members)
