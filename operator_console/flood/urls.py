"""The shift leader's panel in a flood, and the report after it."""

from __future__ import annotations

from django.urls import path

from operator_console.flood import acts, views

urlpatterns = [
    path("", views.panel, name="console-flood"),
    path("report/", views.report, name="console-flood-report"),
    path("acts.json", acts.recent_acts, name="console-flood-acts"),
    path("park/", acts.park, name="console-flood-park"),
    path("duplicates/", acts.duplicates, name="console-flood-duplicates"),
    path("acts/<uuid:act_id>/undo/", acts.undo, name="console-flood-undo"),
    path("seats/", acts.seats, name="console-flood-seats"),
]
