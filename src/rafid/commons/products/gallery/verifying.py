"""Is a file in hand genuine and current? Asked by SHA-256: of a file, of a recipe (footers print it), of the figures of a
report, of a dataset's rows."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons import writing
from rafid.commons.api import Problem
from rafid.commons.names import pick
from rafid.commons.people.authentication import caller
from rafid.commons.programme import installed

from ..catalogue.finding import dataset_seen, reads
from ..models import DatasetVersion, Edition, EditionFile, Erratum, Resource
from .errata import errata_of, of_version
from .finding import SHOWN

_HASH = re.compile(r"[0-9a-f]{64}")
ORDER = ("withdrawn", "superseded", "current")


@dataclass(frozen=True)
class Known:
    """What the platform knows of one thing with this hash. ``status``: current, superseded, withdrawn."""

    kind: str
    status: str
    title: str
    detail: str
    url: str
    published_at: Any
    newer: str = ""
    newer_title: str = ""
    why: str = ""
    errata: list[Erratum] = field(default_factory=list)

    def as_json(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "kind": self.kind, "status": self.status, "title": self.title, "detail": self.detail,
            "url": request.build_absolute_uri(self.url),
            "published_at": self.published_at.isoformat() if self.published_at else None,
            "superseded_by": request.build_absolute_uri(self.newer) if self.newer else None,
            "withdrawn_why": self.why or None,
            "errata": [{"at": one.at.isoformat(), "text": one.text} for one in self.errata],
        }  # fmt: skip


def known(sha256: str, user: Any) -> list[Known]:
    """All that has this hash and that this person may have or might have had; empty: unknown here."""
    found: dict[str, Known] = {}
    editions = Edition.objects.select_related("recipe__owner").filter(state__in=SHOWN)
    for file in EditionFile.objects.filter(sha256=sha256, edition__state__in=SHOWN).select_related(
        "edition__recipe__owner"
    ):
        _enter(found, of_edition(file.edition, user, kind="file", detail=file.name))
    for edition in editions.filter(recipe_sha256=sha256).order_by("-number"):
        _enter(found, of_edition(edition, user, kind="recipe", detail=""))
    for edition in editions.filter(figures__sha256=sha256).order_by("-number"):
        _enter(found, of_edition(edition, user, kind="figures", detail=""))
    versions = DatasetVersion.objects.select_related("dataset__owner").filter(state__in=SHOWN)
    for version in versions.filter(sha256=sha256):
        _enter(found, of_dataset(version, user, kind="dataset", detail=""))
    for resource in Resource.objects.filter(sha256=sha256, version__state__in=SHOWN).select_related(
        "version__dataset__owner"
    ):
        _enter(found, of_dataset(resource.version, user, kind="file", detail=resource.format.upper()))
    for one in _of_programmes(sha256, user):
        _enter(found, one)
    return sorted(found.values(), key=lambda one: -ORDER.index(one.status))


def _of_programmes(sha256: str, user: Any) -> Iterator[Known]:
    for programme in installed():
        for dotted in programme.verify:
            module, _colon, name = dotted.partition(":")
            yield from getattr(importlib.import_module(module), name)(sha256, user)


def _enter(found: dict[str, Known], one: Known | None) -> None:
    if one is not None:
        found.setdefault(one.url, one)


def of_edition(edition: Edition, user: Any, *, kind: str, detail: str) -> Known | None:
    recipe = edition.recipe
    if edition.sensitivity > reads(user, recipe):  # type: ignore[arg-type]
        return None
    title = f"{pick(edition.title) or recipe.name} · {_('Edition %s') % edition.number}"
    if edition.period:
        title += f" · {writing.period(edition.period)}"
    newer = (
        recipe.editions.filter(
            state="published", period=edition.period, sensitivity__lte=edition.sensitivity, number__gt=edition.number
        )
        .order_by("-number")
        .first()
    )
    return Known(
        kind, _status(edition.state), title, detail, edition.get_absolute_url(), edition.published_at,
        newer=newer.get_absolute_url() if newer else "", newer_title=_("Edition %s") % newer.number if newer else "",
        why=pick(edition.withdrawn_why), errata=errata_of(edition),
    )  # fmt: skip


def of_dataset(version: DatasetVersion, user: Any, *, kind: str, detail: str) -> Known | None:
    dataset = version.dataset
    if version.sensitivity > reads(user, dataset):
        return None
    try:
        dataset_seen(dataset.code, user)
    except LookupError:
        return None
    newer = (
        dataset.versions.filter(state="published", sensitivity__lte=version.sensitivity, number__gt=version.number)
        .order_by("-number")
        .first()
    )
    address = dataset.get_absolute_url()
    return Known(
        kind, _status(version.state), f"{dataset.name} · {_('Version')} {version.number}", detail,
        f"{address}?version={version.number}", version.published_at,
        newer=address if newer else "", newer_title=f"{_('Version')} {newer.number}" if newer else "",
        why=pick(dataset.withdrawn_why) if version.state == "withdrawn" else "", errata=of_version(version),
    )  # fmt: skip


def _status(state: str) -> str:
    return {"published": "current", "superseded": "superseded"}.get(state, "withdrawn")


@require_safe
def form(request: HttpRequest) -> HttpResponse:
    """A form; the file is hashed in the browser and stays there."""
    asked = request.GET.get("sha256", "").strip().lower()
    if asked:
        if _HASH.fullmatch(asked):
            return redirect("verify-hash", asked)
        return render(request, "products/gallery/verify.html", {"wrong": True, "asked": asked[:200]}, status=400)
    return render(request, "products/gallery/verify.html", {})


@require_safe
def one_hash(request: HttpRequest, sha256: str) -> HttpResponse:
    """``/verify/{hash}``: a page for people, JSON for whoever asks for it (``Accept`` or ``?format=json``)."""
    wants_json = request.GET.get("format") == "json" or (
        "application/json" in request.headers.get("Accept", "") and "text/html" not in request.headers.get("Accept", "")
    )
    wanted = sha256.strip().lower()
    if not _HASH.fullmatch(wanted):
        if wants_json:
            return Problem(
                400,
                _("The request cannot be understood"),
                _("A SHA-256 has 64 signs, 0 to 9 and a to f."),
                [("sha256", wanted[:80])],
            ).response()
        return render(request, "products/gallery/verify.html", {"wrong": True, "asked": wanted[:200]}, status=400)
    try:
        user = caller(request)
    except Problem as problem:
        return problem.response()
    found = known(wanted, user)
    status = 200 if found else 404
    answer: HttpResponse
    if wants_json:
        best = found[0].status if found else "unknown"
        body = {
            "sha256": wanted, "status": best, "genuine": bool(found),
            "has_erratum": any(one.errata for one in found), "matches": [one.as_json(request) for one in found],
        }  # fmt: skip
        answer = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    else:
        answer = render(
            request, "products/gallery/verify.html", {"sha256": wanted, "found": found, "asked": wanted}, status=status
        )
    patch_vary_headers(answer, ["Accept"])
    answer["Cache-Control"] = "no-cache"
    return answer


urls: list[URLPattern] = [
    path("verify/", form, name="verify"),
    path("verify/<str:sha256>", one_hash, name="verify-hash"),
]
