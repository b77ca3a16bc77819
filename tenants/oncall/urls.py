"""A person's own page, under /jour/ on a municipality's host: the secret in the address is the key."""

from __future__ import annotations

from django.urls import path

from tenants.oncall import views

urlpatterns = [
    path("<str:secret>/", views.home, name="oncall_own"),
    path("<str:secret>/byte/", views.ask, name="oncall_ask"),
    path("<str:secret>/svar/<int:key>/", views.answer, name="oncall_answer"),
    path("<str:secret>/aterkalla/<int:key>/", views.take_back, name="oncall_take_back"),
    path("<str:secret>/kalender.ics", views.subscription, name="oncall_calendar"),
]
