"""/api/v1/app-users and /api/v1/public-links: phones and public links, made and shut out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from rafid.commons.api import ERRORS, Page, PageQuery, invalid, not_found, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place

from ..design.access import must_design, owners_for
from ..models import AppUser, Form, PublicLink
from ..openrosa.address import site
from .card import qr_png
from .collect_qr import settings_text
from .given import links_managed, links_of, make_link, make_phone, may_manage, phones_managed, revoke

app_users = Router(tags=["forms"])
public_links = Router(tags=["forms"])

_FORMS = Field(..., max_length=200, description="ids, or form ids as on the phone")


class PhoneIn(Schema):
    name: str = Field(..., min_length=1, max_length=100)
    forms: list[str] = _FORMS
    organisation: str | None = Field(None, max_length=40, description="its reference; the first form's where left out")
    places: list[str] = Field([], max_length=500, description="references of places; none: everywhere")
    expires_at: datetime | None = None


class LinkIn(Schema):
    name: str = Field(..., min_length=1, max_length=100)
    form: str = Field(..., max_length=64)
    organisation: str | None = Field(None, max_length=40)
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    max_submissions: int | None = Field(None, ge=1, le=1_000_000)
    tells_left: bool = False
    once_per_browser: bool = False


class Made(Schema):
    """``token`` and the code that holds it are told once. ``qr_png``: a PNG in base64."""

    id: UUID
    name: str
    token: str
    server_url: str
    qr_png: str


class Bearer(Schema):
    """Without its token, which is told once."""

    id: UUID
    name: str
    organisation: str
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class Phone(Bearer):
    forms: list[str]
    places: list[str]
    last_seen: datetime | None


class Link(Bearer):
    form: str
    opens_at: datetime | None
    closes_at: datetime | None
    max_submissions: int | None
    tells_left: bool
    once_per_browser: bool


@app_users.get("", response={200: Page[Phone], **ERRORS}, auth=signed_in, summary="Phones that you look after")
def app_user_list(request: HttpRequest, page: Query[PageQuery]) -> dict[str, Any]:
    # A phone may carry forms of others, too.
    seen = Prefetch("forms", Form.objects.visible_to(request.user))
    return paged(phones_managed(request.user).prefetch_related(seen, "places"), page, _phone_out)


@public_links.get("", response={200: Page[Link], **ERRORS}, auth=signed_in, summary="Public links that you look after")
def public_link_list(request: HttpRequest, page: Query[PageQuery]) -> dict[str, Any]:
    return paged(links_managed(request.user), page, _link_out)


def _bearer_out(one: AppUser | PublicLink) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "organisation": one.owner.ref,
        "made_at": one.made_at,
        "expires_at": one.expires_at,
        "revoked_at": one.revoked_at,
    }


def _phone_out(phone: AppUser) -> dict[str, Any]:
    return {
        **_bearer_out(phone),
        "forms": sorted(form.xform_id for form in phone.forms.all()),
        "places": sorted(place.ref for place in phone.places.all()),
        "last_seen": phone.last_seen,
    }


def _link_out(link: PublicLink) -> dict[str, Any]:
    return {
        **_bearer_out(link),
        "form": link.form.xform_id,
        "opens_at": link.opens_at,
        "closes_at": link.closes_at,
        "max_submissions": link.max_submissions,
        "tells_left": link.tells_left,
        "once_per_browser": link.once_per_browser,
    }


@app_users.post("", response={201: Made, **ERRORS}, summary="Make a phone; its token is told once")
def make_app_user(request: HttpRequest, given: PhoneIn) -> Any:
    user = signed_in(request)
    forms = [_form(user, text, "forms") for text in dict.fromkeys(given.forms)]
    if not forms:
        raise invalid("forms", _("Name at least one form."))
    owner = _owner(user, given.organisation, forms)
    places = [_place(ref) for ref in dict.fromkeys(given.places)]
    phone, token = make_phone(
        given.name, owner, forms, places=places, expires_at=_aware(given.expires_at, "expires_at"), by=user
    )
    server = f"{site(request)}/collect/{token}"
    return Status(201, _made(phone, token, server, settings_text(server, f"Rafid · {phone.name}")))


@app_users.delete("/{id}", response={204: None, **ERRORS}, summary="Shut a phone out, from the next request on")
def revoke_app_user(request: HttpRequest, id: UUID) -> Any:
    user = signed_in(request)
    phone = AppUser.objects.filter(pk=id).first()
    if phone is None or not may_manage(user, phone):
        raise not_found()
    revoke(phone, by=user)
    return Status(204, None)


@public_links.post("", response={201: Made, **ERRORS}, summary="Make a public link; its address is told once")
def make_public_link(request: HttpRequest, given: LinkIn) -> Any:
    user = signed_in(request)
    form = _form(user, given.form, "form")
    link, token = make_link(
        form,
        given.name,
        owner=_owner(user, given.organisation, [form]),
        opens_at=_aware(given.opens_at, "opens_at"),
        closes_at=_aware(given.closes_at, "closes_at"),
        max_submissions=given.max_submissions,
        tells_left=given.tells_left,
        once_per_browser=given.once_per_browser,
        by=user,
    )
    address = f"{site(request)}/forms/fill/t/{token}/"
    return Status(201, _made(link, token, address, address))


@public_links.delete("/{id}", response={204: None, **ERRORS}, summary="Withdraw a public link")
def revoke_public_link(request: HttpRequest, id: UUID) -> Any:
    user = signed_in(request)
    link = PublicLink.objects.select_related("form").filter(pk=id).first()
    if link is None or not links_of(user, link.form).filter(pk=id).exists():
        raise not_found()
    revoke(link, by=user)
    return Status(204, None)


def _made(bearer: AppUser | PublicLink, token: str, address: str, code: str) -> dict[str, Any]:
    return {"id": bearer.pk, "name": bearer.name, "token": token, "server_url": address, "qr_png": qr_png(code)}


def _form(user: Any, text: str, where: str) -> Form:
    """422 for a form that is not seen, PermissionDenied for one that others make."""
    seen = Form.objects.visible_to(user).select_related("owner")
    try:
        found = seen.filter(pk=UUID(text)).first()
    except ValueError:
        found = seen.filter(xform_id=text.replace("\x00", "")).first()
    if found is None:
        raise invalid(where, _("There is no form “%s”, or it is not yours to see.") % text[:64])
    must_design(user, found)
    return found


def _owner(user: Any, ref: str | None, forms: list[Form]) -> Organisation:
    """One in whose name this person makes forms, in the programme of each."""
    wanted = ref or forms[0].owner.ref
    for form in forms:
        found = next((one for one in owners_for(user, form.programme) if one.ref == wanted), None)
        if found is None:
            raise invalid("organisation", _("You do not make forms for this organisation in this programme."))
    assert found is not None
    return found


def _place(ref: str) -> Place:
    found = Place.objects.filter(ref=ref.replace("\x00", "")).first()
    if found is None:
        raise invalid("places", _("There is no place with the reference “%s”.") % ref[:40])
    return found


def _aware(moment: datetime | None, where: str) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise invalid(where, _("Give the time with its offset, such as 2026-10-01T08:00:00+03:00."))
    return moment
