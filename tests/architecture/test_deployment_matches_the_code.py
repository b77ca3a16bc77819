"""Every setting is documented, and the units and the compose file start commands that exist."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

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


def test_examples_set_only_known_settings() -> None:
    lines = (DEPLOY / "systemd/env.example").read_text().splitlines()
    names = {
        line.split("=")[0].removesuffix("_FILE") for line in lines if "=" in line and not line.startswith("#")
    }
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    names |= {name.removesuffix("_FILE") for name in compose["x-platform"]["environment"]}
    assert names <= read_by_the_platform()


def started() -> set[str]:
    units = [unit.read_text() for unit in (DEPLOY / "systemd").glob("*.service")]
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    commands = [str(service.get("command", "")) for service in compose["services"].values()]
    return {name for text in [*units, *commands] for name in re.findall(r"\bcentral ([a-z]+)", text)}


@pytest.mark.parametrize("command", sorted(started()))
def test_a_started_command_exists(command: str) -> None:
    assert command in get_commands()


def test_every_process_has_a_unit_and_a_container() -> None:
    processes = {"web", "worker", "clock", "auditor"}
    units = {
        unit.stem.removeprefix("trygghetscentral-").rstrip("@")
        for unit in (DEPLOY / "systemd").glob("*.service")
    }
    assert units == processes | {"backup"}
    assert processes <= set(yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"])
