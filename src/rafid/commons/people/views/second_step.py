"""The second step of signing in, where the account changed between the first step and this one."""

from __future__ import annotations

from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.mfa.base.views import authenticate
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect


def second_step(request: HttpRequest) -> HttpResponseBase:
    """Whoever has no authenticator app any more, or no open account, begins anew: allauth would send him round and round
    between this page, which has nothing to ask, and the door, which remembers that something is still to be asked."""
    stage = get_pending_stage(request)
    if stage is not None:
        person = stage.login.user
        if person is None or not person.is_active or not is_mfa_enabled(person):
            clear_login(request)
            return redirect("account_login")
    answer: HttpResponseBase = authenticate(request)
    return answer
