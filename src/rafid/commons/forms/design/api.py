"""/api/v1/forms: forms and their versions, uploaded, published and set as on their pages."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from rafid.commons.api import (
    CHANGE_ERRORS,
    ERRORS,
    Page,
    PageQuery,
    Problem,
    ProblemOut,
    invalid,
    not_found,
    paged,
    record_etag,
    require_match,
    unchanged,
)
from rafid.commons.people.authentication import signed_in
from rafid.commons.people.models import Organisation
from rafid.commons.programme import SENSITIVITIES
from rafid.methods import xforms

from ..addressing import form_seen
from ..limits import own_limits
from ..models import Form as FormRow
from ..models import FormVersion
from ..versions import newest
from ..words import as_json
from .access import may_design, must_design, owners_for, programmes_to_design
from .policies import NotTaken, say_policies, say_roles
from .publish import NotPublished, publish
from .receiving import given_by
from .settle import settle
from .states import NotNow, set_state
from .upload import FormRefused, Uploaded, new_draft, new_form
from .version_views import version_answer

router = Router(tags=["forms"])
_NO_FILES: list[UploadedFile] = []
_WORDS = {number: word for word, number in SENSITIVITIES.items()}


class Refusal(Problem):
    """422 with ``problems`` beside the common fields."""

    def __init__(self, refused: FormRefused) -> None:
        detail = _("Faults: %s") % sum(one.severity == "error" for one in refused.problems)
        super().__init__(422, _("The form cannot be taken"), detail)
        self.problems = [as_json(one) for one in refused.problems]

    def response(self) -> HttpResponse:
        body = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "errors": [
                {"where": one["cell"] or one["field"] or "", "message": one["message"]} for one in self.problems
            ],
            "problems": self.problems,
        }
        return JsonResponse(
            body, status=422, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
        )


class ProblemRow(Schema):
    severity: str
    message: str
    sheet: str | None
    row: int | None
    column: str | None
    cell: str | None
    field: str | None


class RefusalOut(ProblemOut):
    problems: list[ProblemRow] = []


class FormOut(Schema):
    id: UUID
    xform_id: str
    titles: dict[str, str]
    programme: str
    organisation: str
    state: str
    version: str | None
    draft: bool
    reviews_needed: int
    sensitivity: str
    accept_edits: bool
    retention_days: int | None
    roles: dict[str, str]
    limits: dict[str, float]


class DraftOut(Schema):
    """``missing``: files that the form asks for and nobody has sent; ``unneeded``: files that were left out."""

    id: UUID
    xform_id: str
    version: str
    state: Literal["draft"]
    problems: list[ProblemRow]
    missing: list[str]
    unneeded: list[str]


class FileOut(Schema):
    name: str
    kind: str
    size: int
    sha256: str | None
    entity_list: str | None


class FormVersionOut(Schema):
    id: UUID
    version: str
    draft: bool
    published_at: datetime | None
    published_by: str | None
    xform_md5: str
    xform_sha256: str
    uploaded_as: str
    files: list[FileOut]


class PublishedOut(Schema):
    version: str


class FormQuery(PageQuery):
    programme: str | None = Field(None, max_length=40)
    state: Literal["draft", "open", "closing", "closed"] | None = None


class MakeIn(Schema):
    programme: str = Field(max_length=40)
    organisation: str | None = Field(None, max_length=40, description="reference; yours where left out")


class PolicyIn(Schema):
    label: str
    reader_sees: str
    public_sees: str


class FormIn(Schema):
    """What is left out stays as it is. ``limits`` replaces the form's own ones; ``roles`` and ``policies`` name what changes,
    by the question's path."""

    titles: dict[Literal["ar", "ckb", "en"], str] | None = None
    state: Literal["open", "closing", "closed"] | None = None
    reviews_needed: Literal[1, 2] | None = None
    sensitivity: Literal["public", "partner", "restricted"] | None = None
    accept_edits: bool | None = None
    retention_days: int | None = Field(None, ge=1, le=36_500)
    roles: dict[Literal["place", "site", "interviewer", "location"], str] | None = None
    limits: dict[str, float] | None = None
    policies: dict[str, PolicyIn] | None = None


