"""Which host was asked for: the centre's pages or a municipality's, each with its own URLs and context."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import set_urlconf

from central.municipalities import directory
from central.municipalities.context import in_municipality

UNKNOWN_HOST = "Okänd adress. Kontrollera stavningen, eller gå till din kommuns webbplats."
MUNICIPALITY_URLS = "config.urls_municipality"


class MunicipalityHostMiddleware:
    """Sets ``request.municipality`` and the context from the Host header; unknown hosts get 404 and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        municipality = directory.by_host(request.get_host())
        if municipality is None:
            return HttpResponse(UNKNOWN_HOST, status=404, content_type="text/plain; charset=utf-8")
        request.municipality = municipality  # type: ignore[attr-defined]  # our own attribute
        if not municipality.is_centre:
            request.urlconf = MUNICIPALITY_URLS
            set_urlconf(MUNICIPALITY_URLS)
        with in_municipality(municipality):
            return self.get_response(request)
