"""The instructions app (each municipality's schema)."""

from django.apps import AppConfig


class InstructionsConfig(AppConfig):
    """Åtgärdsinstruktioner."""

    name = "tenants.instructions"
    label = "instructions"
    verbose_name = "Åtgärdsinstruktioner"
    default_auto_field = "django.db.models.BigAutoField"
