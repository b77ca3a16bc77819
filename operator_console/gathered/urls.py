"""What many faults at once became, and the rules for it."""

from __future__ import annotations

from django.urls import path

from operator_console.gathered import rules, views

urlpatterns = [
    path("case/<uuid:item_id>/parts/objects/", views.part, name="console-case-objects"),
    path("case/<uuid:item_id>/parts/objects/page/", views.turn, name="console-case-objects-page"),
    path("rules/", rules.page, name="console-rules"),
]
