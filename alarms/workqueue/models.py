"""The live queue: envelopes of cases (public schema; no names, no addresses, no free text)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from central import functions, kinds, priorities


class State(models.TextChoices):
    UNANSWERED = "unanswered", "Obesvarat"
    HELD = "held", "Hos operatör"
    PARKED = "parked", "Vilar"
    CLOSED = "closed", "Klart"


class Attention(models.TextChoices):
    """What needs eyes on a row."""

    LATE = "late", "Sen"
    UNDELIVERED = "undelivered", "Ej levererat"
    UNCERTAIN = "uncertain", "Osäkert"
    UNTOUCHED = "untouched", "Utan åtgärd"
    ABSENT = "absent", "Saknar kontakt"
    GROWN = "grown", "Fler objekt"
    NOBODY = "nobody", "Ingen tar"
    UNHEARD = "unheard", "Hör inte av sig"


class WorkItem(models.Model):
    """The envelope of a case; its letter is the CaseFile of the same id in the municipality's schema.

    Every alarm makes one, so it carries no index that no question uses, and the municipality, which was read a moment
    before from the transmitter that refers to it, is not looked up again for each row at COMMIT.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16)
    municipality = models.ForeignKey(
        "municipalities.Municipality",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    function = models.CharField(max_length=20, choices=functions.CHOICES)
    kind = models.CharField(max_length=24, choices=kinds.CHOICES)
    priority = models.SmallIntegerField(choices=priorities.CHOICES)
    state = models.CharField(
        max_length=12, choices=State, default=State.UNANSWERED, db_default=State.UNANSWERED
    )
    headline = models.CharField(max_length=160, help_text="Satt av regel ur sort, plats och område")
    site = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="Namn på en plats som inte är ett hem"
    )
    area = models.CharField(max_length=60, blank=True, default="", db_default="")
    transmitter_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Senast då någon ska ha tagit det")
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    offered_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    offer_reason = models.CharField(max_length=24, blank=True, default="", db_default="")
    parked_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True, default="", db_default="")
    lead = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="followers", db_index=False
    )
    repeats = models.IntegerField(
        default=1, db_default=1, help_text="Vilket larm i ordningen från samma sändare på 10 min"
    )
    gathers = models.IntegerField(default=0, db_default=0, help_text="Samlade objekt; 0 = ett vanligt ärende")
    gathers_ended = models.IntegerField(
        default=0, db_default=0, help_text="Av dem: återställda eller hörda igen"
    )
    gathers_seen = models.IntegerField(
        default=0, db_default=0, help_text="Så många var de när någon såg till ärendet"
    )
    exercise = models.BooleanField(default=False, db_default=False)
    attention = ArrayField(
        models.CharField(max_length=12, choices=Attention), default=list, blank=True, db_default=[]
    )
    word = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="Utlarmningens läge, utan namn"
    )
    touched_at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True, help_text="När en missad tid senast märktes")
    raise_at = models.DateTimeField(null=True, help_text="När klockan ser till det igen; tomt = vid due_at")
    last_verb = models.CharField(max_length=24, default="received", db_default="received")
    last_at = models.DateTimeField(null=True, help_text="När det senaste hände; tomt = när det kom in")
    last_by_initials = models.CharField(max_length=4, blank=True, default="", db_default="")
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="held", claimed_by__isnull=False)
                | models.Q(state__in=["unanswered", "parked", "closed"]),
                name="held_items_have_a_holder",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="unanswered") | models.Q(claimed_by__isnull=True),
                name="unanswered_items_have_no_holder",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="parked") | models.Q(parked_until__isnull=False),
                name="parked_items_wake_up",
            ),
            models.CheckConstraint(condition=models.Q(priority__range=(1, 4)), name="priority_1_to_4"),
            models.UniqueConstraint(fields=["reference"], name="one_item_per_reference"),
        ]
        indexes = [
            models.Index(
                fields=["priority", "due_at", "received_at"],
                name="item_unanswered",
                condition=models.Q(state="unanswered"),
            ),
            models.Index(
                fields=["claimed_by"], name="item_held", condition=models.Q(state__in=["held", "parked"])
            ),
            models.Index(fields=["parked_until"], name="item_parked", condition=models.Q(state="parked")),
            models.Index(fields=["-closed_at"], name="item_closed", condition=models.Q(state="closed")),
            models.Index(fields=["transmitter_id", "-received_at"], name="item_transmitter"),
            models.Index(fields=["lead"], name="item_lead", condition=models.Q(lead__isnull=False)),
            models.Index(
                fields=["offered_to"], name="item_offered", condition=models.Q(offered_to__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class GatheringRule(models.Model):
    """When many faults of one kind in a municipality become one case. Without municipality: for all without their own.

    What is about lives is never gathered, whatever anybody writes here.
    """

    kind = models.CharField(max_length=24, choices=kinds.CHOICES)
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    window_minutes = models.SmallIntegerField(default=10, db_default=10)
    threshold = models.SmallIntegerField(
        default=5, db_default=5, help_text="Så många objekt inom tiden samlas"
    )
    active = models.BooleanField(default=True, db_default=True)
    changed_at = models.DateTimeField(null=True)
    changed_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "municipality"], name="one_gathering_rule_each", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["technical", "transmitter_fault", "fault_report", "intrusion", "camera"]
                ),
                name="only_these_kinds_are_gathered",
            ),
            models.CheckConstraint(
                condition=models.Q(window_minutes__range=(1, 120), threshold__range=(2, 1000)),
                name="gathering_within_reason",
            ),
        ]


