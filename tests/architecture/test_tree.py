"""The tree says what it means: folder = schema, and the given names at the top."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ["platform", "tenants", "alarms", "operator_console"]
TOP = {"platform", "tenants", "alarms", "operator_console", "deploy", "tests", "docs"}
PLATFORM = {"central", "config", "demo", "embedded"}
LONGEST = 400
FRAMEWORK = ("django.", "django_")


def tracked(*patterns: str) -> list[Path]:
    """The files of the repository; what is ignored or not yet added is no part of it."""
    out = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", *patterns], capture_output=True, text=True, check=False
    )
    if out.returncode:
        return [
            path.relative_to(ROOT) for pattern in patterns or ("*",) for path in ROOT.glob(f"**/{pattern}")
        ]
    return [Path(line) for line in out.stdout.splitlines() if (ROOT / line).exists()]


def ours() -> list[type[Model]]:
    return [model for model in apps.get_models() if not model.__module__.startswith(FRAMEWORK)]


def test_platform_is_a_source_root_and_never_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    code = "import platform, sys; print(platform.python_version()); print(platform.__file__)"
    path = f"{ROOT}:{ROOT / 'platform'}"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": path}, capture_output=True, text=True, check=True
    ).stdout.splitlines()  # fmt: skip
    assert told[0] == ".".join(map(str, sys.version_info[:3]))
    assert str(ROOT / "platform") not in told[1]


def test_the_top_level_names_are_the_given_ones() -> None:
    folders = {path.parts[0] for path in tracked() if len(path.parts) > 1}
    assert {one for one in folders if not one.startswith(".")} <= TOP
    assert {path.parts[1] for path in tracked("platform") if len(path.parts) > 2} == PLATFORM


def test_the_path_alone_tells_where_a_row_lives() -> None:
    shared, tenant = set(settings.SHARED_APPS), set(settings.TENANT_APPS)
    assert not shared & tenant
    for model in ours():
        package = apps.get_app_config(model._meta.app_label).name
        if package.startswith(("central.", "alarms.")):
            assert package in shared, package
        elif package.startswith("tenants."):
            assert package in tenant, package
        else:
            pytest.fail(f"{model.__module__} owns a table: tables belong to central, alarms or tenants")


def test_every_tenant_app_lies_in_tenants_and_nowhere_else() -> None:
    assert all(app.startswith("tenants.") for app in settings.TENANT_APPS)
    assert not [app for app in settings.SHARED_APPS if app.startswith("tenants.")]


def test_the_console_owns_no_tables() -> None:
    assert not [
        path for path in tracked("operator_console") if path.name == "models.py" or "migrations" in path.parts
    ]


def test_no_key_leads_from_a_municipality_to_the_shared_schema_or_back() -> None:
    for model in ours():
        here = apps.get_app_config(model._meta.app_label).name in settings.TENANT_APPS
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or not hasattr(target, "_meta"):
                continue
            there = apps.get_app_config(target._meta.app_label).name in settings.TENANT_APPS
            assert here == there, f"{model.__name__}.{field.name} crosses schemas"


def test_modules_are_short() -> None:
    long = {
        str(path): lines
        for path in tracked("*.py")
        if "migrations" not in path.parts and (lines := len((ROOT / path).read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_no_module_is_called_utils() -> None:
    vague = {"utils.py", "helpers.py", "manager.py", "misc.py", "common.py", "handlers.py"}
    assert [path for path in tracked("*.py") if path.name in vague] == []


def test_locks_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "--index-url" not in text
        assert "--find-links" not in text
        assert "--hash=sha256:" in text
    assert not [path for path in tracked() if path.name in ("package-lock.json", "uv.lock", "poetry.lock")]


def test_no_third_party_code_is_kept() -> None:
    assert not [path for path in tracked() if "node_modules" in path.parts or path.name.endswith(".min.js")]
