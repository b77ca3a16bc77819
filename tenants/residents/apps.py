"""The residents app (each municipality's schema)."""

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    """Brukare med trygghetslarm."""

    name = "tenants.residents"
    label = "residents"
    verbose_name = "Brukare"
    default_auto_field = "django.db.models.BigAutoField"
