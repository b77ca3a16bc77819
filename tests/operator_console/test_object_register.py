"""The site or the resident behind a case: what is dangerous first, codes and protected persons only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from alarms.intake.models import Transmitter
from alarms.workqueue.models import WorkItem
from central.accounts.models import Membership
from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.casefiles.models import JournalEntry
from tenants.residents.models import Unmasking
from tests.conftest import make_user
from tests.operator_console.conftest import act, pane
from tests.operator_console.test_object_view import html, part
from tests.support.cases import case, journal, now
from tests.support.incoming import said, signal_of, take, transmitter
from tests.support.objects import resident, site

SECRETS = ("4711", "B 12", "1938", "55 12")
WHO = (
    "Märta Provsson",
    "Exempelgatan 12",
    "1102, 1 tr",
    "070-174 06 22",
    "Dora Provsson",
    "Vid cykelstället",
)
REASON = "Hör rop inifrån lägenheten"


@pytest.fixture
def phone(committed: None, storkoping: Any) -> Transmitter:
    one = transmitter(storkoping)
    Transmitter.objects.filter(pk=one.pk).update(site="")
    return one


def alarm(one: Transmitter, kind: str = "safety_alarm", **more: Any) -> UUID:
    (receipt,) = take([said(one, kind=kind, priority=1, **more)])
    return UUID(str(signal_of(receipt).item_id))


def ask(client: Any, item: UUID, what: str, **fields: str) -> Any:
    return client.post(f"/console/case/{item}/parts/object/{what}/", fields)


def secrets_in(text: str, of: tuple[str, ...] = SECRETS) -> list[str]:
    return [one for one in of if one in text]


def test_a_site_tells_hazards_first_and_who_to_call_in_order(
    olgas: Any, storkoping: Any, phone: Transmitter
) -> None:
    site(storkoping, phone)
    shown = html(olgas, alarm(phone, "fire"))
    for words in (
        "Brobyskolan", "Skolgatan 4, Broby", "Gasol 4 × 45 kg i kemisalen", "Nyckelrör till höger", "070-174 06 11",
        "Fotbollsplanen", "Insatsplan: pärm A", "https://ritningar.test/broby/1", "Vardagar 07–17",
    ):  # fmt: skip
        assert words in shown, words
    assert shown.index("Gasol") < shown.index("Brobyskolan"), "what is dangerous stands first"
    assert shown.index("Nils Ek") < shown.index("Rektor i beredskap")
    assert secrets_in(shown) == []


def test_codes_are_shown_when_asked_for_and_that_is_kept(
    olgas: Any, svens: Any, storkoping: Any, phone: Transmitter
) -> None:
    one = site(storkoping, phone)
    item = alarm(phone, "fire")
    answer = ask(olgas, item, "codes")
    assert answer.status_code == 200
    assert {"4711", "B 12"} <= set(secrets_in(answer.content.decode()))
    assert secrets_in(html(olgas, item)) != [], (
        "the pane's next reading does not hide what was just asked for"
    )
    assert secrets_in(html(svens, item)) == [], "shown to who asked, and to nobody else"
    last = journal(WorkItem.objects.get(pk=item))[-1]
    assert (last.verb, last.by_initials, last.text) == ("codes_shown", "OO", "Brobyskolan")
    assert AuditEntry.objects.get(verb="site.codes_shown").subject == str(one.pk)
    assert "Visade nycklar och koder: Brobyskolan" in pane(svens, item)


def test_codes_are_hidden_after_ten_minutes_and_when_the_case_is_closed(
    olgas: Any, storkoping: Any, phone: Transmitter
) -> None:
    site(storkoping, phone)
    first, second = alarm(phone, "fire"), alarm(phone, "fire")
    for item in (first, second):
        act(olgas, item, "claim")
        ask(olgas, item, "codes")
    with in_municipality(storkoping.ref()):
        JournalEntry.objects.filter(case_id=first, verb="codes_shown").update(
            at=now() - timedelta(minutes=10)
        )
    assert secrets_in(html(olgas, first)) == []
    act(olgas, second, "close", outcome="false_alarm")
    assert secrets_in(html(olgas, second)) == []
    refused = ask(olgas, second, "codes")
    assert (refused.status_code, refused.json()["error"]) == (409, "closed")


def test_where_there_are_no_codes_there_is_nothing_to_press(
    olgas: Any, storkoping: Any, phone: Transmitter
) -> None:
    site(storkoping, phone, codes={})
    item = alarm(phone, "fire")
    assert "data-codes" not in html(olgas, item)
    assert ask(olgas, item, "codes").status_code == 404
    assert ask(olgas, case(storkoping).pk, "codes").status_code == 404


def test_a_resident_is_told_of_risks_first_and_next_of_kin_in_order(
    olgas: Any, storkoping: Any, phone: Transmitter
) -> None:
    resident(storkoping, phone)
    shown = html(olgas, alarm(phone))
    assert secrets_in(shown, WHO) == list(WHO)
    for words in ("Hemtjänst Norr", "finska", "hör illa på vänster öra", "Hunden biter"):
        assert words in shown, words
    assert shown.index("Syrgas hemma") < shown.index("Hund<") < shown.index("Märta Provsson")
    assert shown.index("Dora Provsson") < shown.index("Sune Granne")
    assert secrets_in(shown) == []


def test_a_residents_codes_are_asked_for_like_a_sites(
    olgas: Any, storkoping: Any, phone: Transmitter
) -> None:
    one = resident(storkoping, phone)
    item = alarm(phone)
    assert {"1938", "55 12"} == set(secrets_in(ask(olgas, item, "codes").content.decode()))
    assert AuditEntry.objects.get(verb="resident.codes_shown").subject == str(one.pk)


def test_a_closed_case_tells_of_no_resident(olgas: Any, storkoping: Any, phone: Transmitter) -> None:
    resident(storkoping, phone)
    item = alarm(phone)
    act(olgas, item, "claim")
    act(olgas, item, "close", outcome="false_alarm")
    shown = html(olgas, item)
    assert secrets_in(shown, WHO) == []
    assert "Den boende visas bara medan ärendet är öppet." in shown


def test_without_home_care_a_fire_in_a_home_tells_that_somebody_lives_there_and_no_more(
    centre: Any, client_of: Callable[..., Any], storkoping: Any, phone: Transmitter
) -> None:
    resident(storkoping, phone)
    item = alarm(phone, "fire")
    other = client_of(make_user("brita", "Brita Brand", "BB", centre, "operator", ["rescue"]))
    shown = html(other, item)
    assert secrets_in(shown, WHO) == []
    assert "Du saknar behörighet för hemtjänst." in shown
    assert ask(other, item, "codes").status_code == 404
    assert ask(other, item, "unmask", reason=REASON).status_code == 404


def test_a_protected_person_is_masked_until_somebody_says_why(
    olgas: Any, svens: Any, olga: Any, storkoping: Any, phone: Transmitter
) -> None:
    resident(storkoping, phone, protected_identity=True)
    item = alarm(phone)
    masked = html(olgas, item)
    assert secrets_in(masked, WHO) == []
    assert "SKYDDADE UPPGIFTER" in masked
    assert "Syrgas hemma" in masked, "what is dangerous is never masked"
    assert ask(olgas, item, "codes").status_code == 404, "a door code tells where she lives"
    for empty in ("", "  ", "x"):
        refused = ask(olgas, item, "unmask", reason=empty)
        assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    answer = ask(olgas, item, "unmask", reason=REASON).content.decode()
    assert secrets_in(answer, WHO) == list(WHO)
    assert secrets_in(html(svens, item), WHO) == []
    assert AuditEntry.objects.get(verb="resident.unmasked").actor_id == olga.pk
    last = journal(WorkItem.objects.get(pk=item))[-1]
    assert (last.verb, last.text) == ("unmasked", REASON)
    assert "1938" in ask(olgas, item, "codes").content.decode()
    with in_municipality(storkoping.ref()):
        Unmasking.objects.update(until=now())
    hidden = html(olgas, item)
    assert secrets_in(hidden, (*WHO, *SECRETS)) == []


def test_nobody_else_asks_for_codes_or_a_name(
    cast: Any, client_of: Callable[..., Any], storkoping: Any, phone: Transmitter
) -> None:
    resident(storkoping, phone, protected_identity=True)
    item = alarm(phone)
    for name in ("chef", "maja", "arvid", "lisa", "agda", "utan"):
        client = client_of(getattr(cast, name))
        for what in ("codes", "unmask"):
            assert ask(client, item, what, reason=REASON).status_code == 404, (name, what)
    with in_municipality(storkoping.ref()):
        assert not Unmasking.objects.exists()
    assert not AuditEntry.objects.filter(verb__in=["resident.unmasked", "resident.codes_shown"]).exists()


def test_a_withdrawn_right_is_gone_at_the_next_question(
    olga: Any, olgas: Any, storkoping: Any, phone: Transmitter
) -> None:
    resident(storkoping, phone)
    item = alarm(phone)
    assert secrets_in(html(olgas, item), WHO)
    Membership.objects.filter(user=olga).update(functions=["property"])
    assert part(olgas, item).status_code == 404


def test_the_same_number_in_another_municipality_is_nobodys(
    olgas: Any, storkoping: Any, lillby: Any, phone: Transmitter
) -> None:
    """Only the link in the case's own municipality counts, whatever stands under the same id elsewhere."""
    resident(lillby, phone)
    site(lillby, phone, name="Lillby skola")
    shown = html(olgas, alarm(phone))
    assert secrets_in(shown, WHO) == []
    assert "Lillby skola" not in shown


