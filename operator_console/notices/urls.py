"""The shift leader's notices."""

from __future__ import annotations

from django.urls import path

from operator_console.notices import views

urlpatterns = [
    path("", views.open_notices, name="console-notices"),
    path("<int:notice_id>/seen/", views.seen, name="console-notice-seen"),
]
