"""The handover between shift leaders, and those before it."""

from __future__ import annotations

from django.urls import path

from operator_console.handover import views

urlpatterns = [
    path("", views.page, name="console-handover"),
    path("begin/", views.begin, name="console-handover-begin"),
    path("<uuid:handover_id>/", views.one, name="console-handover-one"),
    path("<uuid:handover_id>/paper.pdf", views.paper, name="console-handover-paper"),
    path("<uuid:handover_id>/state.json", views.state, name="console-handover-state"),
    path("<uuid:handover_id>/notes/", views.notes, name="console-handover-notes"),
    path("<uuid:handover_id>/seen/", views.seen, name="console-handover-seen"),
    path("<uuid:handover_id>/sign/", views.sign, name="console-handover-sign"),
    path("<uuid:handover_id>/withdraw/", views.withdraw, name="console-handover-withdraw"),
]
