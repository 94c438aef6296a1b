"""Sites for the frame: the way to them by file, by GeoPackage, by a published dataset; all end in the importer's "
"preview."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rafid.commons.names import pick
from rafid.commons.products.catalogue.finding import OUT, dataset_seen, seen_versions, version_seen
from rafid.commons.records.change import Refused
from rafid.commons.records.imports import receive
from rafid.commons.records.imports.targets import owners_for, target_of
from rafid.commons.records.tabular import TableError

from .bringing import fields_of, of_dataset, of_geopackage
from .site_import import SITES

TARGET = "monitoring.sites"
METHODS = ["GET", "HEAD", "POST"]
MOST_BYTES = 50_000_000


class FileForm(forms.Form):
    owner = forms.ModelChoiceField(None, label=gettext_lazy("Organisation"), empty_label=None)
    list = forms.CharField(
        label=gettext_lazy("List"), max_length=80, initial="file",
        help_text=gettext_lazy("What the list is called. Together with its id a site is known again by it, the next time."),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("CSV, XLSX, ODS or GeoPackage, up to 50 MB.")
    )

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = owners
        field.initial = owners.first()


class DatasetForm(forms.Form):
    """Which field of the dataset is which column; a column without a field is left out."""

    owner = forms.ModelChoiceField(None, label=gettext_lazy("Organisation"), empty_label=None)

    def __init__(self, *args: Any, owners: Any, fields: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = owners
        field.initial = owners.first()
        offered = [("", "–"), *((one.name, pick(one.names or {}) or one.name) for one in fields)]
        known = {one.name.casefold(): one.name for one in fields}
        for column in SITES.columns:
            if column.code == "list":
                continue
            near = next(
                (known[word.casefold()] for word in (column.code, *column.synonyms) if word.casefold() in known), ""
            )
            self.fields[f"of_{column.code}"] = forms.ChoiceField(
                label=pick(column.names or {}), required=column.required, choices=offered, initial=near
            )

    @property
    def mapping(self) -> dict[str, str]:
        return {name[3:]: value for name, value in self.cleaned_data.items() if name.startswith("of_") and value}


def _owners(request: HttpRequest) -> Any:
    from rafid.commons.people.models import Organisation

    found = owners_for(request.user, target_of(TARGET))
    if not found:
        raise Http404
    return Organisation.objects.filter(pk__in=[one.pk for one in found]).order_by("ref")


def _run(request: HttpRequest, data: Any, name: str, owner: Any, origin: str) -> HttpResponse:
    run = receive(data, TARGET, request.user, {"fixed": {"list": origin}, "source": origin}, owner=owner, name=name)
    return redirect("import-columns", run.pk)


@login_required
@require_http_methods(METHODS)
def from_file(request: HttpRequest) -> HttpResponse:
    owners = _owners(request)
    form = FileForm(request.POST or None, request.FILES or None, owners=owners)
    if request.method == "POST" and form.is_valid():
        file, values = form.cleaned_data["file"], form.cleaned_data
        try:
            if file.size > MOST_BYTES:
                raise Refused(_("The file is larger than 50 MB. Send a smaller one."))
            name = file.name or "sites"
            if name.casefold().endswith(".gpkg"):
                return _run(
                    request, io.BytesIO(of_geopackage(file.read())), f"{name}.csv", values["owner"], values["list"]
                )
            return _run(request, file, name, values["owner"], values["list"])
        except Refused as refused:
            form.add_error("file", str(refused))
        except TableError as error:
            form.add_error("file", error.text(_))
    context = {
        "form": form,
        "columns": [pick(one.names or {}) for one in SITES.columns],
        "versions": len(seen_versions(request.user)),
    }
    return render(request, "monitoring/plans/sites_file.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(METHODS)
def from_dataset(request: HttpRequest) -> HttpResponse:
    """First which dataset and version, then which field is which."""
    owners = _owners(request)
    code, number = request.GET.get("dataset", ""), request.GET.get("version", "")
    if not code:
        return render(request, "monitoring/plans/sites_dataset.html", {"versions": _offered(request.user)})
    try:
        dataset = dataset_seen(code, request.user)
        version = version_seen(dataset, int(number), request.user)
    except (LookupError, ValueError):
        raise Http404 from None
    form = DatasetForm(request.POST or None, owners=owners, fields=fields_of(version))
    if request.method == "POST" and form.is_valid():
        data = of_dataset(version, form.mapping)
        name = f"{dataset.code}-{version.number}.csv"
        try:
            return _run(request, io.BytesIO(data), name, form.cleaned_data["owner"], f"dataset:{dataset.code}"[:80])
        except TableError as error:
            form.add_error(None, error.text(_))
    context = {"form": form, "dataset": dataset, "version": version}
    return render(request, "monitoring/plans/sites_dataset.html", context, status=422 if form.errors else 200)


def _offered(user: Any) -> list[dict[str, Any]]:
    """Datasets that this person may have, each with the versions that are or were out."""
    return [
        {
            "dataset": newest.dataset,
            "versions": list(
                newest.dataset.versions.filter(state__in=OUT, sensitivity__lte=newest.sensitivity).order_by("-number")[
                    :12
                ]
            ),
        }
        for newest in seen_versions(user)
    ]


urls = [
    path("sites/file/", from_file, name="monitoring-sites-file"),
    path("sites/dataset/", from_dataset, name="monitoring-sites-dataset"),
]
