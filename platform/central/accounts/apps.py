"""The accounts app (public schema)."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff accounts; their deployment checks are registered when the app is ready."""

    name = "central.accounts"
    label = "accounts"
    verbose_name = "Konton"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the deployment checks."""
        from central.accounts import checks  # noqa: F401  registers by being imported
