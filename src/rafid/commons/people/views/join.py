"""Coming in with a code: taking an invitation, or setting a new password. The only pages here for people without account.

A code that arrives in the address is put into the session and taken out of the address at once: addresses stay in
histories and logs.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import door
from ..account import reset_code_of, set_password_by_code
from ..codes import typed
from ..forms import AcceptForm, CodeForm, NewPasswordForm, attempt
from ..invite import accept, accept_as, invitation_of
from ..models import Account
from .common import fresh, page, secret_form

KEPT = {"join": "rafid_join_code", "reset": "rafid_reset_code"}


def _code(request: HttpRequest, which: str) -> str:
    return str(request.session.get(KEPT[which], ""))


def _enter(request: HttpRequest, which: str, opens: Any, intro: str) -> HttpResponse:
    """The form for a code; a right one is kept in the session and the page goes on. Guessing closes the door."""
    asked = request.POST if request.method == "POST" else request.GET
    form = CodeForm(asked if "code" in asked else None)
    if form.is_bound and form.is_valid():
        network = door.caller_network(request)
        until = door.codes_locked_until(network)
        if until is not None:
            form.add_error("code", door.too_many(until))
        elif opens(form.cleaned_data["code"]):
            request.session[KEPT[which]] = typed(form.cleaned_data["code"])
            return redirect(which)
        else:
            door.code_failed(network)
            form.add_error("code", _("This code opens nothing: it is mistyped, used, withdrawn or too old."))
    return page(request, "code", {"form": form, "which": which, "intro": intro}, 422 if form.errors else 200)


@fresh
@secret_form
def join(request: HttpRequest) -> HttpResponse:
    invitation = None if "code" in request.GET else invitation_of(_code(request, "join"))
    if invitation is None or "other" in request.GET:
        request.session.pop(KEPT["join"], None)
        return _enter(request, "join", invitation_of, _("Take your invitation"))
    if request.user.is_authenticated:
        return _join_as(request, invitation)
    form = AcceptForm(
        request.POST or None,
        initial={
            "full_name": invitation.full_name,
            "email": invitation.email,
            "language": invitation.language or get_language(),
        },
    )
    if request.method == "POST" and form.is_valid():
        want = form.cleaned_data
        account = attempt(
            form,
            lambda: accept(
                _code(request, "join"),
                login=want["login"],
                password=want["password"],
                full_name=want["full_name"],
                language=want["language"],
                email=want["email"],
            ),
        )
        if account:
            request.session.pop(KEPT["join"], None)
            return _let_in(request, account)
    return page(request, "join", {"invitation": invitation, "form": form}, 422 if form.errors else 200)


def _join_as(request: HttpRequest, invitation: Any) -> HttpResponse:
    error = ""
    if request.method == "POST":
        account: Any = request.user
        try:
            accept_as(_code(request, "join"), Account.objects.get(pk=account.pk))
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            request.session.pop(KEPT["join"], None)
            return redirect("my-page")
    return page(request, "join_as", {"invitation": invitation, "error": error}, 422 if error else 200)


def _let_in(request: HttpRequest, account: Account) -> HttpResponse:
    """Signs in as the sign-in page would, so that setting up an authenticator app does not ask for the password again."""
    record_authentication(request, account, method="password", username=account.login)
    answer: HttpResponse = perform_login(request, account, email_verification="none", redirect_url="/")
    return answer


@fresh
@secret_form
def reset(request: HttpRequest) -> HttpResponse:
    found = None if "code" in request.GET else reset_code_of(_code(request, "reset"))
    if found is None:
        request.session.pop(KEPT["reset"], None)
        return _enter(request, "reset", reset_code_of, _("Set a new password"))
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        network = door.caller_network(request)
        account = attempt(
            form, lambda: set_password_by_code(_code(request, "reset"), form.cleaned_data["password"], network)
        )
        if account:
            request.session.pop(KEPT["reset"], None)
            return page(request, "reset_done", {"person": account})
    return page(request, "reset", {"person": found.account, "form": form}, 422 if form.errors else 200)
