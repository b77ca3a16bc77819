from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "central.events"
    label = "events"
