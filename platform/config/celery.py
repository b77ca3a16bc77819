"""Celery: the doorbell for work that stands as rows. Nothing is lost when the broker is."""

from __future__ import annotations

import os

from celery import Celery

from alarms.callouts.bootstep import Advance
from central.carriers.bootstep import Drain

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("trygghetscentral")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_ignore_result=True,
    task_acks_late=False,  # the row is the queue: a lost ring is healed by the poll, a repeated one harmless
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=1,
    broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 1, "visibility_timeout": 600},
    broker_connection_max_retries=None,
    worker_hijack_root_logger=False,
)
app.steps["worker"].add(Drain)
app.steps["worker"].add(Advance)
app.autodiscover_tasks()
