from django.apps import AppConfig


class OperatorConsoleConfig(AppConfig):
    name = "operator_console"
    label = "operator_console"

    def ready(self) -> None:
        """Signing out asks the work queue what the person holds."""
        from alarms.workqueue.services import held_count
        from central.accounts import leaving

        leaving.register(held_count)
