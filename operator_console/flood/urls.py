"""The report after a flood."""

from __future__ import annotations

from django.urls import path

from operator_console.flood import views

urlpatterns = [path("", views.report, name="console-flood")]
