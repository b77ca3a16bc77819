"""The audit app (public schema)."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append-only audit entries."""

    name = "central.audit"
    label = "audit"
    verbose_name = "Granskningslogg"
    default_auto_field = "django.db.models.BigAutoField"
