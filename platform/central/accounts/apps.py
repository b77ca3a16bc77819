"""The accounts app (public schema)."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff accounts."""

    name = "central.accounts"
    label = "accounts"
    verbose_name = "Konton"
    default_auto_field = "django.db.models.BigAutoField"
