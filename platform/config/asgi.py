"""The ASGI application: intake beside Django's middleware, the console's socket, and the ordinary pages."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

from alarms.receivers.signals.asgi import SignalsOr
from alarms.receivers.webhook.asgi import HooksOr
from config.ops import OperationsOr
from operator_console.live.routing import console_socket

hooks = HooksOr(get_asgi_application())
signals = SignalsOr(hooks)
hooks.share(signals.batcher)
application = ProtocolTypeRouter({"http": OperationsOr(signals), "websocket": console_socket()})
