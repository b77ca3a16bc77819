"""From draft to version: sent for review, sent back or approved by somebody else, valid from a time, ended. Audited here.

Who has written in a draft never approves it; the database refuses it too. Where the municipality has nobody else it asks
a shift leader of the centre (`centre`): then she may, and somebody of its own as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from central.audit.services import record
from central.municipalities.context import current
from tenants.instructions import ports
from tenants.instructions import series as all_series
from tenants.instructions.models import ActionInstruction, Series, State
from tenants.instructions.rules import Step, problems
from tenants.instructions.services import (
    Actor,
    BadSteps,
    DraftChanged,
    NoDraft,
    add_author,
    make_approved,
    open_draft,
)

LONGEST_COMMENT = 400
FURTHEST = timedelta(days=366)
"""How far ahead a version may be approved."""


class NotInReview(Exception):
    """It was withdrawn, sent back or approved meanwhile."""

    message = "Instruktionen granskas inte längre. Någon annan har godkänt den eller skickat tillbaka den."


class OwnWork(Exception):
    """An author tried to approve."""

    message = "Du har skrivit i instruktionen. Någon annan måste granska och godkänna den."


class CentreNotAsked(Exception):
    """The municipality has not asked the centre to review."""

    message = "Kommunen har inte bett centralen att granska instruktionen."


class BadComment(Exception):
    """A comment is missing or too long."""

    message = (
        f"Skriv en kommentar, högst {LONGEST_COMMENT} tecken, så att den som skrev vet vad som ska ändras."
    )


class BadStart(Exception):
    """It can't be valid from then."""

    message = "Välj en tid från och med nu och högst ett år fram."


class NotValid(Exception):
    """There is nothing to end."""

    message = "Versionen gäller inte och kommer inte att gälla."


def send(
    *, instruction_id: UUID, centre: bool, actor: Actor, now: datetime, read_at: datetime | None = None
) -> None:
    """Ask for review: nobody writes in it meanwhile. `centre` asks a shift leader too.

    Who sends it answers for it, and is one of its authors. Raises NoDraft, BadSteps, DraftChanged.
    """
    with transaction.atomic():
        draft = open_draft(instruction_id)
        if read_at is not None and draft.changed_at > read_at:
            raise DraftChanged
        errors = problems(draft.title, [Step.of(step) for step in draft.steps.all()], finished=True)
        if draft.series.name and not draft.hours:
            errors["hours"] = f"Välj vilka tider {draft.series.name} är. Utan tider används den aldrig."
        if errors:
            raise BadSteps(errors)
        add_author(draft, actor)
        draft.state, draft.sent_at, draft.sent_by_name = State.REVIEW, now, actor.name
        draft.centre_reviews, draft.comment, draft.comment_by_name = centre, "", ""
        draft.save()
        _audit("instruction.sent", draft, actor, now, {"centre": centre})
        if centre:
            ports.ask_centre(municipality_id=current().id, instruction_id=draft.pk, now=now)


def withdraw(*, instruction_id: UUID, actor: Actor, now: datetime) -> ActionInstruction:
    """Take it back to go on writing. Raises NotInReview."""
    with transaction.atomic():
        draft = _in_review(instruction_id)
        _reopen(draft, "instruction.withdrawn", actor, now)
    return draft


def send_back(*, instruction_id: UUID, comment: str, actor: Actor, now: datetime) -> ActionInstruction:
    """Back to whoever wrote it, with what has to change. Raises NotInReview, BadComment."""
    comment = _comment(comment)
    with transaction.atomic():
        draft = _in_review(instruction_id)
        draft.comment, draft.comment_by_name = comment, actor.name
        _reopen(draft, "instruction.sent_back", actor, now)
    return draft


def approve(
    *,
    instruction_id: UUID,
    actor: Actor,
    valid_from: datetime | None = None,
    from_centre: bool = False,
    now: datetime,
) -> ActionInstruction:
    """The second person says yes: a new version, valid from `valid_from` (now, unless given).

    Raises NotInReview, OwnWork, CentreNotAsked, BadStart.
    """
    starts = now if valid_from is None else valid_from
    if starts < now - timedelta(minutes=1) or starts > now + FURTHEST:
        raise BadStart
    with transaction.atomic():
        series = Series.objects.filter(versions__pk=instruction_id).first()
        if series is None:
            raise NotInReview
        all_series.lock(series)  # before the draft's row: in the same order as everybody who makes a version
        draft = _in_review(instruction_id)
        if actor.pk in draft.author_ids:
            raise OwnWork
        if from_centre and not draft.centre_reviews:
            raise CentreNotAsked
        make_approved(
            draft, approved_by_id=actor.pk, approved_by_name=actor.name, valid_from=max(starts, now), now=now
        )
        details = {"kind": draft.kind, "version": draft.version, "valid_from": starts.isoformat()}
        _audit("instruction.published", draft, actor, now, details)
        _settled(draft, now)
    return draft


def end(*, instruction_id: UUID, comment: str, actor: Actor, now: datetime) -> ActionInstruction:
    """A version that is valid, or was to be, counts no more, and nothing comes in its place. Raises NotValid, BadComment.

    Cases that were taken with it keep it.
    """
    comment = _comment(comment)
    with transaction.atomic():
        row = ActionInstruction.objects.select_for_update().filter(pk=instruction_id).first()
        if row is None or row.valid_from is None or row.standing(now) not in ("valid", "coming"):
            raise NotValid
        row.superseded_at = max(row.valid_from, now)
        row.ended_by_name, row.end_comment = actor.name, comment
        row.save(update_fields=["superseded_at", "ended_by_name", "end_comment"])
        _audit("instruction.ended", row, actor, now, {"kind": row.kind, "version": row.version})
    return row


def _in_review(instruction_id: UUID) -> ActionInstruction:
    try:
        return open_draft(instruction_id, State.REVIEW)
    except NoDraft:
        raise NotInReview from None


def _reopen(draft: ActionInstruction, verb: str, actor: Actor, now: datetime) -> None:
    draft.state, draft.changed_at = State.DRAFT, now
    draft.save()
    _audit(verb, draft, actor, now, {})
    _settled(draft, now)


def _settled(draft: ActionInstruction, now: datetime) -> None:
    if draft.centre_reviews:
        ports.settled(municipality_id=current().id, instruction_id=draft.pk, now=now)


def _comment(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_COMMENT:
        raise BadComment
    return text


def _audit(
    verb: str, row: ActionInstruction, actor: Actor, now: datetime, details: Mapping[str, object]
) -> None:
    record(
        verb,
        actor_id=actor.pk,
        actor_name=actor.name,
        municipality_id=current().id,
        subject=str(row.pk),
        details=dict(details),
        at=now,
    )
