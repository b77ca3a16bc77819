"""One case's report, and the leader's statistics."""

from __future__ import annotations

from django.urls import path

from operator_console.followup import views

urlpatterns = [
    path("case/<uuid:item_id>/report/", views.report, name="console-report"),
    path("case/<uuid:item_id>/report.pdf", views.paper, name="console-report-paper"),
    path("statistics/", views.statistics, name="console-statistics"),
    path("statistics/<slug:file_format>/", views.export, name="console-statistics-export"),
]
