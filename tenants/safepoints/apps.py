"""The safepoints app (each municipality's schema)."""

from django.apps import AppConfig


class SafepointsConfig(AppConfig):
    """Trygghetspunkter."""

    name = "tenants.safepoints"
    label = "safepoints"
    verbose_name = "Trygghetspunkter"
    default_auto_field = "django.db.models.BigAutoField"
