"""Sources."""

from __future__ import annotations

from django.urls import path

from operator_console.sources import keys, views

urlpatterns = [
    path("", views.overview, name="console-sources"),
    path("new/", views.new, name="console-source-new"),
    path("create/", views.create, name="console-source-create"),
    path("<int:source_id>/", views.one, name="console-source"),
    path("<int:source_id>/try/", views.attempt, name="console-source-try"),
    path("<int:source_id>/on/", views.switch_on, name="console-source-on"),
    path("<int:source_id>/off/", views.switch_off, name="console-source-off"),
    path("<int:source_id>/auth/", keys.change_auth, name="console-source-auth"),
    path("<int:source_id>/key/", keys.rotate, name="console-source-key"),
]
