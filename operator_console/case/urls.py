"""One case and the acts on it."""

from __future__ import annotations

from django.urls import path

from operator_console.case import object_views, step_views, views

urlpatterns = [
    path("next/", views.next_case, name="console-next"),
    path("steps.json", step_views.next_steps, name="console-next-steps"),
    path("new/", views.new_case, name="console-new"),
    path("case/<uuid:item_id>/", views.case, name="console-case"),
    path("case/<uuid:item_id>/draft/", views.draft, name="console-draft"),
    path("case/<uuid:item_id>/options/<slug:what>/", views.options, name="console-options"),
    path("case/<uuid:item_id>/parts/object/", object_views.part, name="console-case-object"),
    path("case/<uuid:item_id>/parts/object/codes/", object_views.codes, name="console-case-object-codes"),
    path("case/<uuid:item_id>/parts/object/unmask/", object_views.unmask, name="console-case-object-unmask"),
    path("items/<uuid:item_id>/<slug:action>/", views.act, name="console-act"),
]
