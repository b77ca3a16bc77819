from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "alarms.escalation"
    label = "escalation"
