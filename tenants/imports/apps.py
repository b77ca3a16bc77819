"""The imports app (each municipality's schema)."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Importer från fil."""

    name = "tenants.imports"
    label = "imports"
    verbose_name = "Importer"
    default_auto_field = "django.db.models.BigAutoField"
