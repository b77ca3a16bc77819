"""What a page costs with and without tenancy: ``python -m tests.benchmarks.tenancy_page plain|tenant SCHEMA HOST``.

The same view with one query on a municipality's table, through the whole middleware stack. ``plain`` has Django's own
backend with a fixed search path and no look-up of the host. Prints the microseconds per page, the second decile of many.
"""

from __future__ import annotations

import os
import sys
import time
from statistics import quantiles
from types import ModuleType
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

PAGES = 800
WARM = 150
HOST_MIDDLEWARE = "config.middleware.MunicipalityHostMiddleware"


def page(request: Any) -> Any:
    """One query and a short answer."""
    from django.http import HttpResponse

    from tenants.oncall.models import Duty

    return HttpResponse(", ".join(Duty.objects.values_list("name", flat=True)))


def urls() -> str:
    """The name of a module of addresses with only that page."""
    from django.urls import path

    module = ModuleType("only_the_page")
    vars(module)["urlpatterns"] = [path("", page)]
    sys.modules[module.__name__] = module
    return module.__name__


def configure(mode: str, schema: str) -> None:
    """Change the settings before Django reads them."""
    from django.conf import settings

    settings.ROOT_URLCONF = urls()
    if mode == "plain":
        own = settings.DATABASES["default"]
        own["ENGINE"] = "django.db.backends.postgresql"
        own["OPTIONS"] = {**own["OPTIONS"], "options": f"-c search_path={schema},public"}
        settings.DATABASE_ROUTERS = [
            "django_tenants.routers.TenantSyncRouter"
        ]  # its app insists; it only migrates
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != HOST_MIDDLEWARE]


def measure(host: str) -> float:
    """Microseconds of CPU and waiting per page."""
    from django.core.handlers.base import BaseHandler
    from django.core.signals import request_finished, request_started
    from django.test import RequestFactory

    handler = BaseHandler()
    handler.load_middleware()
    factory, times = RequestFactory(headers={"host": host}), []
    for _ in range(PAGES):
        request = factory.get("/")
        started = time.perf_counter()
        request_started.send(sender=handler)
        response = handler.get_response(request)
        request_finished.send(sender=handler)  # the connection goes back to the pool, as after each real page
        times.append(time.perf_counter() - started)
        assert response.status_code == 200, response.status_code
    return quantiles(times[WARM:], n=10)[1] * 1e6  # other work on the machine only ever adds


def main(mode: str, schema: str, host: str) -> None:
    import django

    configure(mode, schema)
    django.setup(set_prefix=False)
    from config import middleware

    middleware.MUNICIPALITY_URLS = urls()
    print(f"{measure(host):.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:4])
