"""URLs on the centre's host."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("central.accounts.urls")),
    path("carrier/", include("central.carriers.urls")),
    path("", include("operator_console.urls")),
]
