"""A new import: what is imported, the file, whose rows these are and where they come from."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET

from rafid.commons.names import pick
from rafid.commons.people.models import Organisation

from ..imports import receive
from ..imports.report import describe, empty_table
from ..imports.sources import SourceError, by_row, source_date
from ..imports.targets import Target, owners_for, target_of, targets_for
from ..imports.uploads import Limited, too_large
from ..tabular import TableError
from ..tabular.errors import size

ENCODINGS = [
    ("", gettext_lazy("Found by itself")),
    ("utf-8", "UTF-8"),
    ("windows-1256", "Windows-1256"),
    ("utf-16", "UTF-16"),
    ("iso-8859-6", "ISO 8859-6"),
    ("windows-1252", "Windows-1252"),
]
DELIMITERS = [
    ("", gettext_lazy("Found by itself")),
    (",", gettext_lazy("Comma ( , )")),
    (";", gettext_lazy("Semicolon ( ; )")),
    ("\t", gettext_lazy("Tab")),
    ("|", gettext_lazy("Bar ( | )")),
    ("،", gettext_lazy("Arabic comma ( ، )")),
    ("؛", gettext_lazy("Arabic semicolon ( ؛ )")),
]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReadingForm(forms.Form):
    """How the bytes become a table, where that was guessed wrong."""

    sheet = forms.CharField(label=gettext_lazy("Sheet of the workbook"), max_length=100, required=False, strip=False)
    header_row = forms.IntegerField(
        label=gettext_lazy("Row of the column names"),
        help_text=gettext_lazy("The number at its side in the sheet; empty: found by itself."),
        min_value=1,
        max_value=1_048_576,
        required=False,
    )
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding of a text file"), choices=ENCODINGS, required=False)
    delimiter = forms.ChoiceField(
        label=gettext_lazy("Sign between the cells of a text file"), choices=DELIMITERS, required=False
    )


READING = tuple(ReadingForm.base_fields)


class UploadForm(ReadingForm):
    """The file itself is no field: how it came is told by the upload handler."""

    owner = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Whose rows are these"),
        help_text=gettext_lazy("The organisation that answers for them."),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Who counted or wrote this, and where it is published; it is shown beside the figures."),
        max_length=500,
        required=False,
    )
    as_of = forms.CharField(
        label=gettext_lazy("Date of the source"),
        help_text=gettext_lazy("The year, month or day that the figures are of, such as 2024-11-20."),
        max_length=40,
        required=False,
    )
    field_order = ["owner", "source", "as_of", *READING]

    def __init__(self, *args: Any, owners: list[Organisation], target: Target, asked: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if target.declared.sourced and not by_row(target):
            self.fields["source"].required = True
            self.fields["source"].error_messages["required"] = _(
                "Write where these figures come from: they are published with it."
            )
        owner: Any = self.fields["owner"]
        owner.queryset = Organisation.objects.filter(pk__in=[one.pk for one in owners])
        owner.initial = next((one.pk for one in owners if one.ref == asked), owners[0].pk)
        owner.empty_label = None
        if len(owners) == 1:
            owner.widget = forms.HiddenInput()

    def clean_as_of(self) -> str:
        try:
            return source_date(self.cleaned_data["as_of"])
        except SourceError as error:
            raise forms.ValidationError(str(error)) from error


@login_required
@csrf_exempt
def new(request: HttpRequest) -> HttpResponse:
    """The upload handler is set before anything reads the body, and that is before the token in it is looked at."""
    if request.method == "POST":
        request.upload_handlers = [Limited(request)]
    return _new(request)


@csrf_protect
def _new(request: HttpRequest) -> HttpResponse:
    offered = targets_for(request.user)
    if not offered:
        raise PermissionDenied
    asked = request.GET.get("target", "")
    target = next((one for one in offered if one.code == asked), None)
    if target is None:
        if asked:
            raise Http404
        if len(offered) > 1:
            return render(request, "records/import_choose.html", {"targets": offered})
        target = offered[0]
    return _upload(request, target)


def _upload(request: HttpRequest, target: Target) -> HttpResponse:
    owners = owners_for(request.user, target)
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None, owners=owners, target=target, asked=request.GET.get("owner", "")
    )
    refusal = ""
    if posted:
        file = request.FILES.get("file")
        if too_large(request):
            refusal = _too_large()
        elif file is None:
            refusal = _("Choose the file first.")
        elif form.is_valid():
            options = {name: form.cleaned_data[name] for name in (*READING, "source", "as_of")}
            try:
                run = receive(file, target, request.user, options, owner=form.cleaned_data["owner"])
            except TableError as error:
                refusal = error.text(_)
            else:
                return redirect("import-columns", run.pk)
    return render(
        request,
        "records/import_new.html",
        {
            "target": target,
            "about": pick(target.declared.about or {}),
            "columns": [
                {"name": pick(one.names), "text": describe(one), "required": needed(one)} for one in target.columns
            ],
            "form": form,
            "facts": [form[name] for name in ("owner", "source", "as_of")],
            "reading": [form[name] for name in READING],
            "reading_open": bool(posted and refusal) or any(form[name].value() for name in READING),
            "refusal": refusal,
            "limit": settings.RAFID_UPLOAD_LIMIT,
            "limit_text": size(settings.RAFID_UPLOAD_LIMIT),
            "several": len(targets_for(request.user)) > 1,
        },
        status=422 if posted else 200,
    )


def needed(column: Any) -> bool:
    return bool(column.required and column.default is None)


def _too_large() -> str:
    limit = size(settings.RAFID_UPLOAD_LIMIT)
    return TableError("file_too_large", size=f"> {limit}", limit=limit).text(_)


@login_required
@require_GET
def example(request: HttpRequest, programme: str, code: str, ext: str) -> HttpResponse:
    """A table with the column names in the reader's language and nothing below, to fill in."""
    try:
        target = target_of(f"{programme}.{code}")
    except LookupError:
        raise Http404 from None
    if ext not in ("csv", "xlsx") or not owners_for(request.user, target):
        raise Http404
    if ext == "xlsx":
        answer = HttpResponse(empty_table(target), content_type=_XLSX)
    else:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([pick(column.names) for column in target.columns])
        if any(column.hxl for column in target.columns):
            writer.writerow([column.hxl or "" for column in target.columns])
        answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{programme}-{code}.{ext}"'
    return answer
