"""Duties, contacts and a simple weekly roster, in local wall-clock time (Europe/Stockholm)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from central import functions

WEEKDAYS = ["Måndag", "Tisdag", "Onsdag", "Torsdag", "Fredag", "Lördag", "Söndag"]


class Duty(models.Model):
    """Something somebody is always on call for: Fastighetsjour."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField("namn", max_length=60)
    function = models.CharField("verksamhet", max_length=20, choices=functions.CHOICES)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person who can be called out. Removed contacts are kept, without being offered."""

    name = models.CharField("namn", max_length=80)
    phone = models.CharField("telefon", max_length=20, help_text="E.164")
    sms = models.BooleanField("tar emot sms", default=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RosterLine(models.Model):
    """Every week on this day, from `starts` to `ends` by the clock on the wall; ends <= starts is next day."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="lines")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="lines")
    rank = models.SmallIntegerField("ordning", default=1)
    weekday = models.SmallIntegerField("dag", choices=list(enumerate(WEEKDAYS)))
    starts = models.TimeField("från")
    ends = models.TimeField("till")

    class Meta:
        ordering = ["duty", "weekday", "starts", "rank"]
        constraints = [
            models.CheckConstraint(name="roster_weekday", condition=Q(weekday__range=(0, 6))),
            models.CheckConstraint(name="roster_rank", condition=Q(rank__range=(1, 9))),
            models.UniqueConstraint(
                fields=["duty", "weekday", "starts", "rank"], name="roster_one_per_rank_and_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.starts:%H:%M}–{self.ends:%H:%M}"
