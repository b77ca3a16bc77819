"""Founding a municipality: its row, its host and its schema, all or nothing."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from central.municipalities import directory, template
from central.municipalities.context import in_public
from central.municipalities.models import Domain, Kind, Municipality
from central.swedish import swedish_key

RESERVED = frozenset(
    {"public", "template", "mall", "www", "admin", "api", "static", "media", "ws", "console"}
    | {"mail", "smtp", "ns", "localhost"}
)
"""Never a municipality's slug: the platform's own words, and hosts that mean something else."""
OF_THE_CENTRE = frozenset(
    {"central", "centralen", "centre", "center", "trygghetscentral", "trygghetscentralen"}
    | {"larmcentral", "larmcentralen"}
)
"""The centre's slug only: on a municipality's address they would pass for the centre."""
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


class AlreadyFounded(ValueError):
    """Another municipality has that slug, name, code or host already; the text says which and what to do."""


def schema_name_for(slug: str) -> str:
    """``ostra-goinge`` → ``m_ostra_goinge``; the prefix keeps clear of PostgreSQL's and our own names."""
    return "m_" + slug.replace("-", "_")


def found(
    *,
    slug: str,
    name: str,
    short_code: str,
    municipality_code: str = "",
    host: str | None = None,
    hotline_name: str = "",
    kind: str = "municipality",
) -> Municipality:
    """Found a municipality (or the centre, ``kind="centre"``) with its domain and its own schema.

    ``host`` defaults to ``<slug>.localhost`` (``localhost`` for the centre). Raises AlreadyFounded, or ValidationError
    naming the field. Everything happens in one transaction.
    """
    host = (host or ("localhost" if kind == Kind.CENTRE else f"{slug}.localhost")).lower()
    municipality = Municipality(
        slug=slug,
        name=" ".join(name.split()),
        short_code=short_code.strip().upper(),
        municipality_code=municipality_code,
        hotline_name=hotline_name,
        kind=kind,
        schema_name=schema_name_for(slug),
    )
    with in_public():
        municipality.clean_fields(exclude=["sort_key"])
        _check_form(municipality, host)
        _check_free(municipality, host)
        if not _template_exists():
            template.ensure_template()
        try:
            with transaction.atomic():
                municipality.save()
                Domain.objects.create(domain=host, tenant=municipality, is_primary=True)
                template.copy_template(municipality.schema_name)
        except IntegrityError:
            _check_free(municipality, host)  # somebody founded it at the same moment
            raise
    directory.forget()
    return municipality


def _check_form(municipality: Municipality, host: str) -> None:
    wrong = {}
    slug, code = municipality.slug, municipality.municipality_code
    if not _SLUG.fullmatch(slug):
        wrong["slug"] = "Skriv med små bokstäver a–z, siffror och bindestreck: ostra-goinge."
    elif slug in RESERVED or (slug in OF_THE_CENTRE and municipality.kind != Kind.CENTRE):
        wrong["slug"] = f"{slug} är upptaget av plattformen. Välj kommunens eget namn: ostra-goinge."
    if code and not (len(code) == 4 and code.isascii() and code.isdigit()):
        wrong["municipality_code"] = "Kommunkoden är fyra siffror, till exempel 1293."
    if "slug" not in wrong and not _HOST.fullmatch(host):  # the host is made of the slug
        wrong["host"] = "Skriv bara värdnamnet, utan https:// och port: ostra-goinge.exempel.se."
    if wrong:
        raise ValidationError(wrong)


def _check_free(municipality: Municipality, host: str) -> None:
    """Raise AlreadyFounded that tells everything somebody else has, whose it is and what to do."""
    others = Municipality.objects.exclude(pk=municipality.pk)
    taken = []

    def look(by: str, value: str, said: str) -> None:
        if value and (owner := others.filter(**{by: value}).first()):
            taken.append(said.format(owner=owner.name))

    if municipality.kind == Kind.CENTRE:
        look("kind", Kind.CENTRE, "Installationen har redan en central: {owner}.")
    look(
        "schema_name",
        municipality.schema_name,
        f"Kortnamnet {municipality.slug} har {{owner}}. Välj ett annat.",
    )
    look("sort_key", swedish_key(municipality.name), "Namnet finns redan: {owner}. Välj ett annat.")
    look("short_code", municipality.short_code,
         f"Koden {municipality.short_code} på tavlan har {{owner}}. Ange en annan med --code.")  # fmt: skip
    look("municipality_code", municipality.municipality_code,
         f"Kommunkoden {municipality.municipality_code} har {{owner}}. Rätta --municipality-code.")  # fmt: skip
    if (
        domain := Domain.objects.filter(domain=host)
        .exclude(tenant_id=municipality.pk)
        .select_related("tenant")
        .first()
    ):
        taken.append(f"Värdnamnet {host} har {domain.tenant.name}. Ange ett annat med --host.")
    if taken:
        raise AlreadyFounded(" ".join(taken))


def _template_exists() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{template.TEMPLATE_SCHEMA}.django_migrations"])
        return cursor.fetchone()[0] is not None
