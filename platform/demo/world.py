"""Lay out the demo region. Run again it adds what is missing and leaves alone what somebody has changed."""

import os
from collections.abc import Callable
from datetime import date, datetime, time

from django.conf import settings
from django.db import transaction

from alarms.intake.models import Protocol, Source
from alarms.intake.registering import register_source
from central.accounts import totp
from central.accounts.models import Membership, User
from central.municipalities.context import in_municipality, in_public
from central.municipalities.models import Kind, Municipality
from central.municipalities.services import found
from demo import cameras, ground, handbook, installations, people, registers
from demo.ground import Place
from demo.keys import aes_key, source_key
from demo.standing import stand
from tenants.decided.models import Choice, Policy
from tenants.instructions.models import ActionInstruction
from tenants.instructions.rules import as_steps
from tenants.instructions.services import publish
from tenants.oncall.models import Contact, Duty, Layer, LayerMember
from tenants.safepoints.models import SafePoint, StaffContact

APPROVER = "Karin Holm"
LONG_AGO, MORNING = date(2026, 1, 5), time(8)  # a Monday; shifts change then


class NotADemo(RuntimeError):
    """Known passwords may only be laid out where the demo's supervisor says that it is a demo."""


def lay_out(*, now: datetime, say: Callable[[str], None] = lambda _line: None) -> None:
    """Centre, eight municipalities and everything in them; `say` tells how far it has come.

    Raises NotADemo unless DEMO=1 stands in the environment.
    """
    if os.environ.get("DEMO") != "1":
        raise NotADemo("Demoregionen har kända lösenord och läggs bara ut av `make demo` (DEMO=1).")
    with in_public():
        centre = _founded("centralen", "Trygghetscentralen Skåne Nordost", "TC", kind=Kind.CENTRE)
        sources = [_source(name) for name in ground.SOURCES]
        panels = _receiver(installations.PANELS, Protocol.DC09)
        phones = _receiver(installations.PHONES, Protocol.SCAIP)
        webhook = _webhook()
        for place in ground.PLACES:
            fresh = not Municipality.objects.filter(slug=place.slug).exists()
            municipality = _founded(
                place.slug, place.name, place.short_code, code=place.code, hotline=place.hotline
            )
            with transaction.atomic():
                _transmitters(place, municipality, {source.name: source for source in sources})
                _equipment(place, municipality, panels, phones)
                _cameras(place, municipality, webhook)
                with in_municipality(municipality):
                    _fill(place, now)
                    registers.fill(place, now)
            if fresh:
                say(f"  {place.name}")
        for account in (*people.CENTRE, *people.MUNICIPAL):
            home = Municipality.objects.get(slug=account.place) if account.place else centre
            _account(account, home, now)


def _founded(
    slug: str, name: str, short_code: str, *, code: str = "", hotline: str = "", kind: str = "municipality"
) -> Municipality:
    existing = Municipality.objects.filter(slug=slug).first()
    return existing or found(
        slug=slug,
        name=name,
        short_code=short_code,
        municipality_code=code,
        hotline_name=hotline,
        kind=kind,
    )


def _source(name: str) -> Source:
    existing = Source.objects.filter(name=name).first()
    return existing or register_source(name=name, key=source_key(name, settings.SECRET_KEY))[0]


def _transmitters(place: Place, municipality: Municipality, sources: dict[str, Source]) -> None:
    for item in ground.transmitters(place):
        source = sources[item.source]
        stand(source, item.account, municipality, site=item.site, area=item.area, function=item.function)


def _receiver(name: str, protocol: Protocol) -> Source:
    """The one source of a protocol: the demo's, or one that somebody has put in its place."""
    existing = Source.objects.filter(protocol=protocol).order_by("-active").first()
    if existing is not None:
        return existing
    source, _key = register_source(name=name, protocol=protocol)
    source.conventions = installations.CONVENTIONS[name]
    source.save(update_fields=["conventions"])
    return source


def _equipment(place: Place, municipality: Municipality, panels: Source, phones: Source) -> None:
    """The panel and the phones that the receivers hear."""
    one = installations.panel(place)
    stand(
        panels,
        one.account,
        municipality,
        site=one.site,
        area=one.area,
        key=aes_key(one.account, settings.SECRET_KEY) if one.keyed else None,
        interval=installations.PANEL_INTERVAL,
    )
    for phone in installations.phones(place):
        stand(
            phones,
            phone.cid,
            municipality,
            area=phone.area,
            function="home_care",
            interval=installations.PHONE_INTERVAL,
        )


