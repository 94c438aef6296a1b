"""Pages of phones and public links: made and changed from the page of a form, and the card that is shown once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..design.access import must_design
from ..models import AppUser, Form, PublicLink
from ..openrosa.address import site
from ..posted import posted_from
from .card import card
from .collect_qr import qr_path
from .fields import LinkForm, PhoneForm
from .given import links_of, make_link, make_phone, may_manage, phones_of, renew_phone, revoke


def _form(request: HttpRequest, pk: UUID) -> Form:
    """One that this person may put on phones: 404 where it is not seen, 403 where it is somebody else's."""
    form = get_object_or_404(Form.objects.visible_to(request.user).select_related("owner"), pk=pk)
    must_design(request.user, form)
    return form


def _phone(request: HttpRequest, form: Form, phone: UUID) -> AppUser:
    found = phones_of(request.user, form).filter(pk=phone).first()
    if found is None or not may_manage(request.user, found):
        raise Http404
    return found


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_phone(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = _form(request, pk)
    filled = PhoneForm(request.POST or None, user=request.user, form=form)
    if request.method == "POST" and filled.is_valid():
        data = filled.cleaned_data
        try:
            phone, token = make_phone(
                data["name"],
                data["organisation"],
                data["carries"],
                places=data["places"],
                expires_at=data["expires_at"],
                by=request.user,
            )
        except ValidationError as refused:
            _tell(filled, refused)
        else:
            return _card(request, form, phone, token)
    return _page(request, form, filled, _("New phone"), _("Make the phone and its card"))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_phone(request: HttpRequest, pk: UUID, phone: UUID) -> HttpResponse:
    """Another name, forms, places or end; the phone itself needs no new card for it."""
    form = _form(request, pk)
    found = _phone(request, form, phone)
    filled = PhoneForm(request.POST or None, user=request.user, form=form, phone=found)
    if request.method == "POST" and filled.is_valid():
        data = filled.cleaned_data
        with transaction.atomic():
            found.name, found.expires_at = " ".join(data["name"].split()), data["expires_at"]
            found.save(update_fields=["name", "expires_at"])
            # Forms of others on the same phone stay as they are.
            kept = found.forms.exclude(pk__in=filled.given)
            found.forms.set([*kept, *data["carries"]])
            # So do places that this page does not offer: without them the phone would reach everywhere.
            others = found.places.exclude(pk__in=filled.fields["places"].queryset)  # type: ignore[attr-defined]
            found.places.set([*others, *data["places"]])
        messages.success(request, _("The phone was changed; it sees it with its next refresh."))
        return redirect("form", form.pk)
    return _page(request, form, filled, found.name, _("Save"), phone=found)


@login_required
@never_cache
@posted_from("form", "pk")
def renew(request: HttpRequest, pk: UUID, phone: UUID) -> HttpResponse:
    form = _form(request, pk)
    found = _phone(request, form, phone)
    return _card(request, form, found, renew_phone(found, by=request.user))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def shut_out(request: HttpRequest, pk: UUID, phone: UUID) -> HttpResponse:
    """Asks first: one click too many would cost a journey to the phone with a new card."""
    form = _form(request, pk)
    found = _phone(request, form, phone)
    if request.method != "POST":
        consequences = [
            _("From its next request on it neither gets forms nor sends any."),
            _("What it sent stays. What it has not sent yet cannot come in until it has a new card."),
        ]
        return _ask(request, form, _("Shut out “%s”") % found.name, consequences, _("Shut out"))
    revoke(found, by=request.user)
    messages.success(request, _("“%s” is shut out from now on. What it sent stays.") % found.name)
    return redirect("form", form.pk)


def _card(request: HttpRequest, form: Form, phone: AppUser, token: str) -> HttpResponse:
    server = f"{site(request)}/collect/{token}"
    return render(request, "forms/phone_card.html", {"form": form, **card(phone, server, f"Rafid · {phone.name}")})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = _form(request, pk)
    filled = LinkForm(request.POST or None)
    if request.method == "POST" and filled.is_valid():
        try:
            link, token = make_link(form, by=request.user, **filled.cleaned_data)
        except ValidationError as refused:
            _tell(filled, refused)
        else:
            address = f"{site(request)}/forms/fill/t/{token}/"
            return render(
                request,
                "forms/link_made.html",
                {"form": form, "link": link, "address": address, "qr": qr_path(address)},
            )
    return _page(request, form, filled, _("New public link"), _("Make the link"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_link(request: HttpRequest, pk: UUID, link: UUID) -> HttpResponse:
    form = _form(request, pk)
    found: PublicLink = get_object_or_404(links_of(request.user, form), pk=link)
    if request.method != "POST":
        consequences = [
            _("Whoever opens the link is told that it does not work any more."),
            _("What came by it stays. What was filled in and not sent yet cannot come by it any more."),
            _("It cannot be brought back; make a new link instead."),
        ]
        return _ask(request, form, _("Withdraw the link “%s”") % found.name, consequences, _("Withdraw the link"))
    revoke(found, by=request.user)
    messages.success(request, _("The link “%s” was withdrawn. What came by it stays.") % found.name)
    return redirect("form", form.pk)


def _ask(request: HttpRequest, form: Form, title: str, consequences: list[str], action: str) -> HttpResponse:
    context = {"of": form, "title": title, "consequences": consequences, "action": action, "danger": True}
    return render(request, "forms/confirm.html", {**context, "back": form.get_absolute_url()})


def _tell(filled: Any, refused: ValidationError) -> None:
    for name, texts in refused.message_dict.items():
        filled.add_error(name if name in filled.fields else None, texts)


def _page(
    request: HttpRequest, form: Form, filled: Any, title: str, action: str, *, phone: AppUser | None = None
) -> HttpResponse:
    context = {"of": form, "form": filled, "title": title, "action": action, "phone": phone}
    return render(request, "forms/phone_form.html", context, status=422 if filled.errors else 200)


urls = [
    path("forms/<uuid:pk>/phones/new/", new_phone, name="phone-new"),
    path("forms/<uuid:pk>/phones/<uuid:phone>/", change_phone, name="phone"),
    path("forms/<uuid:pk>/phones/<uuid:phone>/renew/", renew, name="phone-renew"),
    path("forms/<uuid:pk>/phones/<uuid:phone>/revoke/", shut_out, name="phone-revoke"),
    path("forms/<uuid:pk>/links/new/", new_link, name="link-new"),
    path("forms/<uuid:pk>/links/<uuid:link>/revoke/", withdraw_link, name="link-revoke"),
]