def test_the_sites_other_transmitters_are_among_the_events_and_sites_within_a_kilometre_nearby(
    olgas: Any, storkoping: Any, phone: Transmitter
) -> None:
    fire, near, far = (
        transmitter(storkoping, account, area=area)
        for account, area in (("2", "Broby"), ("3", "A"), ("4", "B"))
    )
    site(storkoping, phone, fire, x=450_000.0, y=6_210_000.0)
    site(storkoping, near, name="Sporthallen", x=450_300.0, y=6_210_190.0, number="")
    site(storkoping, far, name="Reningsverket", x=450_900.0, y=6_210_900.0, number="")
    beside, close, away = (
        alarm(one, "intrusion", account=account) for one, account in ((fire, "2"), (near, "3"), (far, "4"))
    )
    item = alarm(phone, "fire")
    WorkItem.objects.filter(pk__in=[close, away]).update(area="")
    shown = html(olgas, item)
    neighbours, past = shown.split('class="past"')
    assert str(beside) in past
    assert "350 m" in neighbours.split(f'data-open-case="{close}"')[1].split("</li>")[0]
    assert "samma objekt" in neighbours.split(f'data-open-case="{beside}"')[1].split("</li>")[0]
    assert str(away) not in shown


def test_a_dense_object_costs_few_questions(
    olgas: Any, storkoping: Any, phone: Transmitter, django_assert_max_num_queries: Any
) -> None:
    site(storkoping, phone, x=450_000.0, y=6_210_000.0)
    resident(storkoping, phone, protected_identity=True)
    item = alarm(phone)
    ask(olgas, item, "unmask", reason=REASON)
    ask(olgas, item, "codes")
    html(olgas, item)
    with django_assert_max_num_queries(20):
        html(olgas, item)


def test_a_phone_that_said_no_number_is_answered_at_the_residents(
    olgas: Any, storkoping: Any, phone: Transmitter
) -> None:
    from alarms.intake.models import Signal, Source

    Source.objects.update(protocol="scaip")
    one = resident(storkoping, phone)
    item = alarm(phone, body='{"data": {"calls": "+46846500412", "speech": ""}}')
    Signal.objects.update(received_at=now(-120))
    assert "Ring upp: 070-174 06 22" in pane(olgas, item)
    with in_municipality(storkoping.ref()):
        type(one).objects.update(protected_identity=True)
    assert "070-174 06 22" not in pane(olgas, item)
