"""The page of transmitters, and the register behind it."""

from __future__ import annotations

from django.urls import path, re_path

from operator_console.transmitters import files, keeping, service, unknown, views

urlpatterns = [
    path("", views.overview, name="console-transmitters"),
    path("now.json", views.now_json, name="console-transmitters-now"),
    path("unknown/", unknown.overview, name="console-transmitters-unknown"),
    path("new/", keeping.new, name="console-transmitter-new"),
    path("new/register/", keeping.register, name="console-transmitter-register"),
    path("import/", files.choose, name="console-transmitters-imports"),
    path("import/file/", files.upload, name="console-transmitters-upload"),
    re_path(
        r"^import/example\.(?P<file_format>csv|xlsx)$", files.sample, name="console-transmitters-example"
    ),
    path("import/<uuid:import_id>/", files.differences, name="console-transmitters-import"),
    path("import/<uuid:import_id>/confirm/", files.confirm, name="console-transmitters-confirm"),
    path("import/<uuid:import_id>/throw/", files.throw_away, name="console-transmitters-throw"),
    path("import/<uuid:import_id>/progress.json", files.progress, name="console-transmitters-progress"),
    re_path(r"^export\.(?P<file_format>csv|xlsx)$", files.taken_out, name="console-transmitters-export"),
    path("<int:transmitter_id>/", views.one, name="console-transmitter"),
    path("<int:transmitter_id>/edit/", keeping.edit, name="console-transmitter-edit"),
    path("<int:transmitter_id>/change/", keeping.change, name="console-transmitter-change"),
    path("<int:transmitter_id>/end/", keeping.end, name="console-transmitter-end"),
    path("<int:transmitter_id>/service/", service.start, name="console-transmitter-service"),
    path("<int:transmitter_id>/service/end/", service.end, name="console-transmitter-service-end"),
]
