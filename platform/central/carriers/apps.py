"""The carriers app (public schema)."""

from django.apps import AppConfig


class CarriersConfig(AppConfig):
    """Messages out and in: rows first, then the carrier."""

    name = "central.carriers"
    label = "carriers"
    verbose_name = "Operatörer"
    default_auto_field = "django.db.models.BigAutoField"
