"""The municipality's own figures, under /portal/statistics/ on its host."""

from __future__ import annotations

from django.urls import path

from alarms.statistics import views

urlpatterns = [
    path("", views.page, name="portal_statistics"),
    path("goals/", views.goals, name="portal_statistics_goals"),
    path("statistik.<slug:file_format>", views.export, name="portal_statistics_export"),
]
