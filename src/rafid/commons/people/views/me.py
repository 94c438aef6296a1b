"""A person's own page: profile, roles, sessions, tokens, second factor, and everything that the person did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..account import change_profile, end_sessions, sessions_of
from ..activity import did
from ..forms import ProfileForm, TokenForm, attempt
from ..models import Account, Grant
from ..tokens import current_tokens, make_token, revoke_token
from ..visibility import requires_second_factor
from .accounts import _day, _moment
from .common import page, secret_form, shown_once


def _account(request: HttpRequest) -> Account:
    account: Any = request.user
    return account


@login_required
@secret_form
def me(request: HttpRequest) -> HttpResponse:
    account = _account(request)
    form = ProfileForm(
        request.POST or None,
        initial={"full_name": account.full_name, "email": account.email, "language": account.language},
    )
    if request.method == "POST" and form.is_valid():
        _save_profile(request, account, form)
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect("my-page")
    return _mine(request, {"form": form}, 422 if form.errors else 200)


def _save_profile(request: HttpRequest, account: Account, form: ProfileForm) -> None:
    """Whoever finds an open browser must not be able to have a new password mailed to himself."""
    want = form.cleaned_data
    if want["email"].lower() != account.email.lower():
        try:
            known = get_adapter().reauthenticate(account, want["password"]) if want["password"] else False
        except ValidationError as error:
            form.add_error("password", error)
            return
        if not known:
            form.add_error("password", _("Give your password to change the e-mail address."))
            return
    attempt(
        form,
        lambda: change_profile(account, full_name=want["full_name"], email=want["email"], language=want["language"]),
    )


def _mine(request: HttpRequest, more: dict[str, Any], status: int = 200) -> HttpResponse:
    account = Account.objects.select_related("organisation").get(pk=_account(request).pk)
    on, before = _day(request.GET.get("on")), _moment(request.GET.get("before"))
    deeds, following = did(account, account, on=on, before=before)
    grants = Grant.objects.current().filter(account=account).select_related("organisation", "place__parent", "given_by")
    factors = set(Authenticator.objects.filter(user=account).values_list("type", flat=True))
    return page(
        request,
        "me",
        {
            "person": account,
            "grants": grants.order_by("-given_at"),
            "sessions": sessions_of(account),
            "current_session": request.session.session_key,
            "tokens": current_tokens(account).order_by("-made_at"),
            "token_form": TokenForm(auto_id="token_%s"),
            "factor": {
                "on": "totp" in factors,
                "codes": "recovery_codes" in factors,
                "asked": requires_second_factor(account),
            },
            "deeds": deeds,
            "following": following.isoformat() if following else "",
            "on": on,
            **more,
        },
        status,
    )


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    session = UserSession.objects.filter(user_id=_account(request).pk, pk=pk).first()
    if session is None:
        raise Http404
    session.end()
    messages.success(request, _("This session is ended."))
    return redirect("my-page")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    end_sessions(_account(request), but=request.session.session_key)
    messages.success(request, _("All other sessions are ended."))
    return redirect("my-page")


@login_required
@require_POST
@reauthentication_required(app="people")
def new_token(request: HttpRequest) -> HttpResponse:
    """The token is shown in the answer, once. It outlives the session: whoever signed in long ago gives the password again,
    and the request goes on from there."""
    form = TokenForm(request.POST, auto_id="token_%s")
    if form.is_valid():
        want = form.cleaned_data
        made = attempt(form, lambda: make_token(_account(request), want["name"], days=want["days"]))
        if made:
            token, secret = made
            return shown_once(request, "token", {"token": token, "secret": secret})
    return _mine(request, {"form": _profile(request), "token_form": form}, 422)


def _profile(request: HttpRequest) -> ProfileForm:
    account = _account(request)
    return ProfileForm(initial={"full_name": account.full_name, "email": account.email, "language": account.language})


@login_required
@require_POST
def end_token(request: HttpRequest, pk: UUID) -> HttpResponse:
    token = _account(request).tokens.filter(pk=pk).first()
    if token is None:
        raise Http404
    revoke_token(token)
    messages.success(request, _("The token works no more."))
    return redirect("my-page")
