"""Call-outs (public schema): which duty was asked for which case, and how far it came. No names, no numbers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    QUEUED = "queued", "Köat"
    SENT = "sent", "Skickat"
    DELIVERED = "delivered", "Framme"
    ACCEPTED = "accepted", "Tar"
    DECLINED = "declined", "Kan inte"
    UNDELIVERED = "undelivered", "Ej levererat"
    UNCERTAIN = "uncertain", "Osäkert"
    NO_ANSWER = "no_answer", "Inget svar"
    NOT_NEEDED = "not_needed", "Behövs inte"


class RunState(models.TextChoices):
    RUNNING = "running", "Pågår"
    TAKEN = "taken", "Taget"
    EXHAUSTED = "exhausted", "Ingen tar"
    CALLED_OFF = "called_off", "Avbruten"


OPEN = (State.QUEUED, State.SENT, State.DELIVERED, State.UNCERTAIN)
"""Still waiting for the contact's word."""

ANSWERED = (State.ACCEPTED, State.DECLINED)


class Run(models.Model):
    """One escalation: a duty's people asked in turn, by a plan that was frozen when it began, until enough take it.

    The plan, with names, stands in the municipality's schema under the same UUID (tenants.contents.RunPlan). `at` is the
    next of its asks and `due_at` when it falls due: the row is the queue.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    work_item = models.ForeignKey("workqueue.WorkItem", on_delete=models.PROTECT, related_name="runs")
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(
        max_length=12, default="callout", help_text="callout, decision: vad som frågas"
    )
    duty = models.CharField(max_length=40, help_text="Jourens kod i kommunen")
    duty_name = models.CharField(max_length=60, help_text="Jourens namn. En funktion, ingen person")
    step_position = models.SmallIntegerField(null=True)
    wanted = models.SmallIntegerField(default=1, help_text="Hur många som behövs")
    people = models.SmallIntegerField(help_text="Hur många som står i planen")
    asks = models.SmallIntegerField(help_text="Hur många frågor planen har")
    at = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=RunState, default=RunState.RUNNING)
    due_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True, help_text="Ingen tog det, och det är beslutat vad som görs")

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="run_is_due_while_it_runs",
                condition=Q(state="running", due_at__isnull=False) | (~Q(state="running") & Q(due_at=None)),
            ),
            models.CheckConstraint(
                name="run_ended_has_a_time", condition=Q(state="running") | Q(ended_at__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["work_item", "purpose", "duty"],
                condition=Q(state="running"),
                name="one_run_per_item_and_duty",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="run_due", condition=Q(state="running"))]

    def __str__(self) -> str:
        return f"{self.duty} {self.state}"


class Callout(models.Model):
    """One contact asked about one case, by one or several messages: those whose subject it is.

    Name and number stand in the municipality's schema under the same UUID (tenants.contents.CalloutLetter).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    work_item = models.ForeignKey("workqueue.WorkItem", on_delete=models.PROTECT, related_name="callouts")
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="+"
    )
    duty = models.CharField(max_length=40, help_text="Jourens kod i kommunen")
    duty_name = models.CharField(
        max_length=60, help_text="Jourens namn: Fastighetsjour. En funktion, ingen person"
    )
    contact_id = models.BigIntegerField(
        help_text="Kontakten i kommunens egna register; ingen främmande nyckel"
    )
    number_hash = models.CharField(max_length=64, help_text="Nyckelberoende fingeravtryck, aldrig numret")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="callouts")
    rank = models.SmallIntegerField(default=1)
    step_position = models.SmallIntegerField(null=True, help_text="Steget i instruktionen som kallade ut")
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(help_text="När kontakten frågades senast")
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True, help_text="När svarstiden gick ut")
    rung_at = models.DateTimeField(null=True, help_text="När telefonen ringdes upp senast")
    arrives_at = models.DateTimeField(null=True, help_text="När kontakten har sagt sig vara framme")
    on_way_at = models.DateTimeField(null=True)
    on_site_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    safe_until = models.DateTimeField(
        null=True, help_text="Ensam ute: när hen ska ha hört av sig, eller frågas på nytt"
    )
    safety_asked_at = models.DateTimeField(null=True, help_text="När hen frågades med sms om allt är väl")
    safety_rung_at = models.DateTimeField(null=True, help_text="När hen ringdes upp om det")
    unheard_at = models.DateTimeField(null=True, help_text="När det larmades att hen inte hör av sig")
    link_digest = models.BinaryField(max_length=32, null=True, unique=True)
    error_code = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_item", "contact_id"],
                condition=Q(state__in=["queued", "sent", "delivered", "uncertain"]),
                name="one_open_callout_per_item_and_contact",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_due_at"],
                name="callout_unanswered",
                condition=Q(state__in=["queued", "sent", "delivered", "uncertain"]),
            ),
            models.Index(fields=["work_item", "-created_at"], name="callout_item"),
            models.Index(fields=["number_hash", "-created_at"], name="callout_number"),
            models.Index(fields=["safe_until"], name="callout_safe", condition=Q(safe_until__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.state}"
