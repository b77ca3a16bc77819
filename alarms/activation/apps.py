"""The activation app (public schema)."""

from django.apps import AppConfig


class ActivationConfig(AppConfig):
    """What is to be looked up, and what has been proposed: ids, codes and times."""

    name = "alarms.activation"
    label = "activation"
    verbose_name = "Samverkan"
    default_auto_field = "django.db.models.BigAutoField"
