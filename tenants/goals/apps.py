"""The goals app (each municipality's own schema)."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    """How soon, and how often."""

    name = "tenants.goals"
    label = "goals"
    verbose_name = "Mål"
    default_auto_field = "django.db.models.BigAutoField"
