"""Every address of the portal, tried by everybody in the cast, and by nobody at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from pypdf import PdfReader

from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile
from tenants.portal.urls import urlpatterns
from tests.tenants.portal.conftest import HOST, SECRET_STORY, Things

# name → (method, who gets in)
OFFICER, ADMIN, AUDITOR = "maja", "arvid", "agda"
NOBODY: set[str] = (
    set()
)  # residents are for home care, which none of the cast has: see tests/tenants/residents
DOORS: dict[str, tuple[str, set[str]]] = {
    "portal": ("GET", {"everybody"}),
    "portal_cases": ("GET", {OFFICER}),
    "portal_case_rows": ("GET", {OFFICER}),
    "portal_case": ("GET", {OFFICER}),
    "portal_case_body": ("GET", {OFFICER}),
    "portal_case_pictures": ("GET", {OFFICER}),
    "portal_case_pictures_open": ("POST", {OFFICER}),
    "portal_case_picture": ("GET", {OFFICER}),
    "portal_pulse": ("GET", {OFFICER, ADMIN}),
    "portal_deferred": ("GET", {OFFICER}),
    "portal_deferred_rows": ("GET", {OFFICER}),
    "portal_deferred_receive": ("POST", {OFFICER}),
    "portal_deciding": ("GET", {ADMIN}),
    "portal_deciding_rule": ("GET", {ADMIN}),
    "portal_deciding_remove": ("POST", {ADMIN}),
    "portal_followup": ("GET", {OFFICER}),
    "portal_report": ("GET", {OFFICER}),
    "portal_report_paper": ("GET", {OFFICER}),
    "portal_followup_comment": ("POST", {OFFICER}),
    "portal_improvements": ("GET", {OFFICER, ADMIN}),
    "portal_improvement_new": ("GET", {OFFICER, ADMIN}),
    "portal_improvements_export": ("GET", {OFFICER, ADMIN}),
    "portal_improvement": ("GET", {OFFICER, ADMIN}),
    "portal_statistics": ("GET", {OFFICER, ADMIN}),
    "portal_statistics_export": ("GET", {OFFICER, ADMIN}),
    "portal_goals": ("GET", {ADMIN}),
    "portal_goal_remove": ("POST", {ADMIN}),
    "portal_overview": ("GET", {OFFICER, ADMIN}),
    "portal_instructions": ("GET", {OFFICER, ADMIN}),
    "portal_instruction": ("GET", {OFFICER, ADMIN}),
    "portal_instruction_version": ("GET", {OFFICER, ADMIN}),
    "portal_instructions_paper": ("GET", {OFFICER, ADMIN}),
    "portal_instruction_new": ("GET", {ADMIN}),
    "portal_instruction_paper": ("GET", {OFFICER, ADMIN}),
    "portal_instruction_end": ("POST", {ADMIN}),
    "portal_instruction_review": ("GET", {ADMIN}),
    "portal_instruction_start": ("POST", {ADMIN}),
    "portal_instruction_edit": ("GET", {ADMIN}),
    "portal_instruction_discard": ("POST", {ADMIN}),
    "portal_roster": ("GET", {ADMIN}),
    "portal_roster_add": ("POST", {ADMIN}),
    "portal_roster_remove": ("POST", {ADMIN}),
    "portal_contact": ("GET", {ADMIN}),
    "portal_contact_link": ("POST", {ADMIN}),
    "portal_contact_revoke": ("POST", {ADMIN}),
    "portal_duty": ("GET", {ADMIN}),
    "portal_duty_needed": ("GET", {ADMIN}),
    "portal_duty_safety": ("POST", {ADMIN}),
    "portal_reachability": ("GET", {ADMIN}),
    "portal_reachability_rows": ("GET", {ADMIN}),
    "portal_reachability_plan": ("POST", {ADMIN}),
    "portal_reachability_begin": ("POST", {ADMIN}),
    "portal_layer_new": ("GET", {ADMIN}),
    "portal_layer": ("GET", {ADMIN}),
    "portal_layer_end": ("GET", {ADMIN}),
    "portal_replacement_new": ("GET", {ADMIN}),
    "portal_swap_new": ("GET", {ADMIN}),
    "portal_replacement_answer": ("POST", {ADMIN}),
    "portal_replacement_withdraw": ("POST", {ADMIN}),
    "portal_points": ("GET", {OFFICER, ADMIN}),
    "portal_points_live": ("GET", {OFFICER, ADMIN}),
    "portal_point_new": ("GET", {ADMIN}),
    "portal_point": ("GET", {ADMIN}),
    "portal_point_calls": ("GET", {ADMIN}),
    "portal_point_remove": ("POST", {ADMIN}),
    "portal_staff_add": ("POST", {ADMIN}),
    "portal_staff_remove": ("POST", {ADMIN}),
    "portal_point_act": ("POST", {ADMIN}),
    "portal_sites": ("GET", {OFFICER, ADMIN}),
    "portal_site_new": ("GET", {ADMIN}),
    "portal_sites_import": ("GET", {ADMIN}),
    "portal_sites_template": ("GET", {ADMIN}),
    "portal_sites_import_run": ("GET", {ADMIN}),
    "portal_sites_import_progress": ("GET", {ADMIN}),
    "portal_sites_import_discard": ("POST", {ADMIN}),
    "portal_sites_export": ("GET", {ADMIN}),
    "portal_site": ("GET", {OFFICER, ADMIN}),
    "portal_site_edit": ("GET", {ADMIN}),
    "portal_site_codes": ("POST", {OFFICER, ADMIN}),
    "portal_site_end": ("GET", {ADMIN}),
    "portal_site_resume": ("POST", {ADMIN}),
    "portal_site_link": ("POST", {ADMIN}),
    "portal_site_unlink": ("POST", {ADMIN}),
    "portal_residents": ("GET", NOBODY),
    "portal_resident_new": ("GET", NOBODY),
    "portal_residents_import": ("GET", NOBODY),
    "portal_residents_template": ("GET", NOBODY),
    "portal_residents_import_run": ("GET", NOBODY),
    "portal_residents_import_progress": ("GET", NOBODY),
    "portal_residents_import_discard": ("POST", NOBODY),
    "portal_residents_export": ("GET", NOBODY),
    "portal_resident": ("GET", NOBODY),
    "portal_resident_edit": ("GET", NOBODY),
    "portal_resident_codes": ("POST", NOBODY),
    "portal_resident_end": ("GET", NOBODY),
    "portal_resident_resume": ("POST", NOBODY),
    "portal_resident_link": ("POST", NOBODY),
    "portal_resident_unlink": ("POST", NOBODY),
    "portal_resident_unmask": ("POST", NOBODY),
    "portal_members": ("GET", {ADMIN}),
    "portal_member_invite": ("POST", {ADMIN}),
    "portal_member_functions": ("POST", {ADMIN}),
    "portal_member_end": ("POST", {ADMIN}),
    "portal_member_reset": ("POST", {ADMIN}),
    "portal_audit": ("GET", {AUDITOR}),
}
ACTS = ("_edit", "_codes", "_end", "_resume", "_link")
RUNS = ("_run", "_progress", "_discard")
EVERYBODY = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]


def address(name: str, things: Things) -> str:
    values: dict[str, list[Any]] = {
        "portal_case": [things.case],
        "portal_case_body": [things.case],
        "portal_case_pictures": [things.case],
        "portal_case_pictures_open": [things.case],
        "portal_case_picture": [things.case, things.case],
        **{f"portal_{one}": [things.case] for one in ("report", "report_paper", "followup_comment")},
        **{f"portal_{one}_export": ["csv"] for one in ("improvements", "statistics")},
        "portal_improvement": [things.improvement],
        "portal_instruction": ["technical"],
        "portal_instruction_version": ["technical", 1],
        "portal_instruction_paper": ["technical", 1],
        "portal_instruction_end": ["technical", 1],
        "portal_instruction_review": ["technical"],
        "portal_instruction_start": ["technical"],
        "portal_instruction_edit": ["technical"],
        "portal_instruction_discard": ["technical"],
        "portal_roster_add": ["duty"],
        "portal_roster_remove": ["layer", things.layer],
        **{f"portal_contact{act}": [things.contact] for act in ("", "_link", "_revoke")},
        **{
            f"portal_{one}": [things.duty]
            for one in ("duty", "duty_needed", "duty_safety", "layer_new", "replacement_new", "swap_new")
        },
        "portal_layer": [things.layer],
        "portal_layer_end": [things.layer],
        "portal_replacement_answer": [things.swap],
        "portal_replacement_withdraw": [things.swap],
        "portal_deferred_receive": [things.deferred],
        "portal_deciding_rule": ["property"],
        "portal_deciding_remove": ["property"],
        "portal_point": [things.point],
        "portal_point_calls": [things.point],
        "portal_point_remove": [things.point],
        "portal_staff_add": [things.point],
        "portal_staff_remove": [things.point, things.staff],
        "portal_point_act": [things.point, "activate"],
        **{
            f"portal_{one}_{way}": ["csv"] for one in ("sites", "residents") for way in ("template", "export")
        },
        **{f"portal_site{act}": [things.site] for act in ("", *ACTS)},
        "portal_site_unlink": [things.site, 1],
        **{f"portal_resident{act}": [things.resident] for act in ("", "_unmask", *ACTS)},
        "portal_resident_unlink": [things.resident, 1],
        **{f"portal_{one}_import{act}": [things.run] for one in ("sites", "residents") for act in RUNS},
        "portal_member_functions": [things.membership],
        "portal_member_end": [things.membership],
        "portal_member_reset": [things.membership],
    }
    return reverse(name, "config.urls_municipality", args=values.get(name, []))


def knock(client: Any, name: str, things: Things) -> Any:
    method = DOORS[name][0]
    return client.get(address(name, things)) if method == "GET" else client.post(address(name, things), {})


def test_every_address_is_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)} == set(DOORS)


def undone(knocking: Callable[[], Any]) -> Any:
    """The answer to a knock whose effects are taken back, so that every door meets the same municipality."""
    point = transaction.savepoint_create()
    try:
        return knocking()
    finally:
        transaction.savepoint_rollback(point)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_those_with_the_right_get_in(
    cast: Any, here: Things, client_of: Callable[..., Any], who: str
) -> None:
    client = client_of(getattr(cast, who), HOST)
    for name, (_, allowed) in DOORS.items():
        response = undone(lambda name=name: knock(client, name, here))
        if who in allowed or allowed == {"everybody"}:
            wanted = (404,) if name == "portal_case_picture" else (200, 302, 422)  # it is not opened
            assert response.status_code in wanted, (name, response.content[:300])
            assert not response.get("Location", "").startswith("/login/"), name
        else:
            assert response.status_code == 403, name


def test_nobody_gets_in_without_signing_in(here: Things) -> None:
    for name in DOORS:
        response = knock(Client(HTTP_HOST=HOST), name, here)
        assert response.status_code == 302, name
        assert response["Location"].startswith("/login/?next="), name


WITHOUT_IDS = {
    "portal_followup",
    "portal_improvements",
    "portal_improvement_new",
    "portal_improvements_export",
    "portal_statistics",
    "portal_statistics_export",
    "portal_goals",
    "portal_goal_remove",
    "portal_deferred",
    "portal_deferred_rows",
    "portal_reachability",
    "portal_reachability_rows",
    "portal_reachability_plan",
    "portal_reachability_begin",
    "portal_deciding",
    "portal_deciding_rule",
    "portal_deciding_remove",
    "portal",
    "portal_pulse",
    "portal_cases",
    "portal_case_rows",
    "portal_overview",
    "portal_instructions",
    "portal_instruction",
    "portal_instruction_version",
    "portal_instructions_paper",
    "portal_instruction_new",
    "portal_instruction_paper",
    "portal_instruction_end",
    "portal_instruction_review",
    "portal_instruction_start",
    "portal_instruction_edit",
    "portal_instruction_discard",
    "portal_roster",
    "portal_roster_add",
    "portal_points",
    "portal_points_live",
    "portal_point_new",
    "portal_sites",
    "portal_site_new",
    "portal_sites_import",
    "portal_sites_template",
    "portal_sites_export",
    "portal_residents",
    "portal_resident_new",
    "portal_residents_import",
    "portal_residents_template",
    "portal_residents_export",
    # a run is its owner's: somebody else's leads back to the first page of imports
    "portal_sites_import_run",
    "portal_sites_import_discard",
    "portal_residents_import_run",
    "portal_residents_import_discard",
    "portal_members",
    "portal_member_invite",
    "portal_audit",
}


@pytest.mark.parametrize("who", [OFFICER, ADMIN])
def test_the_neighbours_ids_do_not_exist_here(
    cast: Any, here: Things, there: Things, client_of: Callable[..., Any], who: str
) -> None:
    client = client_of(getattr(cast, who), HOST)
    # What is on call is numbered in each schema; a number that only the neighbour has:
    numbered = {name: getattr(there, name) + 1000 for name in ("contact", "duty", "layer", "swap")}
    strange = replace(there, **numbered)
    for name in set(DOORS) - WITHOUT_IDS:
        if who in DOORS[name][1]:
            assert undone(lambda name=name: knock(client, name, strange)).status_code == 404, name


def test_the_neighbour_is_untouched_when_ids_are_shared(
    there: Things, here: Things, lillby: Any, as_arvid: Any
) -> None:
    from tenants.oncall.models import Contact, Layer, Replacement, ReplacementState

    as_arvid.post(f"/portal/roster/remove/layer/{here.layer}/", {"sure": "1"})
    as_arvid.post(f"/portal/roster/replacement/{here.swap}/withdraw/")
    as_arvid.post(f"/portal/roster/contact/{here.contact}/link/")
    as_arvid.post(f"/portal/roster/remove/contact/{here.contact}/", {"sure": "1"})
    with in_municipality(lillby):
        assert Contact.objects.filter(removed_at=None, link_digest=None).count() == 1
        assert Layer.objects.count() == 1
        assert Replacement.objects.get().state == ReplacementState.ASKED


def test_an_operator_is_sent_to_the_sign_in_page_of_another_host(olga: Any, client_of: Any) -> None:
    client = client_of(olga, "localhost")
    response = client.get("/portal/cases/", headers={"host": HOST})
    assert response["Location"].startswith("/login/")


def test_the_portal_does_not_exist_on_the_centres_host(olga: Any, client_of: Any) -> None:
    assert client_of(olga, "localhost").get("/portal/cases/").status_code == 404


def test_the_list_shows_only_ones_own_functions(here: Things, as_maja: Any) -> None:
    page = as_maja.get("/portal/cases/").content.decode()
    assert "Driftlarm · Norrby" in page
    assert "Social jour" not in page


def test_a_case_of_a_closed_function_does_not_exist(here: Things, as_maja: Any) -> None:
    assert as_maja.get(f"/portal/cases/{here.social}/").status_code == 404
    assert as_maja.get(f"/portal/cases/{here.social}/body/").status_code == 404


def read(page: Any) -> str:
    """What a page says, also one that is to be printed."""
    if page.get("Content-Type") == "application/pdf":
        return "".join(one.extract_text() for one in PdfReader(BytesIO(page.content)).pages)
    return str(page.content.decode())


def test_an_administrator_meets_no_letter_anywhere(here: Things, arvid: Any, as_arvid: Any) -> None:
    for name, (method, _) in DOORS.items():
        if method == "GET":
            page = as_arvid.get(address(name, here))
            assert SECRET_STORY not in read(page), name


def test_a_filter_cannot_reach_another_function(here: Things, as_maja: Any, storkoping: Any) -> None:
    page = as_maja.get("/portal/cases/?function=social_jour&state=all").content.decode()
    assert "Social jour · Norrby" not in page
    with in_municipality(storkoping):
        reference = CaseFile.objects.get(pk=here.social).reference
    assert "Social jour · Norrby" not in as_maja.get(f"/portal/cases/?ref={reference}").content.decode()


def test_every_address_under_the_host_is_known_to_these_tests() -> None:
    names = {key for key in get_resolver("config.urls_municipality").reverse_dict if isinstance(key, str)}
    accounts = {"login", "login_code", "login_enrol", "logout"}
    accounts |= {"account", "account_password", "account_code", "account_revoke"}
    names = {
        one for one in names if not one.startswith(("portal_calendar", "oncall_", "onetime"))
    }  # have tests of their own
    assert names - set(DOORS) - accounts - {"public_page"} <= {"healthz", "readyz", "metrics", "static"}
