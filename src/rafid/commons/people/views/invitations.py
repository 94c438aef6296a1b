"""Invitations: the list, a new one, the card that is printed once, a new code, withdrawing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import invite as verbs
from ..administration import invitations_of
from ..forms import InvitationForm, attempt, end_of
from ..mail import NotSent
from ..models import Invitation
from .common import administrator, page, qr_path, shown_once


def state_of(invitation: Invitation) -> tuple[str, Any]:
    """(class of the badge, word)."""
    if invitation.accepted_at:
        return "good", _("taken")
    if invitation.withdrawn_at:
        return "", _("withdrawn")
    if invitation.expires_at <= timezone.now():
        return "bad", _("too old")
    return "info", _("open")


@administrator
def invitations(request: HttpRequest) -> HttpResponse:
    rows = invitations_of(request.user).select_related(
        "organisation", "place", "invited_by", "accepted_by", "member_of"
    )
    shown = Paginator(rows.order_by("-invited_at"), 50).get_page(request.GET.get("page"))
    for one in shown:
        one.state = state_of(one)  # type: ignore[attr-defined]
    return page(request, "invitations", {"page": shown})


@administrator
def new_invitation(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None, giver=request.user)
    if request.method == "POST" and form.is_valid():
        want = form.cleaned_data
        made = attempt(
            form,
            lambda: verbs.invite(
                request.user,
                want["role"],
                organisation=want["organisation"],
                place=want["place"],
                email=want.get("email", ""),
                full_name=want["full_name"],
                member_of=want["member_of"],
                language=want.get("language", ""),
                days=want["days"],
                until=end_of(want["until"]),
                address=lambda code: _address(request, code),
                pk=want["id"],
            ),
        )
        if made:
            return _card(request, *made)
    return page(request, "invite", {"form": form}, 422 if form.errors else 200)


def _address(request: HttpRequest, code: str) -> str:
    return request.build_absolute_uri(f"{reverse('join')}?code={code}")


def _card(request: HttpRequest, invitation: Invitation, code: str) -> HttpResponse:
    invitation = Invitation.objects.select_related("organisation", "place__parent", "member_of", "invited_by").get(
        pk=invitation.pk
    )
    context = {
        "invitation": invitation,
        "code": code,
        "address": request.build_absolute_uri(reverse("join")),
        "qr": qr_path(_address(request, code)),
    }
    return shown_once(request, "card", context)


def _invitation(request: HttpRequest, pk: UUID) -> Invitation:
    found = invitations_of(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@administrator
@require_POST
def new_code(request: HttpRequest, pk: UUID) -> HttpResponse:
    invitation = _invitation(request, pk)
    try:
        code = verbs.renew(invitation, request.user)
        invitation.refresh_from_db()
        if invitation.email:
            verbs.send(invitation, code, _address(request, code))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("invitations")
    except NotSent as error:  # the code is good all the same, and can be handed over
        messages.warning(request, str(error))
    return _card(request, invitation, code)


@administrator
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        verbs.withdraw(_invitation(request, pk), request.user)
        messages.success(request, _("The invitation is withdrawn; its code opens nothing."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("invitations")
