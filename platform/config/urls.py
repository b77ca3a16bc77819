"""URLs on the centre's host."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from central.accounts.urls import centre_urlpatterns
from operator_console.shift.views import door

urlpatterns: list[URLPattern | URLResolver] = [
    path("", door, name="centre"),
    path("", include("central.accounts.urls")),
    path("account/", include(centre_urlpatterns)),
    path("carrier/", include("central.carriers.urls")),
    path("", include("operator_console.urls")),
]
handler500 = "config.faults.explain"
