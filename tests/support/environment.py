"""The environment of a test run, set before Django reads its settings (``-p`` in pyproject.toml)."""

import os

os.environ.setdefault("SECURE_COOKIES", "0")
os.environ.setdefault("REQUIRE_TOTP", "0")
os.environ.setdefault("OWN_CHECK_SECONDS", "0")
os.environ.setdefault("SECRET_KEY", "only-for-tests-not-a-secret")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,.localhost,127.0.0.1,testserver")
