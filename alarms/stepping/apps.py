from __future__ import annotations

from django.apps import AppConfig


class SteppingConfig(AppConfig):
    """In the public schema: ids, states and times; the steps stand with the municipality."""

    name = "alarms.stepping"
    label = "stepping"
    verbose_name = "Instruktionernas tider"
    default_auto_field = "django.db.models.BigAutoField"
