"""A contact's own shifts and page, what goes with a contact who is removed, and what stands on the overview."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from central.municipalities.context import in_municipality
from tenants.contents.models import MessageContent
from tenants.oncall.models import Contact, Duty, Layer, Replacement
from tests.support.days import today
from tests.support.rosters import always, layer
from tests.tenants.portal.conftest import Things

DAY = timedelta(days=1)


@pytest.fixture
def nils(here: Things, storkoping: Any) -> int:
    with in_municipality(storkoping):
        Replacement.objects.all().delete()
        return Contact.objects.create(name="Nils Ek", phone="+46701740607").pk


def body(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_address_of_a_persons_own_page_is_sent_by_sms_and_closed(
    here: Things, as_arvid: Any, storkoping: Any
) -> None:
    path = f"/portal/roster/contact/{here.contact}/"
    assert "Inte skickad." in body(as_arvid.get(path))
    page = body(as_arvid.post(f"{path}link/", follow=True))
    assert "Sms:et till Sara Dahl är på väg." in page
    assert "Skickad " in page
    with in_municipality(storkoping):
        (sms,) = MessageContent.objects.all()
    secret = sms.body.split("/jour/")[1].split("/")[0]
    assert secret not in page
    closed = body(as_arvid.post(f"{path}link/revoke/", follow=True))
    assert "fungerar inte längre" in closed
    assert "Stäng länken" not in closed


def test_one_who_takes_no_sms_is_not_sent_any(here: Things, as_arvid: Any, storkoping: Any) -> None:
    with in_municipality(storkoping):
        Contact.objects.update(sms=False)
    path = f"/portal/roster/contact/{here.contact}/"
    assert "Tar inte emot sms" in body(as_arvid.get(path))
    assert "tar inte emot sms" in body(as_arvid.post(f"{path}link/", follow=True))
    with in_municipality(storkoping):
        assert not MessageContent.objects.exists()


def test_coming_shifts_are_told_and_one_alone_has_no_end(
    here: Things, nils: int, as_arvid: Any, storkoping: Any
) -> None:
    assert "tills vidare" in body(as_arvid.get(f"/portal/roster/contact/{here.contact}/"))
    assert "Inga pass" in body(as_arvid.get(f"/portal/roster/contact/{nils}/"))
    with in_municipality(storkoping):
        one = Contact.objects.get(pk=nils)
        layer(Duty.objects.get(), [one, Contact.objects.get(pk=here.contact)], rank=2, first_day=today() + DAY,
              turns_at=time(7))  # fmt: skip
    page = body(as_arvid.get(f"/portal/roster/contact/{nils}/"))
    assert page.count(" 07:00</td>") >= 4
    assert "tills vidare" not in page


def test_removing_somebody_tells_which_turns_become_nobodys_and_which_gaps_follow(
    here: Things, nils: int, as_arvid: Any, storkoping: Any
) -> None:
    with in_municipality(storkoping):
        Layer.objects.all().delete()
        duty, sara, other = (
            Duty.objects.get(),
            Contact.objects.get(pk=here.contact),
            Contact.objects.get(pk=nils),
        )
        layer(duty, [sara, other], first_day=today() - DAY, turns_at=time(8), turn_days=7)
        always(duty, sara, rank=2)
    page = body(as_arvid.post(f"/portal/roster/remove/contact/{nils}/"))
    assert page.count("blir ingens") == 4
    assert "Alla tider har ändå någon i tjänst" in page
    page = body(as_arvid.post(f"/portal/roster/remove/contact/{here.contact}/"))
    assert "Fastighetsjour (ordning 2) från nu och framåt blir ingens" in page
    assert "Då är ingen i tjänst de närmaste två månaderna" in page
    assert "De andras turer flyttas inte." in page
    with in_municipality(storkoping):
        assert Contact.objects.filter(removed_at=None).count() == 2
    as_arvid.post(f"/portal/roster/remove/contact/{here.contact}/", {"sure": "1"})
    roster = body(as_arvid.get("/portal/roster/"))
    assert "duty-bar hole" in roster


def test_a_shift_that_was_taken_over_goes_back_when_the_taker_is_removed(
    here: Things, nils: int, as_arvid: Any, storkoping: Any
) -> None:
    form = {
        "contact": str(nils), "instead_of": str(here.contact), "rank": "1",
        "from_day": (today() + DAY).isoformat(), "from_time": "08:00", "to_day": (today() + 2 * DAY).isoformat(),
        "to_time": "08:00", "yes_taker": "on", "yes_giver": "on",
    }  # fmt: skip
    as_arvid.post(f"/portal/roster/duty/{here.duty}/replacement/", form)
    assert "går tillbaka till Sara Dahl" in body(as_arvid.post(f"/portal/roster/remove/contact/{nils}/"))


def test_the_overview_says_that_all_is_covered_or_lists_every_gap(
    here: Things, as_arvid: Any, storkoping: Any
) -> None:
    page = body(as_arvid.get("/portal/roster/"))
    assert "Alla tider har någon i tjänst" in page
    with in_municipality(storkoping):
        Layer.objects.update(windows=[{"days": ["workday", "dayoff"], "from": "07:00", "to": "06:00"}])
    page = body(as_arvid.get("/portal/roster/"))
    assert page.split("Saknas inom 14 dagar")[1].split("</section>")[0].count(" 06:00–07:00</li>") >= 13


def test_who_is_next_stands_beside_who_is_on_duty_for_officers_too(
    here: Things, nils: int, as_maja: Any, storkoping: Any
) -> None:
    with in_municipality(storkoping):
        Layer.objects.all().delete()
        layer(Duty.objects.get(), [Contact.objects.get(pk=here.contact), Contact.objects.get(pk=nils)],
              first_day=today() - DAY, turns_at=time(8))  # fmt: skip
    page = body(as_maja.get("/portal/overview/"))
    row = page.split("Fastighetsjour")[1].split("</tr>")[0]
    assert "Sara Dahl" in row
    assert "Nils Ek" in row
    assert "08:00" in row
    assert "/portal/roster/" not in row
