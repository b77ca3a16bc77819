"""Refuses to touch a municipality's tables when no municipality is set."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from central.municipalities.context import NoMunicipality, active


@cache
def is_tenant_app(label: str) -> bool:
    """True for the apps whose tables stand in each municipality's own schema."""
    return apps.get_app_config(label).name in settings.TENANT_APPS


class MunicipalityRouter:
    """Fails closed: a tenant model without a municipality raises instead of reading ``public``."""

    def db_for_read(self, model: type[Model], **hints: Any) -> None:
        self._guard(model)

    def db_for_write(self, model: type[Model], **hints: Any) -> None:
        self._guard(model)

    @staticmethod
    def _guard(model: type[Model]) -> None:
        if active() is None and is_tenant_app(model._meta.app_label):
            raise NoMunicipality(
                f"{model._meta.label} finns bara i en kommun: använd in_municipality(kommun)."
            )
