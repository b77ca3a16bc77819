"""The operator's addresses, on the centre's host."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("console/", include("operator_console.board.urls")),
    path("console/", include("operator_console.camera.urls")),
    path("console/", include("operator_console.case.urls")),
    path("console/duty/", include("operator_console.duty.urls")),
    path("console/flood/", include("operator_console.flood.urls")),
    path("console/", include("operator_console.gathered.urls")),
    path("console/notices/", include("operator_console.notices.urls")),
    path("console/binder/", include("operator_console.binder.urls")),
    path("console/handover/", include("operator_console.handover.urls")),
    path("console/", include("operator_console.followup.urls")),
    path("console/reviews/", include("operator_console.reviews.urls")),
    path("console/transmitters/", include("operator_console.transmitters.urls")),
    path("console/sources/", include("operator_console.sources.urls")),
    path("shift/", include("operator_console.shift.urls")),
]
