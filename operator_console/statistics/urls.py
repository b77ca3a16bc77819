"""The figures of all municipalities."""

from __future__ import annotations

from django.urls import path

from operator_console.statistics import views

urlpatterns = [
    path("", views.page, name="console-statistics"),
    path("statistik.<slug:file_format>", views.export, name="console-statistics-export"),
]
