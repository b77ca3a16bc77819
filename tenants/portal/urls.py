"""Addresses of the portal, under /portal/ on a municipality's host."""

from __future__ import annotations

from django.urls import path

from tenants.portal.views import audit, cases, instructions, members, overview, points, pulse, roster

urlpatterns = [
    path("", cases.home, name="portal"),
    path("cases/", cases.case_list, name="portal_cases"),
    path("cases/rows/", cases.case_rows, name="portal_case_rows"),
    path("cases/<uuid:case_id>/", cases.case_page, name="portal_case"),
    path("cases/<uuid:case_id>/body/", cases.case_body, name="portal_case_body"),
    path("pulse/", pulse.pulse, name="portal_pulse"),
    path("overview/", overview.overview, name="portal_overview"),
    path("instructions/", instructions.register, name="portal_instructions"),
    path("instructions/<slug:kind>/", instructions.instruction, name="portal_instruction"),
    path(
        "instructions/<slug:kind>/version/<int:version>/",
        instructions.instruction,
        name="portal_instruction_version",
    ),
    path("instructions/<slug:kind>/start/", instructions.start, name="portal_instruction_start"),
    path("instructions/<slug:kind>/edit/", instructions.edit, name="portal_instruction_edit"),
    path("instructions/<slug:kind>/discard/", instructions.discard, name="portal_instruction_discard"),
    path("roster/", roster.roster, name="portal_roster"),
    path("roster/add/<slug:what>/", roster.add, name="portal_roster_add"),
    path("roster/remove/<slug:what>/<int:key>/", roster.remove, name="portal_roster_remove"),
    path("roster/contact/<int:key>/", roster.contact, name="portal_contact"),
    path("points/", points.points, name="portal_points"),
    path("points/live/", points.live_rows, name="portal_points_live"),
    path("points/new/", points.point, name="portal_point_new"),
    path("points/<uuid:point_id>/", points.point, name="portal_point"),
    path("points/<uuid:point_id>/remove/", points.remove, name="portal_point_remove"),
    path("points/<uuid:point_id>/staff/", points.add_staff, name="portal_staff_add"),
    path(
        "points/<uuid:point_id>/staff/<int:staff_id>/remove/", points.remove_staff, name="portal_staff_remove"
    ),
    path("points/<uuid:point_id>/calls/", points.calls, name="portal_point_calls"),
    path("points/<uuid:point_id>/act/<slug:what>/", points.act, name="portal_point_act"),
    path("members/", members.listing, name="portal_members"),
    path("members/invite/", members.invite, name="portal_member_invite"),
    path("members/<int:key>/functions/", members.set_functions, name="portal_member_functions"),
    path("members/<int:key>/end/", members.end, name="portal_member_end"),
    path("members/<int:key>/reset/", members.reset, name="portal_member_reset"),
    path("audit/", audit.extract, name="portal_audit"),
]
