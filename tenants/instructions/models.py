"""Versioned action instructions. A version that was approved never changes but for its end; a trigger sees to it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from central import kinds


class State(models.TextChoices):
    """How far a version has come. Whether an approved one is valid is a question about a time: see `standing`."""

    DRAFT = "draft", "Utkast"
    REVIEW = "review", "Granskas"
    APPROVED = "approved", "Godkänd"


OPEN = (State.DRAFT, State.REVIEW)
"""Being worked on; one of a series at a time."""


class StepType(models.TextChoices):
    """What a step asks the operator to do."""

    CHECK = "check", "Kontrollera"
    ASK = "ask", "Fråga"
    INFORM = "inform", "Meddela"
    CALL_OUT = "call_out", "Kalla ut"
    TEAM = "team", "Kalla in grupp"
    SMS = "sms", "Skicka sms"
    SAFE_POINT = "safe_point", "Öppna trygghetspunkt"
    NOTIFY = "notify", "Underrätta polis eller räddningstjänst"
    DECIDE = "decide", "Begär beslut"
    WAIT = "wait", "Vänta"
    FOLLOW_UP = "follow_up", "Följ upp"


TO_A_DUTY = (StepType.CALL_OUT, StepType.TEAM, StepType.SMS)
"""Steps that reach whoever is on duty."""


class Late(models.TextChoices):
    """What follows when a step is not done in its time."""

    REMIND = "remind", "Påminn den som har ärendet"
    RAISE = "raise", "Höj prioriteten ett steg"
    CALL_OUT = "call_out", "Kalla ut en jour"
    LEADER = "leader", "Säg till skiftledaren"


class Series(models.Model):
    """What an instruction is for: a kind, anywhere or at one site; `name` tells those of certain times apart."""

    kind = models.CharField(max_length=24, choices=kinds.CHOICES)
    site_id = models.UUIDField(
        null=True, blank=True, help_text="Objektet i registret; tomt för hela kommunen"
    )
    name = models.CharField("när", max_length=40, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "site_id", "name"], name="instructions_one_series_each", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """How an address names it: the kind, for what is general; else kind and number."""
        return self.kind if self.site_id is None and not self.name else f"{self.kind}-{self.pk}"


class ActionInstruction(models.Model):
    """One version of a series. Drafts have no version number yet. `author_ids`: everybody who has written in it.

    It is valid from `valid_from` until `superseded_at`, at the hours of `hours` (see tenants.oncall.windows).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="versions")
    kind = models.CharField(max_length=24, choices=kinds.CHOICES)
    version = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField("rubrik", max_length=120)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    hours = models.JSONField(default=list, blank=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    author_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by_name = models.CharField(max_length=120, blank=True, default="")
    centre_reviews = models.BooleanField(default=False)
    comment = models.CharField("kommentar", max_length=400, blank=True, default="")
    comment_by_name = models.CharField(max_length=120, blank=True, default="")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by_id = models.BigIntegerField(null=True, blank=True)
    approved_by_name = models.CharField(max_length=120, blank=True, default="")
    ended_by_name = models.CharField(max_length=120, blank=True, default="")
    end_comment = models.CharField(max_length=400, blank=True, default="")
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "series_id", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["series", "version"], name="instructions_version_once"),
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(state=State.APPROVED, superseded_at__isnull=True),
                name="instructions_one_without_end",
            ),
            models.UniqueConstraint(
                fields=["series"], condition=Q(state__in=["draft", "review"]), name="instructions_one_open"
            ),
            models.CheckConstraint(
                name="instructions_approved_by_somebody",
                condition=Q(state__in=["draft", "review"], version__isnull=True)
                | (
                    Q(state=State.APPROVED, version__isnull=False, valid_from__isnull=False)
                    & ~Q(approved_by_name="")
                ),
            ),
            models.CheckConstraint(
                name="instructions_author_never_approves",
                condition=Q(
                    Func(
                        F("approved_by_id"),
                        F("author_ids"),
                        template="%(expressions)s)",
                        arg_joiner=" <> ALL (",
                        output_field=models.BooleanField(),
                    )
                ),
            ),
            models.CheckConstraint(
                name="instructions_ends_after_it_begins",
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}" if self.version else f"{self.kind} utkast"

    def valid_at(self, at: datetime) -> bool:
        """Whether it counts then, whatever the hour of the day."""
        begun = self.valid_from is not None and self.valid_from <= at
        return (
            self.state == State.APPROVED and begun and (self.superseded_at is None or self.superseded_at > at)
        )

    def standing(self, at: datetime) -> str:
        """draft | review | coming | valid | ended | superseded | never, then."""
        if self.state != State.APPROVED or self.valid_from is None:
            return str(self.state)
        if self.superseded_at is not None and self.superseded_at <= self.valid_from:
            return "never"
        if self.valid_from > at:
            return "coming"
        if self.valid_at(at):
            return "valid"
        return "ended" if self.ended_by_name else "superseded"


class InstructionStep(models.Model):
    """One step. `code` stays the same from version to version, so that conditions and trial runs know their question.

    `answer_within` is seconds that a called-out person has to answer; `minutes` is how soon the step must be done from
    when it applies, and `on_late` what follows otherwise. `condition`: see tenants.instructions.conditions.
    """

    instruction = models.ForeignKey(ActionInstruction, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)
    type = models.CharField("typ", max_length=12, choices=StepType)
    text = models.CharField("text", max_length=300)
    required = models.BooleanField("obligatoriskt", default=True)
    duty = models.CharField("jour", max_length=40, blank=True, default="")
    wanted = models.PositiveSmallIntegerField("hur många", null=True, blank=True)
    message = models.CharField("sms", max_length=300, blank=True, default="")
    choices = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    answer_within = models.PositiveIntegerField(null=True, blank=True)
    condition = models.JSONField(default=dict, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    on_late = models.CharField(max_length=12, choices=Late, blank=True, default="")
    late_duty = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["instruction", "position"],
                name="instructions_step_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["instruction", "code"], name="instructions_step_code_once"),
            models.CheckConstraint(name="instructions_step_from_one", condition=Q(position__gte=1)),
            models.CheckConstraint(
                name="instructions_step_names_its_duty",
                condition=~Q(type__in=["call_out", "team", "sms"]) | ~Q(duty=""),
            ),
            models.CheckConstraint(
                name="instructions_step_type_known", condition=Q(type__in=[kind.value for kind in StepType])
            ),
            models.CheckConstraint(
                name="instructions_deadline_says_what_follows",
                condition=Q(minutes__isnull=True, on_late="") | (Q(minutes__gte=1) & ~Q(on_late="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.text}"


class Pin(models.Model):
    """Which version a case was taken with: at what site, and when that was decided. Never changed."""

    case_id = models.UUIDField(primary_key=True)
    instruction = models.ForeignKey(ActionInstruction, on_delete=models.PROTECT, related_name="+")
    site_id = models.UUIDField(null=True)
    at = models.DateTimeField()
