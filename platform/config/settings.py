"""Django settings: the composition of the platform. Deployment values come from :mod:`config.env`."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext

from config import env, logs

django_stubs_ext.monkeypatch()
ENV = env.read()

SECRET_KEY = ENV.secret_key or "only-for-tests-and-tools-never-for-a-server"
DEBUG = ENV.debug
ALLOWED_HOSTS = ENV.allowed_hosts
PUBLIC_BASE_URL = ENV.public_base_url
REDIS_URL = ENV.redis_url

SHARED_APPS = [
    "central.municipalities",
    "django_tenants",
    "central.accounts",
    "central.audit",
    "central.events",
    "central.carriers",
    "central.tabular",  # its templates and style; no tables
    "alarms.nameplates",
    "alarms.intake",
    "alarms.registry",
    "alarms.workqueue",
    "alarms.callouts",
    "alarms.decisions",
    "alarms.onetime",
    "alarms.handover",
    "alarms.stepping",
    "alarms.escalation",
    "django.contrib.contenttypes",
    "django.contrib.auth",  # its user functions; our own model and backend
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "channels",
    "operator_console",
    "config",
    "demo",
]
TENANT_APPS = [
    "tenants.casefiles",
    "tenants.contents",
    "tenants.instructions",
    "tenants.oncall",
    "tenants.reachability",
    "tenants.decided",
    "tenants.followup",
    "tenants.safepoints",
    "tenants.sites",
    "tenants.residents",
    "tenants.imports",
    "tenants.portal",
]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]

TENANT_MODEL = "municipalities.Municipality"
TENANT_DOMAIN_MODEL = "municipalities.Domain"
TENANT_LIMIT_SET_CALLS = True
PUBLIC_SCHEMA_NAME = "public"
DATABASE_ROUTERS = [
    "central.municipalities.router.MunicipalityRouter",
    "django_tenants.routers.TenantSyncRouter",
]


def database(url: str) -> dict[str, Any]:
    """A Django DATABASES entry from ``postgresql://user:password@host:port/name?host=/socket/folder``."""
    parts = urlsplit(url or "postgresql://app@127.0.0.1/app")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "central.municipalities.backend",
        "NAME": unquote(parts.path.lstrip("/")) or "app",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {
            **query,
            # CONN_MAX_AGE is useless where each request has its own thread; psycopg's pool is not.
            "pool": {"min_size": 1, "max_size": ENV.db_pool_max, "timeout": 5, "max_idle": 120},
        },
        "TEST": {"NAME": unquote(parts.path.lstrip("/")) or "app"},
    }


DATABASES = {"default": database(ENV.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = ["central.accounts.backend.AccountBackend"]
REQUIRE_TOTP = ENV.require_totp
LOGIN_URL = "/login/"
CSRF_FAILURE_VIEW = "central.accounts.views.account.refused"
LOGIN_REDIRECT_URL = "/"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.MunicipalityHostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "central.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"  # the centre's host; municipalities use config.urls_municipality
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 3600  # longer than a night shift
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.secure_cookies
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SILENCED_SYSTEM_CHECKS = [
    "security.W004",
    "security.W008",
]  # HSTS and http to https: the TLS proxy's, see deploy/
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if ENV.trusted_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_SELF = "'self'"
SECURE_CSP = {
    "default-src": [_SELF],
    "script-src": [_SELF],
    "style-src": [_SELF, "'unsafe-inline'"],
    "img-src": [_SELF, "data:"],
    "connect-src": [_SELF, "ws:", "wss:"],
    "frame-ancestors": ["'none'"],
    "base-uri": [_SELF],
    "form-action": [_SELF],
}

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

INTAKE_MAX_BYTES = ENV.intake_max_bytes
INTAKE_MAX_WAITING = ENV.intake_max_waiting
INTAKE_RATE_PER_SOURCE = ENV.intake_rate_per_source
HOOKS_MAX_BYTES = ENV.hooks_max_bytes
PICTURES_OPEN_MINUTES = ENV.pictures_open_minutes
PICTURES_KEPT_DAYS = ENV.pictures_kept_days
RESIDENTS_KEPT_DAYS = ENV.residents_kept_days
RECEIVERS_HOST = ENV.receivers_host
DC09_PORT = ENV.dc09_port
SCAIP_PORT = ENV.scaip_port
SCAIP_TLS_PORT = ENV.scaip_tls_port
SCAIP_TLS_CERTIFICATE = ENV.scaip_tls_certificate
SCAIP_TLS_KEY = ENV.scaip_tls_key
RECEIVERS_METRICS_PORT = ENV.receivers_metrics_port
OWN_CHECK_SECONDS = ENV.own_check_seconds
OWN_CHECK_HOST = ENV.own_check_host
OWN_CHECK_BASE_URL = ENV.own_check_base_url
CALENDAR_HOSTS = ENV.calendar_hosts
UNTOUCHED_MINUTES = {1: ENV.untouched_minutes_p1, 2: ENV.untouched_minutes_p2}
METRICS_TOKEN = ENV.metrics_token
RESERVE_NUMBER = ENV.reserve_number
PUBLIC_PAGES_DIR = ENV.public_pages_dir
BACKUP_MAX_AGE_HOURS = ENV.backup_max_age_hours

TWILIO_ACCOUNT_SID = ENV.twilio_account_sid
TWILIO_AUTH_TOKEN = ENV.twilio_auth_token
TWILIO_API_BASE = ENV.twilio_api_base
TWILIO_FROM = ENV.twilio_from

CELERY_BROKER_URL = ENV.celery_broker_url
LOGGING_CONFIG = None
logs.configure(ENV.log_level)
