"""The duty pane."""

from __future__ import annotations

from django.urls import path

from operator_console.duty import views

urlpatterns = [
    path("", views.overview, name="console-duty-overview"),
    path("<int:municipality_id>/", views.duty, name="console-duty"),
]
