from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "alarms.registry"
    label = "registry"