def shown(form: FormRow) -> dict[str, Any]:
    current = (
        form.versions.filter(published_at__isnull=False)
        .order_by("-published_at")
        .values_list("version_text", flat=True)
    )
    return {
        "id": form.pk,
        "xform_id": form.xform_id,
        "titles": {"ar": form.title_ar, "ckb": form.title_ckb, "en": form.title_en},
        "programme": form.programme,
        "organisation": form.owner.ref,
        "state": form.state,
        "version": current.first(),
        "draft": form.versions.filter(published_at=None).exists(),
        "reviews_needed": form.reviews_needed,
        "sensitivity": _WORDS[form.sensitivity],
        "accept_edits": form.accept_edits,
        "retention_days": form.retention_days,
        "roles": form.roles,
        "limits": form.limits,
    }


def drafted(made: Uploaded) -> dict[str, Any]:
    return {
        "id": made.form.pk,
        "xform_id": made.form.xform_id,
        "version": made.version.version_text,
        "state": "draft",
        "problems": [as_json(one) for one in made.problems],
        "missing": list(made.missing),
        "unneeded": list(made.unneeded),
    }


@router.get("", response={200: Page[FormOut], **ERRORS}, summary="Forms that you may see")
def list_forms(request: HttpRequest, query: Query[FormQuery]) -> Any:
    forms = FormRow.objects.visible_to(request.user).select_related("owner")
    if query.programme:
        forms = forms.filter(programme=query.programme.replace("\x00", ""))
    if query.state:
        forms = forms.filter(state=query.state)
    return paged(forms, query, shown)


@router.post("", response={201: DraftOut, **ERRORS, 422: RefusalOut}, summary="Upload a new form, in draft")
def make_form(
    request: HttpRequest,
    given: Form[MakeIn],
    file: File[UploadedFile],
    files: File[list[UploadedFile]] = _NO_FILES,
) -> Any:
    user = signed_in(request)
    programme, organisation = given.programme, given.organisation
    if programme not in {code for code, _name in programmes_to_design(user)}:
        raise PermissionDenied(_("Your roles do not include making forms in this programme."))
    owners = owners_for(user, programme)
    owner: Organisation | None = owners[0]
    if organisation:
        owner = next((one for one in owners if one.ref == organisation), None)
        if owner is None:
            raise invalid("organisation", _("You do not make forms for this organisation in this programme."))
    assert owner is not None
    try:
        return Status(201, drafted(new_form(given_by(file, files), programme=programme, owner=owner, by=user)))
    except FormRefused as refused:
        raise Refusal(refused) from None


@router.get("/{form}", response={200: FormOut, 304: None, **ERRORS}, summary="One form and its settings")
def get_form(request: HttpRequest, response: HttpResponse, form: str) -> Any:
    found = form_seen(request.user, form)
    same = unchanged(request, record_etag(found))
    if same:
        return same
    response["ETag"] = record_etag(found)
    return shown(found)


@router.patch(
    "/{form}", response={200: FormOut, **CHANGE_ERRORS}, summary="Change settings, state, roles and sensitivity"
)
def change_form(request: HttpRequest, response: HttpResponse, form: str, given: FormIn) -> Any:
    found = _mine(request, form)
    require_match(request, found)
    asked = given.dict(exclude_unset=True)
    values: dict[str, Any] = {}
    for name in ("reviews_needed", "accept_edits", "sensitivity"):
        if asked.get(name) is not None:
            values[name] = SENSITIVITIES[asked[name]] if name == "sensitivity" else asked[name]
    if "retention_days" in asked:
        values["retention_days"] = asked["retention_days"]
    for code, title in (asked.get("titles") or {}).items():
        values[f"title_{code}"] = title.replace("\x00", "")[:300]
    if asked.get("limits") is not None:
        try:
            values["limits"] = own_limits(asked["limits"])
        except ValueError as error:
            raise invalid(f"limits.{error}", _("There is no such limit, or it cannot have this value.")) from error
    if asked.get("titles") and not any(
        values.get(f"title_{code}", getattr(found, f"title_{code}")) for code in ("ar", "ckb", "en")
    ):
        raise invalid("titles", _("Give the form a title in at least one language."))
    _save(found, values, asked)
    found = form_seen(request.user, form)
    response["ETag"] = record_etag(found)
    return shown(found)


