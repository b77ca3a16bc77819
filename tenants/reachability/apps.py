"""The reachability app (each municipality's own schema)."""

from django.apps import AppConfig


class ReachabilityConfig(AppConfig):
    """Tests the numbers of those on call."""

    name = "tenants.reachability"
    label = "reachability"
    verbose_name = "Prov av nummer"
    default_auto_field = "django.db.models.BigAutoField"
