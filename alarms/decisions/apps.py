from __future__ import annotations

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """In the public schema: ids, states and times; the words stand with the municipality."""

    name = "alarms.decisions"
    label = "decisions"
    verbose_name = "Beslutsförfrågningar"
