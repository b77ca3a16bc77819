"""Who rings the workers rings ours: in a process that has only read the settings, as web and clock have."""

from __future__ import annotations

import subprocess
import sys

from tests.support.processes import ROOT

SAYS = """
import django
django.setup()
from celery import current_app
print(current_app.main, current_app.conf.broker_url)
"""


def test_a_process_that_rings_has_our_celery_app() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SAYS],
        cwd=ROOT,
        env={
            "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "x" * 50,
            "DEBUG": "1",
            "DATABASE_URL": "postgresql://nobody@localhost/none",
            "REDIS_URL": "redis://localhost:1/0",
            "CELERY_BROKER_URL": "redis://localhost:1/9",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["trygghetscentral", "redis://localhost:1/9"]
