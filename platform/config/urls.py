"""URLs on the centre's host."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from central.accounts.urls import centre_urlpatterns

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="console"), name="centre"),
    path("", include("central.accounts.urls")),
    path("account/", include(centre_urlpatterns)),
    path("carrier/", include("central.carriers.urls")),
    path("", include("operator_console.urls")),
]
