"""A case's pictures."""

from __future__ import annotations

from django.urls import path

from operator_console.camera import views

urlpatterns = [
    path("case/<uuid:item_id>/parts/camera/", views.part, name="console-case-camera"),
    path("case/<uuid:item_id>/parts/camera/open/", views.reveal, name="console-case-camera-open"),
    path("case/<uuid:item_id>/pictures/<uuid:picture_id>/", views.picture, name="console-case-picture"),
]
