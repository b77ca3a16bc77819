from django.apps import AppConfig


class NameplatesConfig(AppConfig):
    name = "alarms.nameplates"
    label = "nameplates"
