from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "alarms.intake"
    label = "intake"
