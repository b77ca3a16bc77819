"""An app for its templates and style only: it has no tables."""

from django.apps import AppConfig


class TabularConfig(AppConfig):
    name = "central.tabular"