def _webhook() -> Source:
    """The cameras' source, with its mapping as it was first laid out or as somebody has changed it."""
    existing = Source.objects.filter(name=cameras.CAMERAS).first()
    if existing is not None:
        return existing
    key = source_key(cameras.CAMERAS, settings.SECRET_KEY)
    source, _key = register_source(name=cameras.CAMERAS, protocol=Protocol.WEBHOOK, key=key)
    source.conventions = cameras.CONVENTIONS
    source.save(update_fields=["conventions"])
    return source


def _cameras(place: Place, municipality: Municipality, source: Source) -> None:
    """The cameras that post for themselves."""
    for one in cameras.cameras(place):
        stand(
            source,
            one.account,
            municipality,
            site=one.site,
            area=one.area,
            function="security",
            interval=cameras.CAMERA_INTERVAL,
        )


def _fill(place: Place, now: datetime) -> None:
    """What a municipality keeps in its own schema."""
    numbers = people.numbers(place)
    for duty in people.DUTIES:
        _duty(duty, numbers, empty=people.EMPTY.get(place.slug) == duty.code)
    if place.slug in people.THIRD:
        _third(*people.THIRD[place.slug])
    Policy.objects.get_or_create(
        function="",
        defaults={
            "duty": people.DECIDES,
            "minutes": 10,
            "default_choice": Choice.SPECIAL,
            "shift_days": ["workday"],
        },
    )
    for kind, (title, steps) in handbook.INSTRUCTIONS.items():
        if not ActionInstruction.objects.filter(kind=kind, series__name="").exists():
            publish(kind=kind, title=title, steps=as_steps(steps), approved_by_name=APPROVER, now=now)
    for kind, (title, steps) in handbook.NIGHTS.items():
        if not ActionInstruction.objects.filter(kind=kind, series__name=handbook.OFF_HOURS).exists():
            publish(
                kind=kind, title=title, steps=as_steps(steps), approved_by_name=APPROVER, now=now,
                name=handbook.OFF_HOURS, hours=handbook.outside_office_hours(),
            )  # fmt: skip
    for point in place.points:
        _safe_point(point, numbers[-len(people.STAFF) :])


def _duty(duty: people.OnCall, numbers: list[str], *, empty: bool = False) -> None:
    """A duty held round the clock, all week, by the same people in rank order; or by nobody."""
    row, fresh = Duty.objects.get_or_create(
        code=duty.code, defaults={"name": duty.name, "function": duty.function}
    )
    if not fresh:
        return
    everybody = [name for each in people.DUTIES for name in each.names]
    for rank, name in enumerate(() if empty else duty.names, 1):
        contact, _ = Contact.objects.get_or_create(
            name=name, defaults={"phone": numbers[everybody.index(name)]}
        )
        layer = Layer.objects.create(duty=row, rank=rank, first_day=LONG_AGO, turns_at=MORNING)
        LayerMember.objects.create(layer=layer, contact=contact, position=1)


def _third(code: str, name: str) -> None:
    """One of the municipality's contacts stands last in the order of this duty too."""
    duty, contact = Duty.objects.get(code=code), Contact.objects.get(name=name)
    layer, fresh = Layer.objects.get_or_create(
        duty=duty, rank=3, defaults={"first_day": LONG_AGO, "turns_at": MORNING}
    )
    if fresh:
        LayerMember.objects.create(layer=layer, contact=contact, position=1)


def _safe_point(point: ground.Point, numbers: list[str]) -> None:
    row, fresh = SafePoint.objects.get_or_create(
        name=point.name,
        defaults={
            "address": point.address,
            "x": point.x,
            "y": point.y,
            "lat": point.lat,
            "lon": point.lon,
            "offers": list(point.offers),
            "capacity": point.capacity,
        },
    )
    if fresh:
        for name, number in zip(people.STAFF, numbers, strict=True):
            StaffContact.objects.create(point=row, name=name, phone=number)


def _account(account: people.Account, home: Municipality, now: datetime) -> None:
    user = User.objects.filter(username=account.username).first()
    if user is None:
        user = User(username=account.username, name=account.name, initials=account.initials, created_at=now)
        user.set_password(people.PASSWORD)
    if settings.REQUIRE_TOTP and user.totp_confirmed_at is None:
        user.totp_secret, user.totp_confirmed_at = totp.encrypt(totp.new_secret()), now
    user.save()
    Membership.objects.get_or_create(
        user=user,
        municipality=home,
        role=account.role,
        defaults={"functions": sorted(account.functions), "created_at": now},
    )
