"""What the binder on the desk holds: every municipality's instructions, to print."""

from __future__ import annotations

from django.urls import path

from operator_console.binder import views

urlpatterns = [
    path("", views.listing, name="console-binder"),
    path("<slug:slug>.pdf", views.paper, name="console-binder-paper"),
]
