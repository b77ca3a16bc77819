"""The page of sources: who may, a key shown once, and nothing switched on that was not tried exactly so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from alarms.intake.models import Source
from alarms.intake.registering import hook_key, key_digest
from central.audit.models import AuditEntry
from central.kinds import KINDS
from operator_console.sources.trial import different
from operator_console.sources.typed import PRESETS, conventions_of, typed_of
from tenants.contents.services import draft_of
from tests.support.hooks import event

pytestmark = pytest.mark.usefixtures("committed")
PEOPLE = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]
TYPED = {
    "default_kind": "camera",
    "account.path": "device.id",
    "kind.path": "event.type",
    "kind.values": "line_crossed = Inbrottslarm",
    "place.path": "device.place",
    "sample": json.dumps(event()),
}


@pytest.fixture
def chefs(client_of: Callable[..., Any], chef: Any) -> Any:
    return client_of(chef)


def created(client: Any, **more: Any) -> tuple[Source, str]:
    answer = client.post(
        "/console/sources/create/",
        {"name": "Kameror", "mode": "bearer", **more},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    return Source.objects.get(name="Kameror"), answer.json()["key"]


def test_only_who_manages_the_intake_sees_and_changes_sources(
    cast: Any, client_of: Callable[..., Any], chefs: Any
) -> None:
    source, _ = created(chefs)
    for name in PEOPLE:
        client, may = client_of(getattr(cast, name)), name == "chef"
        for url in ("", "new/", f"{source.pk}/"):
            assert (client.get(f"/console/sources/{url}").status_code == 200) is may, (name, url)
        for url in ("create/", f"{source.pk}/try/", f"{source.pk}/on/", f"{source.pk}/off/",
                    f"{source.pk}/auth/", f"{source.pk}/key/"):  # fmt: skip
            status = client.post(f"/console/sources/{url}", {}).status_code
            assert may or status in (403, 404), (name, url, status)


def test_the_key_is_shown_once_and_the_source_is_off(chefs: Any) -> None:
    source, key = created(chefs)
    assert bytes(source.key_digest) == key_digest(key)
    assert not source.active
    for url in ("", f"{source.pk}/"):
        assert key not in chefs.get(f"/console/sources/{url}").content.decode()
    assert AuditEntry.objects.filter(verb="source.created").count() == 1


def test_a_taken_name_and_a_strange_header_are_told(chefs: Any) -> None:
    created(chefs)
    for wrong, field in (({"name": "Kameror"}, "name"), ({"name": "x", "mode": "bearer"}, "name"),
                         ({"name": "Andra", "mode": "hmac", "header": "a b"}, "header")):  # fmt: skip
        answer = chefs.post("/console/sources/create/", wrong, content_type="application/json")
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_trial_tells_how_the_case_would_be_and_keeps_what_was_typed(chefs: Any) -> None:
    source, _ = created(chefs)
    html = chefs.post(f"/console/sources/{source.pk}/try/", TYPED).content.decode()
    for words in ("Inbrottslarm", "2 Brådskande", "Norra entrén", "cam-1", "Det kan slås på"):
        assert words in html, words
    page = chefs.get(f"/console/sources/{source.pk}/").content.decode()
    assert "line_crossed = Inbrottslarm" in page
    assert "Norra entrén" in page


def test_what_is_wrong_names_field_and_path_and_is_kept_too(chefs: Any) -> None:
    source, _ = created(chefs)
    for wrong, said in (
        ({"account.path": "device.number"}, "device.number: saknas"),
        ({"kind.values": "utan likamed"}, "deras = vårt"),
        ({"sample": "{"}, "inte giltig JSON"),
        ({"place.path": "a b"}, "är ingen väg"),
    ):
        html = chefs.post(f"/console/sources/{source.pk}/try/", {**TYPED, **wrong}).content.decode()
        assert said in html
        assert "Det kan slås på" not in html
        kept = draft_of(source.pk)
        assert kept is not None
        assert kept.tried == ""
        assert chefs.get(f"/console/sources/{source.pk}/").status_code == 200


def test_only_what_was_tried_exactly_so_is_switched_on(chefs: Any) -> None:
    source, _ = created(chefs)
    url = f"/console/sources/{source.pk}/"
    assert chefs.post(url + "on/", TYPED).status_code == 409
    chefs.post(url + "try/", TYPED)
    assert chefs.post(url + "on/", {**TYPED, "default_kind": "fire"}).status_code == 409
    assert chefs.post(url + "on/", {**TYPED, "sample": json.dumps(event(id="x"))}).status_code == 409
    source.refresh_from_db()
    assert not source.active
    assert chefs.post(url + "on/", TYPED).status_code == 200
    source.refresh_from_db()
    assert source.active
    assert source.conventions["fields"]["kind"]["values"] == {"line_crossed": "intrusion"}
    assert AuditEntry.objects.filter(verb="source.switched_on").count() == 1
    assert chefs.post(url + "off/").status_code == 200
    source.refresh_from_db()
    assert not source.active
    assert AuditEntry.objects.filter(verb="source.switched_off").count() == 1


def test_what_is_agreed_is_shown_in_our_words_and_means_the_same() -> None:
    for _, preset in PRESETS.values():
        agreed = conventions_of(preset, {})
        shown = typed_of(agreed)
        assert conventions_of(shown, {}) == agreed
        assert not {line.rpartition(" = ")[2] for line in shown["kind.values"].splitlines()} & set(KINDS)
    changed = {**agreed, "default_kind": "fire", "fields": {"kind": {"constant": "intrusion"}}}
    told = {label: (before, after) for label, before, after in different(agreed, changed)}
    assert told["Slag om inget annat sägs"] == ("Driftlarm", "Brandlarm")
    assert told["Slag"] == ("kind", "fast värde: Inbrottslarm")


def test_a_new_key_is_shown_once_and_the_old_one_is_nobodys(chefs: Any) -> None:
    source, old = created(chefs)
    answer = chefs.post(f"/console/sources/{source.pk}/key/")
    new = answer.json()["key"]
    source.refresh_from_db()
    assert new != old
    assert bytes(source.key_digest) == key_digest(new)
    assert hook_key(source) == new, "who signs, signs with the new one"
    assert new not in chefs.get(f"/console/sources/{source.pk}/").content.decode()
    entry = AuditEntry.objects.get(verb="source.key_changed")
    assert entry.subject == str(source.pk)


def test_how_it_shows_who_it_is_can_be_changed_and_the_key_is_the_same(chefs: Any) -> None:
    source, key = created(chefs)
    url = f"/console/sources/{source.pk}/"
    said = {"mode": "hmac", "header": "X-Hub-Signature", "prefix": "sha256="}
    for _ in range(2):
        assert chefs.post(url + "auth/", said, content_type="application/json").status_code == 200
    source.refresh_from_db()
    assert source.conventions["auth"] == said
    assert hook_key(source) == key
    assert AuditEntry.objects.filter(verb="source.auth_changed").count() == 1
    assert 'value="X-Hub-Signature"' in chefs.get(url).content.decode()
    wrong = chefs.post(url + "auth/", {**said, "header": "a b"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "header")
    chefs.post(url + "try/", TYPED)
    assert chefs.post(url + "on/", TYPED).status_code == 200
    source.refresh_from_db()
    assert source.conventions["auth"] == said, "a mapping that is switched on leaves it as it is"
