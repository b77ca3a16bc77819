"""The page of transmitters."""

from __future__ import annotations

from django.urls import path

from operator_console.transmitters import service, views

urlpatterns = [
    path("", views.overview, name="console-transmitters"),
    path("now.json", views.now_json, name="console-transmitters-now"),
    path("<int:transmitter_id>/", views.one, name="console-transmitter"),
    path("<int:transmitter_id>/service/", service.start, name="console-transmitter-service"),
    path("<int:transmitter_id>/service/end/", service.end, name="console-transmitter-service-end"),
]
