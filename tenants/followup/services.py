"""What the municipality makes of its cases: comments, the follow-up's end, improvements and goals. In its schema."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from central import functions
from central.accounts.models import User
from central.audit.services import record
from central.events.services import announce, unit_of_work
from central.municipalities.context import current
from tenants.casefiles import services as casefiles
from tenants.casefiles.models import CaseFile, Followup, JournalEntry
from tenants.casefiles.models import State as CaseState
from tenants.casefiles.services import By
from tenants.followup.figures import MEASURES
from tenants.followup.models import Goal, Improvement, State
from tenants.instructions.models import ActionInstruction

LONGEST_COMMENT = 4_000


class BadEntry(ValueError):
    """``field`` is what was wrong in the form; the message says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


class NotClosed(Exception):
    """The case goes on: it has no follow-up yet."""

    message = "Ärendet pågår. Uppföljningen börjar när det är avslutat; ring centralen om något ska göras nu."


class ChangedMeanwhile(Exception):
    """Somebody else has saved the improvement since it was read."""

    message = "Någon annan har ändrat förbättringen sedan du öppnade den. Så här står den nu; ändra igen om det behövs."


def comment(*, case_id: UUID, text: str, done: bool, key: str, by: User, now: datetime) -> CaseFile:
    """Say what the case taught; ``done`` ends the follow-up with it. Twice with the same ``key`` is once.

    Who comments on what was done takes it up again. Raises BadEntry, NotClosed, CaseFile.DoesNotExist.
    """
    text = text.strip()
    if not text:
        raise BadEntry("text", "Skriv vad ni kom fram till. Räcker ingen åtgärd, skriv det.")
    if len(text) > LONGEST_COMMENT:
        raise BadEntry(
            "text", f"Kommentaren är {len(text)} tecken. Högst {LONGEST_COMMENT} går in; dela den i två."
        )
    with unit_of_work():
        case = CaseFile.objects.select_for_update().get(pk=case_id)
        if key and JournalEntry.objects.filter(case=case, by_id=by.pk, data__key=key).exists():
            return case
        if case.state != CaseState.CLOSED:
            raise NotClosed
        verb = "followup_done" if done else "followup_commented"
        case.followup = Followup.DONE if done else Followup.COMMENTED
        casefiles.mirror(case.pk, now=now, followup=case.followup)
        who = By(by.pk, by.name, by.initials)
        casefiles.journal(case.pk, verb=verb, now=now, text=text, data={"key": key}, by=who)
        _audit(f"case.{verb}", by, now, subject=str(case.pk))
        told = {"id": str(case.pk), "part": "journal"}
        announce("case", told, municipality_id=current().id, function=case.function)
    return case


def save_improvement(
    *,
    improvement_id: UUID,
    version: int,
    typed: dict[str, str],
    owners: dict[int, str],
    functions_of: Collection[str],
    case_id: UUID | None = None,
    instruction_id: UUID | None = None,
    by: User,
    now: datetime,
) -> Improvement:
    """Write one down, or change it: ``version`` 0 is a new one, and the same id again is the same one.

    ``typed``: title, detail, done_when, function, owner, due_on (2026-11-23) and state, as texts. ``owners`` may have it;
    ``functions_of`` are the person's. What it is about is set when it is new and stays. Raises BadEntry,
    ChangedMeanwhile, Improvement.DoesNotExist.
    """
    values = _read(typed, owners, functions_of)
    with transaction.atomic():
        if version == 0:
            about = {"case": _case(case_id, functions_of), "instruction": _instruction(instruction_id)}
            made = {**values, **about, "created_at": now, "created_by_name": by.name, "changed_at": now}
            one, fresh = Improvement.objects.get_or_create(
                pk=improvement_id, defaults=made | _done(values, by, now)
            )
            if fresh:
                _audit("improvement.created", by, now, subject=str(one.pk), details={"title": one.title})
            return one
        one = Improvement.objects.select_for_update().get(pk=improvement_id, function__in=functions_of)
        if one.version != version:
            raise ChangedMeanwhile
        changed = sorted(name for name, value in values.items() if getattr(one, name) != value)
        if not changed:
            return one
        if "state" in changed:
            values |= _done(values, by, now)
        for name, value in values.items():
            setattr(one, name, value)
        one.version, one.changed_at = one.version + 1, now
        one.save()
        _audit(
            "improvement.changed",
            by,
            now,
            subject=str(one.pk),
            details={"fields": changed, "state": one.state},
        )
    return one


