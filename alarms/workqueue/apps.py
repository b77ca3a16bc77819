from django.apps import AppConfig


class WorkqueueConfig(AppConfig):
    name = "alarms.workqueue"
    label = "workqueue"
