"""The portal app: pages only."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Kommunens sidor."""

    name = "tenants.portal"
    label = "portal"
    verbose_name = "Kommunportal"
