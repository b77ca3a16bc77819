from __future__ import annotations

from django.apps import AppConfig


class DecidedConfig(AppConfig):
    """In each municipality's own schema."""

    name = "tenants.decided"
    label = "decided"
    verbose_name = "Beslut"
