"""Who may import what, beyond the layers that import-linter keeps."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_tree import ROOT, SOURCES, tracked

ASYNC_ORM = {
    "aget", "acreate", "aupdate", "adelete", "asave", "acount", "aexists", "afirst", "alast", "aiterator",
    "aget_or_create", "aupdate_or_create", "abulk_create", "abulk_update", "ain_bulk", "aaggregate", "arefresh_from_db",
}  # fmt: skip


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in tracked(
        *[f"{folder}/**/*.py" for folder in folders], *[f"{folder}/*.py" for folder in folders]
    ):
        yield path, ast.parse((ROOT / path).read_text(), str(path))


def imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def who_imports(name: str, *folders: str) -> set[str]:
    return {
        str(path)
        for path, tree in modules(*folders)
        if any(one == name or one.startswith(name + ".") for one in imported(tree))
    }


def test_only_the_adapter_imports_twilio() -> None:
    found = who_imports("twilio", *SOURCES)
    assert found <= {
        "platform/central/carriers/adapters/twilio.py",
        "platform/central/carriers/adapters/twilio_wire.py",
    }
    assert "platform/central/carriers/adapters/twilio.py" in found


def test_sockets_and_receivers_never_import_a_municipalitys_tables() -> None:
    assert who_imports("tenants", "operator_console/live", "alarms/receivers") == set()


def test_nothing_awaits_the_orm() -> None:
    """The async ORM hops threads by itself, without the municipality: run_in and run_public are the ways."""
    found = [
        f"{path}:{node.lineno} {node.func.attr}"
        for path, tree in modules(*SOURCES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASYNC_ORM
    ]
    assert found == []


def test_embedded_imports_nothing_of_ours() -> None:
    for path, tree in modules("platform/embedded"):
        for name in imported(tree):
            assert name.split(".")[0] not in {"central", "config", "demo", *SOURCES[1:]}, path


def test_only_the_case_door_of_the_console_enters_a_municipality() -> None:
    assert who_imports("django_tenants", "operator_console", "alarms", "tenants") == set()


def test_no_domain_signals() -> None:
    assert who_imports("django.dispatch", *SOURCES) == set()
    assert who_imports("django.db.models.signals", *SOURCES) == set()


def test_nothing_prints_in_the_platform() -> None:
    talkers = ("platform/demo", "platform/embedded", "platform/central/carriers/simulator")
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules(*SOURCES)
        if not str(path).startswith(talkers)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert found == []
