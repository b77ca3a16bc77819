"""The one-time page app: no tables of its own."""

from django.apps import AppConfig


class OnetimeConfig(AppConfig):
    """Who is asked answers on a page that the SMS leads to."""

    name = "alarms.onetime"
    label = "onetime"
    verbose_name = "Svarssidan"
