"""Webhooks on the centre's host, below /carrier/."""

from django.urls import path

from central.carriers import views

app_name = "carriers"
urlpatterns = [
    path("twilio/status/<uuid:leg_id>/", views.status, name="twilio-status"),
    path("twilio/inbound/", views.inbound, name="twilio-inbound"),
]
