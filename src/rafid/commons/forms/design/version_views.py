"""Versions of a form: compared with one another, and handed out as XForm or as the file that was uploaded."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from rafid.commons import blobs

from ..models import Form, FormVersion
from .access import form_or_404, may_design
from .comparing import compared

TYPES = {
    "xml": "application/xml; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "md": "text/markdown; charset=utf-8",
}


def _version(request: HttpRequest, form: Form, pk: UUID) -> FormVersion:
    """One that this person may see: drafts are for designers."""
    versions = (
        form.versions.all() if may_design(request.user, form) else form.versions.filter(published_at__isnull=False)
    )
    return get_object_or_404(versions, pk=pk)


@login_required
@require_GET
def compare(request: HttpRequest, pk: UUID, old: UUID, new: UUID) -> HttpResponse:
    form = form_or_404(request, pk)
    before, after = _version(request, form, old), _version(request, form, new)
    versions = form.versions.defer("xform", "source", "schema").order_by("-made_at")
    if not may_design(request.user, form):
        versions = versions.filter(published_at__isnull=False)
    context = {"form": form, "old": before, "new": after, "changes": compared(before, after), "versions": versions}
    return render(request, "forms/compare.html", context)


@login_required
@require_GET
def compare_chosen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From the two selects of the page to its address."""
    form = form_or_404(request, pk)
    versions = form.versions.order_by("-made_at")
    if not may_design(request.user, form):
        versions = versions.filter(published_at__isnull=False)
    known = list(versions.values_list("pk", flat=True))
    if not known:
        raise Http404
    # Without an answer the two newest.
    asked = {str(pk): pk for pk in known}
    old = asked.get(request.GET.get("old", ""), known[min(1, len(known) - 1)])
    new = asked.get(request.GET.get("new", ""), known[0])
    return redirect("form-compare", form.pk, old, new)


@login_required
@require_GET
def version_file(request: HttpRequest, pk: UUID, version: UUID, extension: str) -> HttpResponse:
    """A version as XForm, or as the file that was uploaded."""
    form = form_or_404(request, pk)
    return version_answer(form, _version(request, form, version), extension)


def version_answer(form: Form, version: FormVersion, extension: str) -> HttpResponse:
    """Raises Http404 where the version was not uploaded as such a file."""
    source = version.source_name.rpartition(".")[2].lower()
    if extension == "xml":
        data = bytes(version.xform)
    elif version.source is not None and extension == source:
        data = bytes(version.source)
    else:
        raise Http404
    answer = HttpResponse(data, content_type=TYPES.get(extension, "application/octet-stream"))
    named = f"{form.xform_id}-{version.version_text or 'draft'}".replace("/", "_")
    answer["Content-Disposition"] = content_disposition_header(True, f"{named}.{extension}") or "attachment"
    answer["Content-Security-Policy"] = "sandbox"
    return answer


@login_required
@require_GET
def version_part(request: HttpRequest, pk: UUID, version: UUID, file: UUID) -> HttpResponse:
    """A file of a version, to save: never shown as a page."""
    form = form_or_404(request, pk)
    one = get_object_or_404(_version(request, form, version).files, pk=file, sha256__isnull=False)
    try:
        data = blobs.read(one.sha256 or "")
    except FileNotFoundError:
        raise Http404 from None
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, one.name) or "attachment"
    answer["Content-Security-Policy"] = "sandbox"
    return answer


urls = [
    path("forms/<uuid:pk>/versions/", compare_chosen, name="form-compare-chosen"),
    path("forms/<uuid:pk>/versions/<uuid:old>/<uuid:new>/", compare, name="form-compare"),
    path("forms/<uuid:pk>/versions/<uuid:version>.<slug:extension>", version_file, name="form-version"),
    path("forms/<uuid:pk>/versions/<uuid:version>/files/<uuid:file>", version_part, name="form-version-file"),
]
