"""Instructions that municipalities ask the centre to review."""

from __future__ import annotations

from django.urls import path

from operator_console.reviews import views

urlpatterns = [
    path("", views.listing, name="console-reviews"),
    path("<uuid:instruction_id>/", views.review, name="console-review"),
]
