from django.apps import AppConfig


class MunicipalitiesConfig(AppConfig):
    name = "central.municipalities"
    label = "municipalities"