def _read(typed: dict[str, str], owners: dict[int, str], functions_of: Collection[str]) -> dict[str, Any]:
    said = {name: text.strip() for name, text in typed.items()}
    for name, most, missing in (
        ("title", 160, "Skriv vad som ska bli bättre."),
        ("done_when", 240, "Skriv hur ni ser att det är klart."),
        ("detail", 4_000, ""),
    ):
        if not said.get(name) and missing:
            raise BadEntry(name, missing)
        if len(said.get(name, "")) > most:
            raise BadEntry(name, f"Texten är {len(said[name])} tecken. Högst {most} går in.")
    if said.get("function", "") not in functions_of:
        raise BadEntry("function", "Välj en av dina verksamheter.")
    owner = said.get("owner", "")
    if not owner.isdecimal() or int(owner) not in owners:
        raise BadEntry("owner", "Välj vem som ansvarar.")
    if said.get("state", "") not in State.values:
        raise BadEntry("state", "Välj hur långt ni har kommit.")
    return {
        "title": said["title"],
        "detail": said.get("detail", ""),
        "done_when": said["done_when"],
        "function": said["function"],
        "owner_id": int(owner),
        "owner_name": owners[int(owner)],
        "due_on": _day(said.get("due_on", "")),
        "state": State(said["state"]),
    }


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadEntry("due_on", "Skriv dagen som 2026-11-23.") from None
    if not 2000 <= day.year <= 2200:
        raise BadEntry("due_on", "Skriv ett år mellan 2000 och 2200.")
    return day


def _done(values: dict[str, Any], by: User, now: datetime) -> dict[str, Any]:
    if values["state"] == State.DONE:
        return {"done_at": now, "done_by_name": by.name}
    return {"done_at": None, "done_by_name": ""}


def _case(case_id: UUID | None, functions_of: Collection[str]) -> CaseFile | None:
    if case_id is None:
        return None
    found = CaseFile.objects.filter(pk=case_id, function__in=functions_of).first()
    if found is None:
        raise BadEntry("case", "Ärendet finns inte, eller är inte i någon av dina verksamheter.")
    return found


def _instruction(instruction_id: UUID | None) -> ActionInstruction | None:
    if instruction_id is None:
        return None
    found = ActionInstruction.objects.filter(pk=instruction_id).first()
    if found is None or found.version is None:
        raise BadEntry("instruction", "Välj en version som har godkänts.")
    return found


def save_goal(*, measure: str, function: str, seconds: int, share: int, by: User, now: datetime) -> Goal:
    """``share`` % within ``seconds``; function "" for all without their own. Raises BadEntry."""
    if measure not in MEASURES:
        raise BadEntry("measure", "Välj vad målet gäller.")
    if function and function not in functions.NAMES:
        raise BadEntry("function", "Välj en verksamhet i listan.")
    if not 1 <= seconds <= 86_400:
        raise BadEntry("seconds", "Skriv ett helt antal sekunder, 1–86400. Tio minuter är 600.")
    if not 1 <= share <= 100:
        raise BadEntry("share", "Skriv en andel i hela procent, 1–100.")
    with transaction.atomic():
        kept, _ = Goal.objects.update_or_create(
            measure=measure,
            function=function,
            defaults={"seconds": seconds, "share": share, "changed_at": now, "changed_by_name": by.name},
        )
        details = {"function": function, "seconds": seconds, "share": share}
        _audit("goal.changed", by, now, subject=measure, details=details)
    return kept


def remove_goal(*, measure: str, function: str, by: User, now: datetime) -> None:
    """The general goal, or the standard one, counts again. Twice is once."""
    with transaction.atomic():
        gone, _ = Goal.objects.filter(measure=measure, function=function).delete()
        if gone:
            _audit("goal.removed", by, now, subject=measure, details={"function": function})


def note_export(verb: str, *, by: User, file_format: str, details: dict[str, Any], now: datetime) -> None:
    """That figures or a list were taken out of the house."""
    _audit(verb, by, now, details={"format": file_format, **details})


def _audit(
    verb: str, by: User, now: datetime, *, subject: str = "", details: dict[str, Any] | None = None
) -> None:
    record(
        verb,
        actor_id=by.pk,
        actor_name=by.name,
        municipality_id=current().id,
        subject=subject,
        details=details,
        at=now,
    )
