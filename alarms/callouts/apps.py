"""The call-outs app (public schema)."""

from django.apps import AppConfig


class CalloutsConfig(AppConfig):
    """Asks the on-duty contact to take a case, and hears the answer."""

    name = "alarms.callouts"
    label = "callouts"
    verbose_name = "Utlarmningar"
    default_auto_field = "django.db.models.BigAutoField"