def _save(form: FormRow, values: dict[str, Any], asked: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            settle(form, values)
            form.refresh_from_db()
            if asked.get("roles"):
                say_roles(form, _definition(form), asked["roles"])
            if asked.get("policies"):
                policies = {
                    path: (one["label"], one["reader_sees"], one["public_sees"])
                    for path, one in asked["policies"].items()
                }
                say_policies(form, policies)
            if asked.get("state"):
                set_state(form, asked["state"])
    except NotTaken as error:
        raise invalid("policies" if asked.get("policies") else "roles", str(error)) from error
    except NotNow as error:
        raise Problem(409, _("The form cannot take this state"), str(error)) from error


def _definition(form: FormRow) -> xforms.Form:
    version = form.versions.filter(published_at=None).first() or newest(form)
    if version is None:
        raise not_found()
    return xforms.parse_form(bytes(version.xform))


def _mine(request: HttpRequest, named: str) -> FormRow:
    """A form that this person may change: 404 where it is not seen, 403 where it is others'."""
    user = signed_in(request)
    found = form_seen(user, named)
    must_design(user, found)
    return found


@router.post("/{form}/draft", response={201: DraftOut, **ERRORS, 422: RefusalOut}, summary="Upload the next draft")
def make_draft(
    request: HttpRequest,
    form: str,
    file: File[UploadedFile],
    files: File[list[UploadedFile]] = _NO_FILES,
) -> Any:
    found = _mine(request, form)
    try:
        return Status(201, drafted(new_draft(found, given_by(file, files), by=request.user)))
    except FormRefused as refused:
        raise Refusal(refused) from None


@router.post("/{form}/publish", response={200: PublishedOut, **ERRORS}, summary="Publish the draft")
def publish_form(request: HttpRequest, form: str) -> Any:
    found = _mine(request, form)
    try:
        return {"version": publish(found, by=request.user).version_text}
    except NotPublished as error:
        raise Problem(409, _("The draft cannot be published"), str(error)) from error


@router.get("/{form}/versions", response={200: Page[FormVersionOut], **ERRORS}, summary="Versions, the newest first")
def list_versions(request: HttpRequest, form: str) -> Any:
    found = form_seen(request.user, form)
    rows = _versions(request, found).select_related("published_by").prefetch_related("files__entity_list")
    ordered = sorted(rows.defer("xform", "source", "schema"), key=lambda one: (one.is_draft, one.made_at), reverse=True)
    return {"items": [_version_out(one) for one in ordered], "next": None, "count": len(ordered)}


def _versions(request: HttpRequest, form: FormRow) -> Any:
    versions = FormVersion.objects.filter(form=form)
    return versions if may_design(request.user, form) else versions.filter(published_at__isnull=False)


def _version_out(version: FormVersion) -> dict[str, Any]:
    return {
        "id": version.pk,
        "version": version.version_text,
        "draft": version.is_draft,
        "published_at": version.published_at,
        "published_by": version.published_by.login if version.published_by else None,
        "xform_md5": version.xform_md5,
        "xform_sha256": version.xform_sha256,
        "uploaded_as": version.uploaded_as,
        "files": [
            {
                "name": file.name,
                "kind": file.kind,
                "size": file.size,
                "sha256": file.sha256,
                "entity_list": file.entity_list.name if file.entity_list else None,
            }
            for file in version.files.all()
        ],
    }


def _one_version(request: HttpRequest, named: str, version: str, extension: str) -> HttpResponse:
    """By the version's text, by its id, or ``draft``."""
    form = form_seen(request.user, named)
    versions = _versions(request, form)
    if version == "draft":
        found = versions.filter(published_at=None).first()
    else:
        found = versions.filter(version_text=version.replace("\x00", "")).order_by("-published_at").first()
        if found is None:
            with contextlib.suppress(ValueError):
                found = versions.filter(pk=UUID(version)).first()
    if found is None:
        raise not_found()
    return version_answer(form, found, extension)


_FILE = {200: None, **ERRORS}


@router.get("/{form}/versions/{version}.xml", response=_FILE, summary="A version as XForm, byte for byte")
def version_xml(request: HttpRequest, form: str, version: str) -> Any:
    return _one_version(request, form, version, "xml")


@router.get("/{form}/versions/{version}.xlsx", response=_FILE, summary="A version's workbook, as it was uploaded")
def version_xlsx(request: HttpRequest, form: str, version: str) -> Any:
    return _one_version(request, form, version, "xlsx")


@router.get("/{form}/versions/{version}.xls", response=_FILE, summary="A version's workbook of the older kind")
def version_xls(request: HttpRequest, form: str, version: str) -> Any:
    return _one_version(request, form, version, "xls")


@router.get(
    "/{form}/versions/{version}.md", response=_FILE, summary="A version's table in Markdown, as it was uploaded"
)
def version_md(request: HttpRequest, form: str, version: str) -> Any:
    return _one_version(request, form, version, "md")
