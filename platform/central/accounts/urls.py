"""Signing in and one's own account; included at the root of every host."""

from __future__ import annotations

from django.urls import path

from central.accounts.views import account, audit, members, signing_in

urlpatterns = [
    path("login/", signing_in.login, name="login"),
    path("login/code/", signing_in.code, name="login_code"),
    path("login/enrol/", signing_in.enrol, name="login_enrol"),
    path("logout/", signing_in.logout, name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="account_password"),
    path("account/code/", account.second_factor, name="account_code"),
    path("account/sign-ins/<uuid:sign_in_id>/revoke/", account.revoke, name="account_revoke"),
]

centre_urlpatterns = [
    path("audit/", audit.extract, name="centre_audit"),
    path("members/", members.listing, name="centre_members"),
    path("members/invite/", members.invite, name="centre_member_invite"),
    path("members/<int:key>/functions/", members.set_functions, name="centre_member_functions"),
    path("members/<int:key>/end/", members.end, name="centre_member_end"),
    path("members/<int:key>/reset/", members.reset, name="centre_member_reset"),
]
"""Only on the centre's host; a municipality has the same pages in its portal."""
