"""A municipality's own address on the web, for links that are sent to people."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from central.municipalities.context import MunicipalityRef
from central.municipalities.directory import hosts_of


def base_url(municipality: MunicipalityRef) -> str:
    """``https://osby.example`` without a slash: scheme and port as PUBLIC_BASE_URL, the municipality's first host.

    PUBLIC_BASE_URL itself when the municipality has no host of its own.
    """
    public = urlsplit(settings.PUBLIC_BASE_URL)
    hosts = hosts_of(municipality.id)
    if not hosts:
        return str(settings.PUBLIC_BASE_URL).rstrip("/")
    port = f":{public.port}" if public.port else ""
    return f"{public.scheme}://{hosts[0]}{port}"
