"""The environment in which the demo's processes run, and the file that other terminals can read it from."""

import os
import secrets
import shlex
from dataclasses import dataclass
from pathlib import Path

from demo import people

ACCOUNT_SID = "ACsimulator"
USUAL_PORT, USUAL_DC09_PORT, USUAL_SCAIP_PORT = 8000, 10009, 15060
HERE = "127.0.0.1"
"""Where the demo's receivers listen: its keys are for nobody else."""


class BadPort(ValueError):
    """A port isn't a number that a port can have, or two are the same."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person asked for: the four ports (see ``ports``), `DEMO_DIR`, `TRAFFIC`, `REQUIRE_TOTP`."""

    folder: Path
    port: int
    simulator_port: int
    dc09_port: int
    scaip_port: int
    traffic: bool
    require_totp: bool

    @classmethod
    def of(cls, environment: dict[str, str]) -> "Choices":
        """Raises BadPort."""
        port = _port(environment.get("PORT") or USUAL_PORT)
        usual = port == USUAL_PORT
        choices = cls(
            folder=Path(environment.get("DEMO_DIR") or ".demo").resolve(),
            port=port,
            simulator_port=_port(environment.get("SIMULATOR_PORT") or port + 1),
            dc09_port=_port(environment.get("DC09_PORT") or (USUAL_DC09_PORT if usual else port + 2)),
            scaip_port=_port(environment.get("SCAIP_PORT") or (USUAL_SCAIP_PORT if usual else port + 3)),
            traffic=environment.get("TRAFFIC", "on").lower() not in {"off", "0", "no"},
            require_totp=environment.get("REQUIRE_TOTP", "0").lower() in {"1", "true", "yes", "on"},
        )
        if len(set(choices.ports.values())) < len(choices.ports):
            raise BadPort(choices.ports)
        return choices

    @property
    def ports(self) -> dict[str, int]:
        """Every port by the name of its setting."""
        return {
            "PORT": self.port,
            "SIMULATOR_PORT": self.simulator_port,
            "DC09_PORT": self.dc09_port,
            "SCAIP_PORT": self.scaip_port,
        }

    @property
    def centre_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def phones_url(self) -> str:
        return f"http://localhost:{self.simulator_port}/"


def of_children(choices: Choices, *, database_url: str, redis_url: str) -> dict[str, str]:
    """The platform's settings for every process of the demo, on top of what was inherited."""
    secret = _secret(choices.folder / "secret")
    ours = {
        "DEMO": "1",
        "DEMO_DIR": str(choices.folder),
        "DEMO_CENTRE_URL": choices.centre_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secret,
        "PUBLIC_BASE_URL": choices.centre_url,
        "SECURE_COOKIES": "0",
        "REQUIRE_TOTP": "1" if choices.require_totp else "0",
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": secret[:32],
        "TWILIO_API_BASE": f"http://127.0.0.1:{choices.simulator_port}",
        "TWILIO_FROM": people.CENTRE_NUMBER,
        "RECEIVERS_HOST": HERE,
        "DC09_PORT": str(choices.dc09_port),
        "SCAIP_PORT": str(choices.scaip_port),
    }
    lines = [f"{name}={shlex.quote(value)}" for name, value in ours.items()]
    _write(choices.folder / "env", "\n".join(lines) + "\n")
    return {**os.environ, **ours, "PYTHONUNBUFFERED": "1"}


def saved(folder: Path) -> dict[str, str]:
    """What `of_children` wrote when the demo last started in `folder`; empty when it never has."""
    try:
        words = shlex.split((folder / "env").read_text())
    except OSError:
        return {}
    return dict(word.split("=", 1) for word in words)


def _port(value: str | int) -> int:
    try:
        port = int(value)
    except ValueError:
        raise BadPort(value) from None
    if not 1 <= port <= 65_535:
        raise BadPort(port)
    return port


def _secret(file: Path) -> str:
    """SECRET_KEY of this demo folder, made once: stored hashes and sessions depend on it."""
    if not file.exists():
        _write(file, secrets.token_hex(32))
    return file.read_text().strip()


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(text)
