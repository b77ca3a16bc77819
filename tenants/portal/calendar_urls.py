"""Addresses of the municipality's own calendars, under /portal/roster/ on its host."""

from __future__ import annotations

from django.urls import path

from tenants.portal.views import calendar_upkeep, calendars

urlpatterns = [
    path("duty/<int:duty_id>/calendar/", calendars.new, name="portal_calendar_new"),
    path("calendar/file/<uuid:file_id>/", calendars.preview, name="portal_calendar_preview"),
    path("calendar/file/<uuid:file_id>/discard/", calendars.discard, name="portal_calendar_discard"),
    path("calendar/<int:key>/", calendar_upkeep.calendar, name="portal_calendar"),
    path("calendar/<int:key>/again/", calendar_upkeep.again, name="portal_calendar_again"),
    path("calendar/<int:key>/read/", calendar_upkeep.read_now, name="portal_calendar_read"),
    path("calendar/<int:key>/remove/", calendar_upkeep.remove, name="portal_calendar_remove"),
]
