"""Webhooks on the centre's host, below /carrier/."""

from django.urls import path

from central.carriers import views, voice_views

app_name = "carriers"
urlpatterns = [
    path("twilio/status/<uuid:leg_id>/", views.status, name="twilio-status"),
    path("twilio/inbound/", views.inbound, name="twilio-inbound"),
    path("twilio/voice/<uuid:leg_id>/", voice_views.words, name="twilio-voice"),
    path("twilio/voice/<uuid:leg_id>/key/", voice_views.key, name="twilio-voice-key"),
    path("twilio/voice/<uuid:leg_id>/status/", voice_views.status, name="twilio-voice-status"),
]
