"""The public page at the root of a municipality's host."""

from __future__ import annotations

from django.urls import path

from tenants.safepoints import views

urlpatterns = [path("", views.public_page, name="public_page")]
