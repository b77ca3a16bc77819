"""Accounts, memberships, sign-ins, shifts and login throttles. Rows live in the public schema.

The text columns here name staff, the only personal data public rows may hold.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from central.accounts import roles


class UserManager(BaseUserManager["User"]):
    """Finds accounts by user name, whatever the case it was typed in."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The account with this user name. Raises User.DoesNotExist."""
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A member of staff who signs in. Never deleted, only made inactive."""

    username = models.CharField("användarnamn", max_length=60, unique=True)
    name = models.CharField("namn", max_length=120)
    initials = models.CharField("initialer", max_length=4)
    email = models.EmailField("e-post", blank=True, default="")
    is_active = models.BooleanField(default=True)
    password_is_temporary = models.BooleanField(default=False)
    totp_secret = models.TextField(blank=True, default="")  # Fernet token, never the secret itself
    totp_confirmed_at = models.DateTimeField(null=True, blank=True)
    totp_last_step = models.BigIntegerField(null=True, blank=True)  # 30 s step of the last code used
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "initials"]
    objects = UserManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="accounts_user_username_is_lower",
                condition=Q(username=models.functions.Lower("username")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by time."""

    def current(self) -> MembershipQuerySet:
        """Those that hold now by the database's clock: the end itself is outside the period."""
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=Now()))


class Membership(models.Model):
    """One role of one account at one municipality (or the centre), for some functions."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=24, choices=list(roles.NAMES.items()))
    functions = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "municipality", "role"],
                condition=Q(ended_at__isnull=True),
                name="accounts_one_open_membership_per_role",
            ),
            models.CheckConstraint(
                name="accounts_membership_role_known", condition=Q(role__in=sorted(roles.NAMES))
            ),
            models.CheckConstraint(
                name="accounts_membership_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.municipality_id}"


class SignIn(models.Model):
    """One login on one host. Open until the person signs out, it is revoked or it grows stale."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_ins")
    municipality_id = models.BigIntegerField()  # whose host; the session works on no other
    session_key_hash = models.CharField(max_length=64, db_index=True)
    device = models.CharField(max_length=60, blank=True, default="")  # "Firefox på Windows", for the own list
    second_factor = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True, db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["user"],
                condition=Q(revoked_at__isnull=True, ended_at__isnull=True),
                name="accounts_signin_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        """Whether the sign-in still gives access."""
        return self.revoked_at is None and self.ended_at is None


class Throttle(models.Model):
    """Failed attempts against one account (or one second factor), under a keyed hash of its name."""

    key = models.CharField(primary_key=True, max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_attempt_at = models.DateTimeField()
    not_before = models.DateTimeField()

    def __str__(self) -> str:
        return self.key[:8]


class Shift(models.Model):
    """One person's time at a seat, half-open [started_at, ended_at)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    seat = models.CharField(max_length=40)
    sound_ok = models.BooleanField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=40, blank=True, default="")
    municipalities = ArrayField(
        models.BigIntegerField(), default=list, blank=True, db_default=[],
        help_text="De egna kommunerna, som T delar ut först; tomt = alla lika",
    )  # fmt: skip

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="accounts_one_open_shift_per_user"
            ),
            models.CheckConstraint(
                name="accounts_shift_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.seat}"

    def holds_at(self, at: datetime) -> bool:
        """Whether the person was on shift at this moment."""
        return self.started_at <= at and (self.ended_at is None or at < self.ended_at)
