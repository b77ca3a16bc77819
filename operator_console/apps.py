from django.apps import AppConfig


class OperatorConsoleConfig(AppConfig):
    name = "operator_console"
    label = "operator_console"
