"""The page from which submissions leave: what will be in the file, how, and who took some along before."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rafid.commons.api import Problem
from rafid.commons.people.access_log import readings_of
from rafid.commons.people.visibility import may

from ..addressing import form_seen
from ..filters import Asked, asked
from ..models import Attachment, Form, SubmissionState
from . import Options, Selection
from .doors import RECEIVED_SINCE, may_export

SHOWN = 50
LANGUAGE_NAMES = (("ar", "العربية"), ("ckb", "کوردی"), ("en", "English"))


@login_required
@require_GET
def export(request: HttpRequest, form_id: str) -> HttpResponse:
    form = form_seen(request.user, form_id)
    if not may_export(request.user, form):
        raise PermissionDenied(_("Your roles do not include taking this form's submissions along."))
    status, refusal = 200, ""
    try:
        wanted = asked(request, form, request.user)
    except Problem as problem:
        wanted, status, refusal = asked({}, form, request.user), problem.status, problem.detail
    selection = Selection.of(request.user, form, wanted.queryset, Options())
    address = f"/api/v1/forms/{form.pk}"
    return render(
        request,
        "forms/export.html",
        {
            "form": form,
            "count": wanted.queryset.count(),
            "files": Attachment.objects.filter(
                submission__in=wanted.queryset.values("pk"), sha256__isnull=False, replaced_by=None
            ).count(),
            "filters": filters_on(wanted),
            "kept": [(RECEIVED_SINCE if name == "since" else name, value) for name, value in _kept(wanted).items()],
            "notes": [*([refusal] if refusal else []), *wanted.notices],
            "masked": masked_questions(wanted),
            "restricted": selection.restricted,
            "tables": [(one.name if one.number else form.xform_id, len(one.columns)) for one in selection.tables],
            "languages": LANGUAGE_NAMES,
            "addresses": {
                "csv": f"{address}/export.csv.zip",
                "xlsx": f"{address}/export.xlsx",
                "geojson": f"{address}/export.geojson",
                "media": f"{address}/media.zip",
                "odata": request.build_absolute_uri(reverse("odata", args=[form.xform_id])),
                "json": request.build_absolute_uri(f"/api/v1/forms/{form.xform_id}/submissions"),
            },
            "readings": readings_of(form)[:SHOWN] if sees_log(request.user, form) else None,
        },
        status=status,
    )


def sees_log(user: Any, form: Form) -> bool:
    """Who made the form, and who administers people, see who took its data along."""
    return may(user, "design", form.programme) or may(user, "people", form.programme)


def _kept(wanted: Asked) -> dict[str, str]:
    return {name: value for name, value in wanted.query.items() if name != "order"}


def filters_on(wanted: Asked) -> list[tuple[str, str]]:
    """Each filter as a reader calls it, and its value in words where there are some."""
    names = {
        "state": _("State"), "finding": _("Finding"), "worst": _("Severity"), "place": _("Place"),
        "organisation": _("Organisation"), "interviewer": _("Interviewer"), "site": _("Site"), "since": _("Since"),
        "until": _("Until"), "changed_since": _("Changed since"), "version": _("Version"), "q": _("Search"),
    }  # fmt: skip
    told = []
    for name, value in _kept(wanted).items():
        title, said = names.get(name, name), value
        if name.startswith("answer."):
            column = wanted.book.column(name.removeprefix("answer."))
            title = wanted.book.title(column) if column else name
        elif name == "place" and wanted.place.place is not None:
            said = wanted.place.place.name
        elif name == "state":
            known = {**dict(SubmissionState.choices), "waiting": _("Waiting for review")}
            said = ", ".join(str(known.get(one, one)) for one in value.split(","))
        told.append((title, said))
    return told


def masked_questions(wanted: Asked) -> list[tuple[str, bool]]:
    """Questions that this reader does not see everywhere, in the form's order; True where they are made coarser."""
    found: dict[str, tuple[str, bool]] = {}
    for table in wanted.book.tables:
        for column in table.columns:
            if column.path in wanted.masks.paths and column.path not in found:
                field = wanted.book.field(column.path)
                title = wanted.book.title(column) if not column.part_of_point else ""
                if field is not None and column.part_of_point:
                    title = wanted.book.title(column).rpartition(" · ")[0] or field.name
                found[column.path] = (title, column.path in wanted.masks.coarse)
    return list(found.values())


urls = [path("forms/<str:form_id>/export/", export, name="form-export")]
