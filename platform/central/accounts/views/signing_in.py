"""Name and password, then the code; the same page on every host."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from central.accounts import leaving, pages, queries, services, sessions, throttling, totp
from central.accounts.models import User
from central.accounts.views import devices

PENDING = "pending"
PENDING_FOR = timedelta(minutes=5)


@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Name and password."""
    following = _safe_next(request)
    if getattr(request, "sign_in", None) is not None:
        return redirect(following or pages.home(request, pages.person(request)))
    page = {"next": following, "username": request.POST.get("username", "")}
    if request.method == "GET":
        return render(request, "accounts/login.html", page)
    now = timezone.now()
    username = request.POST.get("username", "")
    try:
        user = services.check_name_and_password(
            username=username,
            password=request.POST.get("password", ""),
            municipality_id=pages.host_id(request),
            now=now,
            device=devices.mark_for(request, username),
        )
    except throttling.TooSoon as exc:
        return _wait(request, "accounts/login.html", page, exc)
    except services.WrongSignIn as exc:
        return render(request, "accounts/login.html", {**page, "error": exc.message}, status=422)
    if services.needs_code(user) or services.needs_enrolment(user):
        request.session.cycle_key()
        request.session[PENDING] = {
            "user": user.pk,
            "host": pages.host_id(request),
            "until": (now + PENDING_FOR).timestamp(),
            "next": following,
        }
        return redirect("login_code" if services.needs_code(user) else "login_enrol")
    return _enter(request, user, now, following)


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code from the app."""
    now = timezone.now()
    user = _pending_user(request, now)
    if user is None or not services.needs_code(user):
        return redirect("login")
    if request.method == "GET":
        return render(request, "accounts/code.html")
    try:
        services.check_code(user=user, code=request.POST.get("code", ""), now=now)
    except throttling.TooSoon as exc:
        return _wait(request, "accounts/code.html", {}, exc)
    except totp.WrongCode as exc:
        return render(request, "accounts/code.html", {"error": exc.message}, status=422)
    return _enter(request, user, now, request.session[PENDING]["next"], second_factor=True)


@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up the second factor before the first entry, where the installation requires one."""
    now = timezone.now()
    user = _pending_user(request, now)
    if user is None or services.needs_code(user):
        return redirect("login")
    answer = enrolment(request, user, now)
    if isinstance(answer, HttpResponse):
        return answer
    return _enter(request, user, now, request.session[PENDING]["next"], second_factor=True)


def enrolment(request: HttpRequest, user: User, now: datetime) -> HttpResponse | bool:
    """The enrolment page, or True once a code has confirmed the new secret (kept encrypted meanwhile)."""
    stored = request.session.get("totp_secret")
    secret = totp.decrypt(stored) if stored else totp.new_secret()
    if not stored:
        request.session["totp_secret"] = totp.encrypt(secret)
    page = {"qr": totp.qr_svg(user, secret), "secret": " ".join(_fours(secret))}
    if request.method != "POST":
        return render(request, "accounts/enrol.html", page)
    try:
        services.enrol(
            user=user,
            secret=secret,
            code=request.POST.get("code", ""),
            municipality_id=pages.host_id(request),
            now=now,
        )
    except throttling.TooSoon as exc:
        return _wait(request, "accounts/enrol.html", page, exc)
    except totp.WrongCode as exc:
        return render(request, "accounts/enrol.html", {**page, "error": exc.message}, status=422)
    request.session.pop("totp_secret", None)
    return True


@never_cache
@require_http_methods(["GET", "POST"])
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out; cases are handed over and a running shift is ended first, so that no case leaves with anybody.

    Only the centre's own host asks about cases: on a municipality's host nobody holds one.
    """
    sign_in = getattr(request, "sign_in", None)
    if sign_in is None:
        return redirect("login")
    if pages.host(request).is_centre:
        try:
            leaving.check_nothing_held(sign_in.user)
        except leaving.StillHolding as error:
            return render(request, "accounts/logout.html", {"holding": error.message}, status=409)
    on_shift = queries.current_shift(sign_in.user) is not None
    if request.method == "GET" or on_shift:
        return render(
            request, "accounts/logout.html", {"on_shift": on_shift}, status=409 if on_shift else 200
        )
    services.end(sign_in=sign_in, now=timezone.now())
    sessions.forget(request)
    return redirect("login")


def _pending_user(request: HttpRequest, now: datetime) -> User | None:
    pending = request.session.get(PENDING)
    if not pending or pending["until"] < now.timestamp() or pending["host"] != pages.host_id(request):
        return None
    return User.objects.filter(pk=pending["user"], is_active=True).first()


def _enter(
    request: HttpRequest, user: User, now: datetime, following: str, *, second_factor: bool = False
) -> HttpResponse:
    request.session.pop(PENDING, None)
    services.begin(
        request,
        user=user,
        municipality_id=pages.host_id(request),
        now=now,
        second_factor=second_factor,
        device=devices.words(request),
    )
    response = HttpResponseRedirect(following or pages.home(request, user))
    devices.remember(request, response, user)
    return response


def _wait(
    request: HttpRequest, template: str, page: Mapping[str, object], exc: throttling.TooSoon
) -> HttpResponse:
    response = render(request, template, {**page, "error": exc.message}, status=429)
    response["Retry-After"] = str(exc.seconds)
    return response


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else ""


def _fours(text: str) -> list[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]
