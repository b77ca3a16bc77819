"""A one-time page under /utlarmning/ on a municipality's host: the secret in the address is the key."""

from __future__ import annotations

from django.urls import path

from alarms.onetime import views

urlpatterns = [path("<str:secret>/", views.page, name="onetime")]
