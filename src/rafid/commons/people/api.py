"""/api/v1/people: who I am, the accounts of my scope, the organisations."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Page, PageQuery, not_found, paged
from rafid.commons.places.models import Place

from .administration import accounts_of, grants_of, offices
from .authentication import signed_in
from .models import Account, Grant, Organisation
from .visibility import organisations_within, places_within, requires_second_factor, roles

router = Router()


class Names(Schema):
    ar: str
    ckb: str
    en: str


class OrganisationRef(Schema):
    id: UUID
    ref: str
    names: Names


class PlaceRef(Schema):
    id: UUID
    ref: str
    names: Names


class RoleOut(Schema):
    """``organisation`` or ``place`` null means all of them; ``until`` null, until it is taken back."""

    id: UUID
    role: str
    names: Names
    reads: str
    may: list[str]
    organisation: OrganisationRef | None
    place: PlaceRef | None
    until: str | None


class AccountOut(Schema):
    id: UUID
    login: str
    full_name: str
    email: str
    language: str
    active: bool
    organisation: OrganisationRef | None
    roles: list[RoleOut]


class Me(AccountOut):
    second_factor_required: bool


class MeChange(Schema):
    language: Literal["", "ar", "ckb", "en"]


class OrganisationOut(OrganisationRef):
    kind: str
    parent: str | None
    place: str | None
    active: bool


def _of(thing: Any) -> dict[str, Any] | None:
    return {"id": thing.pk, "ref": thing.ref, "names": thing.names} if thing else None


def _role(grant: Grant) -> dict[str, Any]:
    role = roles()[grant.role]
    return {
        "id": grant.pk,
        "role": grant.role,
        "names": dict(role.names),
        "reads": role.reads,
        "may": sorted(role.may),
        "organisation": _of(grant.organisation),
        "place": _of(grant.place),
        "until": grant.until.isoformat() if grant.until else None,
    }


def _account(account: Account, grants: Any) -> dict[str, Any]:
    return {
        "id": account.pk,
        "login": account.login,
        "full_name": account.full_name,
        "email": account.email,
        "language": account.language,
        "active": account.is_active,
        "organisation": _of(account.organisation),
        "roles": [_role(grant) for grant in grants if grant.role in roles()],
    }


def _me(account: Account) -> dict[str, Any]:
    grants = (
        Grant.objects.current().filter(account=account).select_related("organisation", "place").order_by("given_at")
    )
    return {**_account(account, grants), "second_factor_required": requires_second_factor(account)}


@router.get("/me", response={200: Me, **ERRORS}, summary="The account that calls, with its roles and their scopes")
def me(request: HttpRequest) -> Any:
    return _me(signed_in(request))


@router.patch("/me", response={200: Me, **ERRORS}, summary="Changes the language of the account that calls")
def change_me(request: HttpRequest, change: MeChange) -> Any:
    account = signed_in(request)
    account.language = change.language
    account.save(update_fields=["language"])
    return _me(account)


class AccountQuery(PageQuery):
    organisation: str | None = Field(None, max_length=40, description="Reference; with all its parts")
    place: str | None = Field(None, max_length=40, description="P-code; holds a role within it")
    role: str | None = Field(None, max_length=80)
    active: bool | None = None


@router.get("/accounts", response={200: Page[AccountOut], **ERRORS}, summary="Accounts within the caller's scope")
def accounts(request: HttpRequest, asked: Query[AccountQuery]) -> Any:
    """For administrators of people. Of each account the roles within the caller's scope are shown."""
    user = signed_in(request)
    if not offices(user):
        raise PermissionDenied(_("Only administrators of people open this page."))
    rows = accounts_of(user)
    current = grants_of(user) & Grant.objects.current()
    if asked.organisation:
        found = Organisation.objects.filter(ref=asked.organisation.replace("\x00", "")).first()
        rows = rows.filter(organisation__in=organisations_within(found.pk)) if found else rows.none()
    held = current
    if asked.place:
        place = Place.objects.filter(ref=asked.place.replace("\x00", "")).first()
        held = held.filter(place__in=places_within(place.pk)) if place else held.none()
    if asked.role:
        held = held.filter(role=asked.role.replace("\x00", ""))
    if asked.place or asked.role:
        rows = rows.filter(pk__in=held.values("account"))
    if asked.active is not None:
        rows = rows.filter(is_active=asked.active)
    shown = Prefetch("grants", current.select_related("organisation", "place").order_by("given_at"), to_attr="shown")
    rows = rows.select_related("organisation").prefetch_related(shown)
    return paged(rows, asked, lambda account: _account(account, account.shown))


def _organisation(one: Organisation) -> dict[str, Any]:
    return {
        "id": one.pk,
        "ref": one.ref,
        "names": one.names,
        "kind": one.kind,
        "parent": one.parent.ref if one.parent else None,
        "place": one.place.ref if one.place else None,
        "active": one.active,
    }


class OrganisationQuery(PageQuery):
    within: str | None = Field(None, max_length=40, description="Reference; the organisation and all its parts")
    active: bool | None = None


@router.get("/organisations", response={200: Page[OrganisationOut], **ERRORS}, summary="Organisations")
def organisations(request: HttpRequest, asked: Query[OrganisationQuery]) -> Any:
    """For everybody who is signed in: which partners work in a country is not told to nobody in particular."""
    signed_in(request)
    rows = Organisation.objects.select_related("parent", "place")
    if asked.within:
        found = Organisation.objects.filter(ref=asked.within.replace("\x00", "")).first()
        rows = rows.filter(pk__in=organisations_within(found.pk)) if found else rows.none()
    if asked.active is not None:
        rows = rows.filter(active=asked.active)
    return paged(rows, asked, _organisation)


@router.get("/organisations/{ref}", response={200: OrganisationOut, **ERRORS}, summary="One organisation")
def organisation(request: HttpRequest, ref: str) -> Any:
    signed_in(request)
    found = Organisation.objects.select_related("parent", "place").filter(ref=ref.replace("\x00", "")).first()
    if found is None:
        raise not_found()
    return _organisation(found)
