from __future__ import annotations

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """In each municipality's own schema."""

    name = "tenants.followup"
    label = "followup"
    verbose_name = "Uppföljning"
