"""Operators read, the shift leader and the centre's manager set service, nobody else comes near."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from central.audit.models import AuditEntry
from tests.operator_console.conftest import post
from tests.operator_console.transmitters.conftest import Standing

READERS = {"olga", "sven", "chef"}
MANAGERS = {"sven", "chef"}
PEOPLE = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]
PAGE = "/console/transmitters/"


def test_the_centres_staff_read_it(cast: Any, client_of: Callable[..., Any], standing: Standing) -> None:
    one = standing["heard"].pk
    for name in PEOPLE:
        for url in (PAGE, f"{PAGE}now.json?ids={one}", f"{PAGE}{one}/"):
            status = client_of(getattr(cast, name)).get(url).status_code
            assert status == (200 if name in READERS else 403), (name, url, status)


def test_only_leader_and_manager_set_service(
    cast: Any, client_of: Callable[..., Any], standing: Standing
) -> None:
    one = standing["heard"]
    for name in PEOPLE:
        client = client_of(getattr(cast, name))
        wanted = 200 if name in MANAGERS else 403
        begun = post(client, f"{PAGE}{one.pk}/service/", minutes="5", reason="Prov")
        ended = post(client, f"{PAGE}{one.pk}/service/end/")
        assert (begun.status_code, ended.status_code) == (wanted, wanted), name
    assert set(AuditEntry.objects.filter(verb="transmitter.service_started").values_list("actor_id", flat=True)) == {
        cast.sven.pk, cast.chef.pk,
    }  # fmt: skip


def test_the_form_is_shown_to_those_who_may(
    cast: Any, client_of: Callable[..., Any], standing: Standing
) -> None:
    for name in READERS:
        html = client_of(getattr(cast, name)).get(f"{PAGE}{standing['heard'].pk}/").content.decode()
        assert ('name="minutes"' in html) is (name in MANAGERS), name


def test_nobody_signed_in_learns_nothing(client_of: Callable[..., Any], standing: Standing) -> None:
    nobody = client_of(None)
    assert nobody.get(PAGE).status_code == 302
    for url in (f"{PAGE}now.json", f"{PAGE}{standing['heard'].pk}/"):
        assert nobody.get(url).status_code == 401
    assert post(nobody, f"{PAGE}{standing['heard'].pk}/service/").status_code == 401


def test_a_municipalitys_host_has_no_such_page(
    cast: Any, client_of: Callable[..., Any], standing: Standing
) -> None:
    assert client_of(cast.maja, "storkoping.localhost").get(PAGE).status_code == 404
