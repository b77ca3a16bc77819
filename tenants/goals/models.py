"""A municipality's goals: so large a share within so many seconds, for each time that is measured."""

from __future__ import annotations

from django.db import models


class Measure(models.TextChoices):
    """What is measured. Answer: from the alarm to whoever took it. Accept, arrive: from the call-out."""

    ANSWER = "answer", "Svar"
    ACCEPT = "accept", "Åtagande"
    ARRIVE = "arrive", "Framme"


class Goal(models.Model):
    """One goal that differs from the centre's."""

    measure = models.CharField(max_length=8, choices=Measure, primary_key=True)
    seconds = models.IntegerField()
    share = models.SmallIntegerField(help_text="Procent")

    def __str__(self) -> str:
        return f"{self.measure} {self.seconds} s {self.share} %"
