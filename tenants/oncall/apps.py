"""The on-call app (each municipality's own schema)."""

from django.apps import AppConfig


class OncallConfig(AppConfig):
    """Who answers for what, when."""

    name = "tenants.oncall"
    label = "oncall"
    verbose_name = "Jour"
    default_auto_field = "django.db.models.BigAutoField"
