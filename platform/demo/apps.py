from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Brings the commands `central demo`, `demo_world`, `demo_codes`, `inject` and `probe`; it has no tables."""

    name = "demo"
    label = "demo"
    verbose_name = "Demo"
