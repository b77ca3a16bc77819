"""The statistics app: no tables of its own."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Times, shares and goals."""

    name = "alarms.statistics"
    label = "statistics"
    verbose_name = "Statistik"
