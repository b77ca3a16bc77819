"""The handover app (public schema)."""

from django.apps import AppConfig


class HandoverConfig(AppConfig):
    """What one shift leader gives to the next."""

    name = "alarms.handover"
    label = "handover"
    verbose_name = "Överlämning"
    default_auto_field = "django.db.models.BigAutoField"
