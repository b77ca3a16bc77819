"""URLs on a municipality's host."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from alarms.callouts import links

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tenants.safepoints.urls")),
    path("jour/", include("tenants.oncall.urls")),
    path(f"{links.PATH}/", include("alarms.onetime.urls")),
    path("portal/", include("tenants.portal.urls")),
    path("", include("central.accounts.urls")),
]
handler500 = "config.faults.explain"
