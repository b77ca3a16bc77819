"""The page behind the address in the SMS: no login, little of the case, each press one answer, gone at close."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alarms.callouts import links
from alarms.callouts.models import Callout, Run, RunState, State
from alarms.workqueue.services import close
from central.accounts import secret_doors
from central.carriers import gateway
from central.municipalities.context import in_municipality
from tenants.casefiles.models import JournalEntry
from tenants.contents.models import CalloutLetter, MessageContent
from tests.alarms.callouts.conftest import NILS, SARA
from tests.support.cases import now
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.django_db
HOST = "storkoping.localhost"


@pytest.fixture
def asked(held: Callable[..., Any], call_out: Callable[..., Any]) -> Any:
    """The call-out of Nils, now."""
    secret_doors.guesses.__init__()  # type: ignore[misc]  # counts of earlier tests
    at = now()
    return call_out(held(at), at)


@pytest.fixture
def phone() -> Client:
    """A browser that nobody has signed in with."""
    return Client(HTTP_HOST=HOST)


def path_in_sms(carrier: Carrier, number: str = NILS) -> str:
    """The address in the newest SMS that the carrier got for the number."""
    texts = list(carrier.oracle()["texts"][number])
    found = re.findall(r"://storkoping\.localhost(/utlarmning/[A-Za-z0-9_-]{22}/)", " ".join(texts))
    assert found, texts
    return str(found[-1])


def body(answer: Any) -> str:
    return str(answer.content.decode())


def journal(callout: Any) -> str:
    with in_municipality(callout.municipality):
        rows = JournalEntry.objects.filter(case_id=callout.work_item_id)
        return " ".join(rows.values_list("text", flat=True))


def test_the_whole_way_from_the_sms_to_the_report(asked: Any, phone: Client, carrier: Carrier) -> None:
    path = path_in_sms(carrier)
    first = body(phone.get(path))
    assert "Jag tar det" in first
    assert "Provgatan" not in first, "the address is for who has taken it"
    for what, more, shown in (
        ("accepted", {}, "Du har ärendet"),
        ("on_way", {"minutes": "20"}, "framme"),
        ("on_site", {}, "Hör av dig senast"),
        ("ok", {}, "Tack. Centralen vet att allt är väl."),
        ("done", {"report": "Kranen är stängd."}, "Tack. Centralen ser att du är klar."),
    ):
        answer = phone.post(path, {"what": what, **more}, follow=True)
        assert (answer.status_code, shown in body(answer)) == (200, True), what
    assert "Provgatan 7" in body(answer)
    assert "Berta" not in body(answer)
    asked.refresh_from_db()
    assert asked.state == State.ACCEPTED
    assert None not in (asked.on_way_at, asked.on_site_at, asked.done_at)
    assert asked.on_site_at >= asked.on_way_at
    with in_municipality(asked.municipality):
        assert CalloutLetter.objects.get(pk=asked.pk).report == "Kranen är stängd."
    assert "Nils Ek svarade på sin sida. Klar. Rapport: ”Kranen är stängd.”." in journal(asked)


def test_reading_it_does_nothing_and_nothing_that_we_keep_opens_it(
    asked: Any, phone: Client, carrier: Carrier
) -> None:
    path = path_in_sms(carrier)
    secret = path.split("/")[2]
    for method in (phone.get, phone.head):
        assert method(path).status_code == 200
    asked.refresh_from_db()
    assert asked.state in (State.SENT, State.DELIVERED)
    assert bytes(asked.link_digest) == links.digest(secret)
    with in_municipality(asked.municipality):
        letters = " ".join(MessageContent.objects.values_list("body", flat=True))
    assert secret not in letters
    assert links.STARS in letters
    answer = phone.get(path)
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "sessionid" not in phone.cookies


def test_two_who_press_at_once_one_has_it_and_the_other_is_told(
    asked: Any, phone: Client, carrier: Carrier, olga: Any
) -> None:
    from alarms.callouts import services

    run = Run.objects.get()
    services.hasten(item_id=asked.work_item_id, operator=olga, run_id=run.pk, at=run.at, now=now())
    gateway.drain(now() + timedelta(seconds=1))
    paths = [path_in_sms(carrier, number) for number in (NILS, SARA)]
    told = [body(phone.post(path, {"what": "accepted"}, follow=True)) for path in paths]
    assert "Du har ärendet" in told[0]
    assert "Du behövs inte" in told[1]
    assert Callout.objects.filter(state=State.ACCEPTED).count() == 1
    assert Run.objects.get().state == RunState.TAKEN


def test_pressed_twice_is_once(asked: Any, phone: Client, carrier: Carrier) -> None:
    path = path_in_sms(carrier)
    for _ in range(2):
        phone.post(path, {"what": "declined"})
    assert Callout.objects.get(pk=asked.pk).state == State.DECLINED
    assert Callout.objects.count() == 2, "the next was asked, once"


def test_when_the_case_is_closed_the_page_says_so_and_takes_no_answer(
    asked: Any, phone: Client, carrier: Carrier, olga: Any
) -> None:
    path = path_in_sms(carrier)
    close(item_id=asked.work_item_id, operator=olga, outcome="fixed_on_site", now=now())
    for answer in (phone.get(path), phone.post(path, {"what": "accepted"})):
        assert answer.status_code == 410
        assert "Ärendet är avslutat" in body(answer)
    assert Callout.objects.get(pk=asked.pk).state != State.ACCEPTED


def test_wrong_secrets_and_other_hosts_learn_nothing_and_are_slowed_down(
    asked: Any, phone: Client, carrier: Carrier, lillby: Any
) -> None:
    wrong = phone.get("/utlarmning/AAAAAAAAAAAAAAAAAAAAAA/")
    elsewhere = Client(HTTP_HOST="lillby.localhost").get(path_in_sms(carrier))
    assert (wrong.status_code, elsewhere.status_code) == (404, 404)
    assert "Fastighetsjour" not in body(elsewhere)
    for _ in range(secret_doors.WRONG_PER_MINUTE):
        late = phone.get("/utlarmning/AAAAAAAAAAAAAAAAAAAAAA/")
    assert late.status_code == 429


def test_what_is_wrong_is_named_and_what_was_typed_stays(asked: Any, phone: Client, carrier: Carrier) -> None:
    path = path_in_sms(carrier)
    phone.post(path, {"what": "accepted"})
    answer = phone.post(path, {"what": "done", "report": "x" * 1001})
    assert answer.status_code == 422
    assert "Skriv högst 1000 tecken. Det är 1001 nu." in body(answer)
    assert "x" * 1001 in body(answer)
    assert phone.post(path, {"what": "fly"}).status_code == 422
    assert phone.post(path, {"what": "on_way", "minutes": "7"}).status_code == 422
    assert Callout.objects.get(pk=asked.pk).done_at is None


def test_a_form_from_another_page_is_refused(asked: Any, carrier: Carrier) -> None:
    strict = Client(HTTP_HOST=HOST, enforce_csrf_checks=True)
    assert strict.post(path_in_sms(carrier), {"what": "accepted"}).status_code == 403
    assert Callout.objects.get(pk=asked.pk).state != State.ACCEPTED
