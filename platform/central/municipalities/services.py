"""Founding a municipality: its row, its host and its schema, all or nothing."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from central.municipalities import directory, template
from central.municipalities.context import in_public
from central.municipalities.models import Domain, Kind, Municipality


class AlreadyFounded(ValueError):
    """A municipality has that slug, host or schema already."""


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
        name=name,
        short_code=short_code,
        municipality_code=municipality_code,
        hotline_name=hotline_name,
        kind=kind,
        schema_name=schema_name_for(slug),
    )
    with in_public():
        municipality.clean_fields(exclude=["sort_key"])
        if municipality_code and not (len(municipality_code) == 4 and municipality_code.isdigit()):
            raise ValidationError({"municipality_code": "Kommunkoden är fyra siffror, till exempel 1293."})
        if Municipality.objects.filter(slug=slug).exists() or Domain.objects.filter(domain=host).exists():
            raise AlreadyFounded(f"{name} eller värdnamnet {host} finns redan.")
        if not _template_exists():
            template.ensure_template()
        with transaction.atomic():
            municipality.save()
            Domain.objects.create(domain=host, tenant=municipality, is_primary=True)
            template.copy_template(municipality.schema_name)
    directory.forget()
    return municipality


def _template_exists() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{template.TEMPLATE_SCHEMA}.django_migrations"])
        return cursor.fetchone()[0] is not None
