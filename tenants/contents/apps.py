from django.apps import AppConfig


class ContentsConfig(AppConfig):
    name = "tenants.contents"
    label = "contents"
