"""How much would be lost with the disk: the age of the newest backup, as `deploy/backup` notes it when it is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from alarms.escalation.models import Heartbeat


def age(now: datetime) -> timedelta:
    """Time since the newest backup began; since the database was made, when it has none."""
    noted = Heartbeat.objects.filter(process=Heartbeat.BACKUP).values_list("at", flat=True).first()
    return now - (noted or _made())


def is_late(now: datetime) -> bool:
    """Older than BACKUP_MAX_AGE_HOURS; never while that is 0, as where no backups are made."""
    hours = settings.BACKUP_MAX_AGE_HOURS
    return bool(hours) and age(now) > timedelta(hours=hours)


def _made() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(applied) FROM public.django_migrations")
        made: datetime = cursor.fetchone()[0]
        return made
