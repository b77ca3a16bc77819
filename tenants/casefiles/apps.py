from django.apps import AppConfig


class CasefilesConfig(AppConfig):
    name = "tenants.casefiles"
    label = "casefiles"
