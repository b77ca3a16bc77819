from __future__ import annotations

from django.apps import AppConfig


class CrossingConfig(AppConfig):
    """In each municipality's own schema."""

    name = "tenants.crossing"
    label = "crossing"
    verbose_name = "Samverkan"
