"""Every setting is documented, and the units and the compose file start commands that exist."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from tenants.portal.views import imports

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def read_by_the_platform() -> set[str]:
    source = (ROOT / "platform/config/env.py").read_text()
    return set(re.findall(r"\b(?:text|flag|number|words)\(\s*\"([A-Z][A-Z0-9_]+)\"", source))


def documented(heading: str) -> set[str]:
    sections = re.split(r"^#+ ", (DEPLOY / "SETTINGS.md").read_text(), flags=re.MULTILINE)
    section = next(each for each in sections if each.startswith(heading))
    return set(re.findall(r"^\| `([A-Z0-9_]+)` \|", section, flags=re.MULTILINE))


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert documented("Inställningar") == read_by_the_platform()


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read


def set_by(file: Path) -> set[str]:
    return {line.split("=")[0] for line in file.read_text().splitlines() if "=" in line and line[0] != "#"}


def settings_of(names: Iterable[str]) -> set[str]:
    return {name.removesuffix("_FILE") for name in names}


def blocks_of_the_runbook() -> list[str]:
    return re.findall(
        r"^```sh\n(.*?)^```", (DEPLOY / "README.md").read_text(), flags=re.MULTILINE | re.DOTALL
    )


def test_examples_set_only_known_settings() -> None:
    assert settings_of(set_by(DEPLOY / "systemd/env.example")) <= read_by_the_platform()
    ours = [one for one in compose()["services"].values() if one["image"] == "trygghetscentral"]
    assert len(ours) >= 5
    for service in ours:
        assert settings_of(service["environment"]) <= read_by_the_platform()


def test_what_the_compose_file_asks_for_is_what_its_example_sets() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    assert asked == set_by(DEPLOY / "env.compose.example")


def test_the_proxy_is_given_what_it_has_no_default_for() -> None:
    asked = re.findall(r"\{\$([A-Z_]+)(:?)", (DEPLOY / "Caddyfile").read_text())
    needed = {name for name, default in asked if not default}
    assert needed == set(compose()["services"]["proxy"]["environment"])
    assert {name for name, _ in asked} <= set(
        re.findall(r"`([A-Z_]+)[=`]", (DEPLOY / "README.md").read_text())
    )


def test_the_proxy_lets_through_what_the_platform_takes() -> None:
    text = (DEPLOY / "Caddyfile").read_text()
    most = {
        name: int(size) * 1_000_000 for name, size in re.findall(r"body @(\w+) {\s+max_size (\d+)MB", text)
    }
    assert set(most) == {"hooks", "files", "others"}
    assert most["hooks"] > settings.HOOKS_MAX_BYTES
    assert most["files"] > imports.MOST_BYTES
    assert most["others"] > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_the_backups_are_given_what_the_script_asks_for() -> None:
    needed = set(re.findall(r"\$\{([A-Z_]+):\?", (DEPLOY / "backup").read_text()))
    assert needed == {"DATABASE_URL", "BACKUP_DIR"}
    assert needed == set(compose()["services"]["backup"]["environment"])
    unit = (DEPLOY / "systemd/trygghetscentral-backup.service").read_text()
    assert needed <= set(re.findall(r"\b([A-Z_]+)=/", unit)) | set_by(DEPLOY / "systemd/env.example")


SCRIPTS = [DEPLOY / "backup", DEPLOY / "restore", DEPLOY / "systemd/central"]


@pytest.mark.parametrize("script", [file.read_text() for file in SCRIPTS] + blocks_of_the_runbook())
def test_the_shell_can_read_it(script: str) -> None:
    read = subprocess.run(["sh", "-n"], input=script, text=True, capture_output=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


def started() -> set[str]:
    units = [unit.read_text() for unit in (DEPLOY / "systemd").glob("*.service")]
    commands = [str(service.get("command", "")) for service in compose()["services"].values()]
    texts = [*units, *commands, *blocks_of_the_runbook()]
    return {name for text in texts for name in re.findall(r"\bcentral ([a-z]+)", text)}


@pytest.mark.parametrize("command", sorted(started()))
def test_a_started_command_exists(command: str) -> None:
    assert command in get_commands()


def test_every_process_has_a_unit_and_a_container() -> None:
    processes = {"web", "receivers", "worker", "clock", "auditor"}
    units = {
        unit.stem.removeprefix("trygghetscentral-").rstrip("@")
        for unit in (DEPLOY / "systemd").glob("*.service")
    }
    assert units == processes | {"backup"}
    assert processes <= set(compose()["services"])
