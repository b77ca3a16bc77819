"""The shift's page."""

from __future__ import annotations

from django.urls import path

from operator_console.shift import views

urlpatterns = [
    path("", views.shift, name="shift"),
    path("start/", views.start, name="shift-start"),
    path("municipalities/", views.divide, name="shift-divide"),
    path("left/", views.left, name="shift-left"),
    path("hand-over/", views.hand_over, name="shift-hand-over"),
    path("end/", views.end, name="shift-end"),
]