class Gathering(models.Model):
    """What may be gathered together, and whether it is now. Its row is the lock: who joins, opens or closes holds it.

    ``recent``: the cases of their own within the window, ``[[item, transmitter, epoch seconds], …]``, a few.
    """

    municipality_id = models.BigIntegerField()
    kind = models.CharField(max_length=24, choices=kinds.CHOICES)
    function = models.CharField(max_length=20, choices=functions.CHOICES)
    exercise = models.BooleanField()
    item_id = models.UUIDField(null=True, help_text="Ärendet som samlar nu; tomt när det är avslutat")
    last_at = models.DateTimeField(null=True, help_text="När det senast fick ett objekt")
    recent = models.JSONField(default=list, db_default=[])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality_id", "kind", "function", "exercise"], name="one_gathering_each"
            )
        ]
        indexes = [
            models.Index(fields=["item_id"], name="gathering_item", condition=models.Q(item_id__isnull=False))
        ]


class ActKey(models.Model):
    """An act of the console that was done, under the key it was asked with: see :mod:`alarms.workqueue.once`.

    The answer itself is not kept: it is made anew from the case, so nothing personal stands here.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, help_text="Nyckelberoende avtryck av vad som begärdes")
    item_id = models.UUIDField(null=True, help_text="Ärendet som handlingen gällde, eller gav")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_act_per_key")]
        indexes = [models.Index(fields=["at"], name="actkey_at")]


class GroupAct(models.Model):
    """What a shift leader did to many cases at once: the act stands before the first case is touched."""

    class Verb(models.TextChoices):
        PARK = "park", "Parkerade gruppen"
        DUPLICATES = "duplicates", "Stängde dubbletter"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verb = models.CharField(max_length=12, choices=Verb)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    municipality_id = models.BigIntegerField()
    headline = models.CharField(max_length=160, help_text="Det första ärendets rubrik: sort och område")
    lead = models.ForeignKey(WorkItem, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=24, blank=True, default="", db_default="")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="groupact_at")]


class GroupMember(models.Model):
    """One case that a group act concerns: waiting, done, or left alone and why; and what the undo made of it."""

    class Result(models.TextChoices):
        WAITING = "", "Väntar på sin tur"
        DONE = "done", "Gjort"
        URGENT = "urgent", "Prioritet 1 eller 2"
        HELD = "held", "Hos en kollega"
        CLOSED = "closed", "Redan avslutat"
        LEADS = "leads", "Andra ärenden hör ihop med det"
        OPEN = "open", "Något i ärendet är inte klart"
        CANCELLED = "cancelled", "Ångrat innan det hann göras"

    class Undo(models.TextChoices):
        NOT = "", "Inte ångrat"
        RESTORED = "restored", "Som det var före"
        TOUCHED = "touched", "Någon har gjort något i ärendet sedan dess"

    act = models.ForeignKey(GroupAct, on_delete=models.CASCADE, related_name="members", db_index=False)
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="+", db_index=False)
    result = models.CharField(max_length=10, choices=Result, blank=True, default="", db_default="")
    before = models.JSONField(default=dict, help_text="Läget före handlingen, så att det kan återställas")
    version = models.IntegerField(null=True, help_text="Ärendets version efter handlingen")
    undo = models.CharField(max_length=10, choices=Undo, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "item"], name="each_case_once_in_an_act")]


class Presence(models.Model):
    """A console that is connected now: one row per socket, refreshed by its process."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sound = models.BooleanField(default=False)
    open_item_id = models.UUIDField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="presence_seen")]


class Notice(models.Model):
    """Something the shift leader must know: who should look at what, and whether somebody has."""

    class Kind(models.TextChoices):
        DEADLINE = "deadline", "Ingen har tagit ärendet i tid"
        UNTOUCHED = "untouched", "Taget ärende utan åtgärd"
        CLOCK = "clock", "Klockan har stannat"
        AUDITOR = "auditor", "Granskaren har stannat: säg till driften"
        OVERDUE = "overdue", "En planerad åtgärd är sen"
        CARRIER = "carrier", "Sms går inte fram"
        MISMATCH = "mismatch", "Ärende och ärendeakt stämmer inte"
        SILENT_ROOM = "silent_room", "Ingen konsol har ljud"
        HELP = "help", "En operatör ber om hjälp"
        NOBODY = "nobody", "Ingen i tjänst tar ärendet"
        UNHEARD = "unheard", "Den som är ensam ute hör inte av sig"
        HANDOVER = "handover", "Överlämningen är inte undertecknad i tid"
        RECEIVERS = "receivers", "Larmmottagarna har stannat: säg till driften"
        WAY_HTTP = "way_http", "Larmvägen HTTP svarar inte: säg till driften"
        WAY_DC09 = "way_dc09", "Larmvägen SIA DC-09 svarar inte: säg till driften"
        WAY_SCAIP = "way_scaip", "Larmvägen SCAIP svarar inte: säg till driften"
        WAY_WEBHOOK = "way_webhook", "Larmvägen för kameror och webhookar svarar inte: säg till driften"
        BACKUP = "backup", "Säkerhetskopian är för gammal: säg till driften"

    kind = models.CharField(max_length=16, choices=Kind)
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, null=True, related_name="+")
    municipality_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="notice_open", condition=models.Q(seen_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "item"],
                condition=models.Q(seen_at=None),
                name="one_open_notice_per_thing",
                nulls_distinct=False,
            )
        ]
