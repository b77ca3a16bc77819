"""The sites app (each municipality's schema)."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """Objekt."""

    name = "tenants.sites"
    label = "sites"
    verbose_name = "Objekt"
    default_auto_field = "django.db.models.BigAutoField"
