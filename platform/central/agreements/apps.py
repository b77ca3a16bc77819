"""The agreements app (public schema)."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Between municipalities: codes, ids and times, no names."""

    name = "central.agreements"
    label = "agreements"
    verbose_name = "Avtal mellan kommuner"
    default_auto_field = "django.db.models.BigAutoField"
