"""Founding refuses what another municipality has already, and says which and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from central.municipalities.models import Municipality
from central.municipalities.services import AlreadyFounded, found
from central.municipalities.template import TEMPLATE_SCHEMA

FREE: dict[str, Any] = {"slug": "nyby", "name": "Nyby", "short_code": "NYB", "municipality_code": "0199"}


@pytest.fixture
def goinge(db: None) -> Municipality:
    return found(slug="ostra-goinge", name="Östra Göinge", short_code="ÖGO", municipality_code="1256")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slug": "ostra-goinge"}, "Kortnamnet ostra-goinge"),
        ({"name": "Östra Göinge"}, "Namnet finns redan"),
        ({"name": "  östra   GÖINGE "}, "Namnet finns redan"),
        ({"short_code": "ÖGO"}, "Koden ÖGO"),
        ({"short_code": "ögo"}, "Koden ÖGO"),
        ({"municipality_code": "1256"}, "Kommunkoden 1256"),
        ({"host": "Ostra-Goinge.localhost"}, "Värdnamnet ostra-goinge.localhost"),
        ({"kind": "centre", "host": "annan.localhost"}, "redan en central: Trygghetscentralen Provland"),
    ],
)
def test_what_somebody_has_is_refused_by_name(
    goinge: Municipality, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(AlreadyFounded, match=said) as refused:
        found(**{**FREE, **change})
    assert "Nyby" not in str(refused.value)
    assert not Municipality.objects.filter(slug="nyby").exists()


def test_everything_that_is_taken_is_told_at_once(goinge: Municipality) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(
            "municipality", "found", "ostra2", "Östra Göinge", "--code", "ÖGO", "--municipality-code", "1256"
        )
    assert "Namnet" in str(refused.value)
    assert "Koden ÖGO" in str(refused.value)
    assert "Kommunkoden 1256" in str(refused.value)
    assert "Värdnamnet" not in str(refused.value)


def test_other_letters_are_other_names(goinge: Municipality) -> None:
    assert found(**{**FREE, "name": "Ostra Goinge", "short_code": "OGO"}).name == "Ostra Goinge"


def test_several_may_lack_a_municipality_code(db: None) -> None:
    found(**{**FREE, "municipality_code": ""})
    found(slug="annan", name="Annan", short_code="ANN")


@pytest.mark.parametrize("slug", ["public", "www", "admin", "api", "static", "centralen", "central"])
def test_the_platforms_own_words_are_refused(db: None, slug: str) -> None:
    with pytest.raises(ValidationError) as refused:
        found(**{**FREE, "slug": slug})
    assert list(refused.value.message_dict) == ["slug"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "Nyby"}, "slug"),
        ({"slug": "ny_by"}, "slug"),
        ({"slug": "-nyby"}, "slug"),
        ({"name": "   "}, "name"),
        ({"short_code": " "}, "short_code"),
        ({"municipality_code": "12"}, "municipality_code"),
        ({"municipality_code": "١٢٣٤"}, "municipality_code"),
        ({"host": "https://nyby.exempel.se"}, "host"),
        ({"host": "nyby.exempel.se:8000"}, "host"),
    ],
)
def test_a_wrong_form_is_refused_naming_the_field(db: None, change: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        found(**{**FREE, **change})
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize(
    "change", [{"name": "lillBY"}, {"short_code": "lil"}, {"municipality_code": "0102"}], ids=str
)
def test_the_database_refuses_it_too(storkoping: Any, lillby: Any, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Municipality.objects.filter(pk=storkoping.id).update(**change)


def test_keys_and_indexes_are_called_what_migrations_call_them(goinge: Municipality) -> None:
    """A later migration takes them away by name."""

    def names(schema: str) -> set[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename, indexname FROM pg_indexes WHERE schemaname = %s", [schema])
            indexes = set(cursor.fetchall())
            cursor.execute(
                "SELECT rel.relname, con.conname FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid "
                "WHERE con.connamespace = %s::regnamespace AND con.contype <> 'n'",
                [schema],
            )
            return indexes | set(cursor.fetchall())

    made = names(TEMPLATE_SCHEMA)
    assert ("instructions_actioninstruction", "instructions_version_once") in made
    assert names(goinge.schema_name) == made
