"""A register's columns as a form shows them: typed texts are kept, whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from central.tabular import Column
from tenants import fields

LISTS = {"contacts", "next_of_kin", "drawings", "hazards"}
LONG = {"notes", "risk_text"}


@dataclass(frozen=True, slots=True)
class Field:
    """``kind``: text, tel, area, select, checks, flag or secret. ``stands``: a secret is set; no more is told."""

    name: str
    label: str
    kind: str
    value: Any
    hint: str
    error: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    stands: bool = False


def texts(columns: Sequence[Column], values: Mapping[str, Any]) -> dict[str, str]:
    """What stands, as it would be typed; nothing of what is secret."""
    found = {}
    for one in columns:
        value = values.get(one.name)
        if one.name in LISTS and isinstance(value, list):
            found[one.name] = one.show(value).replace(" | ", "\n")
        else:
            found[one.name] = "" if one.secret else one.show(value)
    return found


def typed(columns: Sequence[Column], data: QueryDict) -> dict[str, str]:
    """What was typed: choices of many as their codes with commas, a tick as ja or nej."""
    found = {}
    for one in columns:
        if one.name == "protected_identity":
            found[one.name] = "ja" if one.name in data else "nej"
        elif one.name == "risks":
            found[one.name] = ",".join(data.getlist(one.name))
        else:
            found[one.name] = data.get(one.name, "")
    return found


def built(
    columns: Sequence[Column],
    said: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    choices: Mapping[str, Mapping[str, str]],
    stands: Collection[str] = (),
) -> dict[str, Field]:
    """The fields by name, in order, as a template shows them."""
    return {
        one.name: _field(one, said, errors, choices.get(one.name, {}), one.name in stands) for one in columns
    }


def _field(
    column: Column,
    said: Mapping[str, str],
    errors: Mapping[str, str],
    choices: Mapping[str, str],
    stands: bool,
) -> Field:
    text = said.get(column.name, "")
    field = Field(
        column.name, column.heading, "text", text, column.help, errors.get(column.name, ""), column.required,
        tuple(choices.items()), stands,
    )  # fmt: skip
    if column.secret:
        hint = f"Krypteras. En finns: lämna tomt för att behålla den, skriv {fields.NOTHING} för att ta bort den."
        return replace(field, kind="secret", hint=hint if stands else "Krypteras, och visas bara på begäran.")
    if column.name == "protected_identity":
        return replace(field, kind="flag", value=text == "ja", hint="")
    if column.name == "risks":
        codes = {*text.split(",")} | {code for code, word in choices.items() if word in text.split(", ")}
        return replace(field, kind="checks", value=codes & set(choices))
    if choices:
        code = next((code for code, word in choices.items() if text in (code, word)), text)
        return replace(field, kind="select", value=code)
    if column.name in LISTS | LONG:
        return replace(field, kind="area")
    return replace(field, kind="tel" if column.name == "phone" else "text")
