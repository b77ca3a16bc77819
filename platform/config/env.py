"""Every environment variable the platform reads, typed, in one place.

A value may be given as ``NAME`` or as ``NAME_FILE`` (a path whose content is the value), so secrets can come
from files. ``deploy/SETTINGS.md`` documents each; a test compares the two.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}


def text(name: str, default: str = "") -> str:
    """The value of NAME, else the content of the file named by NAME_FILE, else the default."""
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE kan inte läsas: {error.strerror}") from error
    return default


def flag(name: str, default: bool) -> bool:
    """True for 1/true/yes/on in any case."""
    return text(name, "1" if default else "0").strip().lower() in TRUE


def number(name: str, default: int) -> int:
    """A whole number; anything else stops the start with the name of the setting."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} ska vara ett heltal, inte {value!r}") from error


def words(name: str, default: str = "") -> list[str]:
    """A comma separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


@dataclass(frozen=True, slots=True)
class Env:
    """The deployment's settings; see deploy/SETTINGS.md for what each means."""

    database_url: str
    redis_url: str
    celery_broker_url: str
    public_base_url: str
    secret_key: str
    debug: bool
    allowed_hosts: list[str]
    secure_cookies: bool
    trusted_proxy: bool
    require_totp: bool
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_api_base: str
    twilio_from: str
    log_level: str
    intake_max_bytes: int
    intake_max_waiting: int
    intake_rate_per_source: int
    hooks_max_bytes: int
    pictures_open_minutes: int
    pictures_kept_days: int
    residents_kept_days: int
    untouched_minutes_p1: int
    untouched_minutes_p2: int
    db_pool_max: int
    metrics_token: str
    reserve_number: str
    public_pages_dir: str
    backup_max_age_hours: int
    receivers_host: str
    dc09_port: int
    scaip_port: int
    scaip_tls_port: int
    scaip_tls_certificate: str
    scaip_tls_key: str
    receivers_metrics_port: int
    own_check_seconds: int
    own_check_host: str
    own_check_base_url: str
    calendar_hosts: list[str]


def broker_form(redis_url: str) -> str:
    """Celery's form of a redis-py address: ``unix:///path?db=1`` is ``redis+socket:///path?virtual_host=1`` there."""
    return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)


def read() -> Env:
    """Read the environment once; deployment mistakes are told by the system checks."""
    redis_url = text("REDIS_URL", "redis://127.0.0.1:6379/0")
    return Env(
        database_url=text("DATABASE_URL"),
        redis_url=redis_url,
        celery_broker_url=text("CELERY_BROKER_URL", broker_form(redis_url)),
        public_base_url=text("PUBLIC_BASE_URL", "http://localhost:8000").rstrip("/"),
        secret_key=text("SECRET_KEY"),
        debug=flag("DEBUG", False),
        allowed_hosts=words("ALLOWED_HOSTS", "localhost,.localhost,127.0.0.1"),
        secure_cookies=flag("SECURE_COOKIES", True),
        trusted_proxy=flag("TRUSTED_PROXY", False),
        require_totp=flag("REQUIRE_TOTP", True),
        twilio_account_sid=text("TWILIO_ACCOUNT_SID"),
        twilio_auth_token=text("TWILIO_AUTH_TOKEN"),
        twilio_api_base=text("TWILIO_API_BASE"),
        twilio_from=text("TWILIO_FROM"),
        log_level=text("LOG_LEVEL", "INFO"),
        intake_max_bytes=number("INTAKE_MAX_BYTES", 65_536),
        intake_max_waiting=number("INTAKE_MAX_WAITING", 5_000),
        intake_rate_per_source=number("INTAKE_RATE_PER_SOURCE", 0),
        hooks_max_bytes=number("HOOKS_MAX_BYTES", 12_000_000),
        pictures_open_minutes=number("PICTURES_OPEN_MINUTES", 10),
        pictures_kept_days=number("PICTURES_KEPT_DAYS", 30),
        residents_kept_days=number("RESIDENTS_KEPT_DAYS", 90),
        untouched_minutes_p1=number("UNTOUCHED_MINUTES_P1", 2),
        untouched_minutes_p2=number("UNTOUCHED_MINUTES_P2", 10),
        db_pool_max=number("DB_POOL_MAX", 20),
        metrics_token=text("METRICS_TOKEN"),
        reserve_number=text("RESERVE_NUMBER"),
        public_pages_dir=text("PUBLIC_PAGES_DIR"),
        backup_max_age_hours=number("BACKUP_MAX_AGE_HOURS", 0),
        receivers_host=text("RECEIVERS_HOST", "127.0.0.1"),
        dc09_port=number("DC09_PORT", 0),
        scaip_port=number("SCAIP_PORT", 0),
        scaip_tls_port=number("SCAIP_TLS_PORT", 5061),
        scaip_tls_certificate=text("SCAIP_TLS_CERTIFICATE"),
        scaip_tls_key=text("SCAIP_TLS_KEY"),
        receivers_metrics_port=number("RECEIVERS_METRICS_PORT", 0),
        own_check_seconds=number("OWN_CHECK_SECONDS", 60),
        own_check_host=text("OWN_CHECK_HOST"),
        own_check_base_url=text("OWN_CHECK_BASE_URL").rstrip("/"),
        calendar_hosts=[one.lower() for one in words("CALENDAR_HOSTS")],
    )
