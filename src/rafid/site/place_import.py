"""Borders and settlements by page, for those who may manage places: send a file, look at its report, decide.

Places are everybody's: only a role that no organisation and no place narrows may change them.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from rafid.commons.names import pick
from rafid.commons.people.models import Account
from rafid.commons.people.visibility import allowing
from rafid.commons.places.boundary_file import Unreadable
from rafid.commons.places.boundary_plan import ADDABLE
from rafid.commons.places.models import BUSY, ImportState, Place, PlaceImport
from rafid.commons.places.place_imports import NotNow, deciding, options_as_json, put_aside, receive, seen
from rafid.commons.programme import PLATFORM
from rafid.commons.records import watching
from rafid.commons.records.imports.uploads import Limited, too_large
from rafid.commons.records.tabular.errors import size

from .place_import_forms import FORMS, guesses
from .place_import_work import begin_applying, begin_reading, settled

PER_PAGE = 50
MOST_AREAS = 300
_LONGEST_WHY = 500
_ORDER = {"name": 0, "": 1, "new": 2, "code": 3}
"""Areas in the report: first those that somebody should look at."""


def may_manage(user: Any) -> bool:
    return any(not scope.organisation and not scope.place for scope in allowing(user, "places", PLATFORM))


def offer(request: HttpRequest) -> tuple[str, str] | None:
    """The way here from the list of places."""
    return (reverse("place-imports"), _("Import borders and settlements")) if may_manage(request.user) else None


def must_manage(request: HttpRequest) -> None:
    if not may_manage(request.user):
        raise PermissionDenied


def run_or_404(request: HttpRequest, pk: UUID) -> PlaceImport:
    run = PlaceImport.objects.filter(pk=pk).first() if may_manage(request.user) else None
    if run is None:
        raise Http404
    return run


def names_of(runs: list[PlaceImport]) -> dict[UUID, str]:
    ids = {one for run in runs for one in (run.by, run.decided_by) if one}
    return {account.pk: str(account) for account in Account.objects.filter(pk__in=ids)}


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    must_manage(request)
    runs = PlaceImport.objects.defer("report", "words", "drawing", "columns").order_by("-made_at", "pk")
    page = Paginator(runs, PER_PAGE).get_page(request.GET.get("page"))
    names = names_of(list(page))
    rows = [{"run": run, "by": names.get(run.by, "") if run.by else ""} for run in page]
    return render(request, "places/imports.html", {"page": page, "rows": rows})


@login_required
@csrf_exempt
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The upload handler is set before anything reads the body, and that is before the token in it is looked at."""
    if request.method == "POST":
        request.upload_handlers = [Limited(request)]
    return _new(request, kind)


@csrf_protect
def _new(request: HttpRequest, kind: str) -> HttpResponse:
    must_manage(request)
    posted = request.method == "POST"
    form = FORMS[kind](request.POST if posted else None)
    refusal = ""
    if posted:
        file = request.FILES.get("file")
        if too_large(request):
            refusal = _("The file is larger than %s. Simplify its borders, or split it.") % size(
                settings.RAFID_UPLOAD_LIMIT
            )
        elif file is None:
            refusal = _("Choose the file first.")
        elif form.is_valid():
            assert isinstance(request.user, Account)
            try:
                with transaction.atomic():
                    run = receive(kind, file, form.options(), request.user.pk)
                    begin_reading(run, request.user)
            except Unreadable as error:
                refusal = str(error)
            else:
                return redirect(run)
    context = {
        "kind": kind,
        "form": form,
        "refusal": refusal,
        "limit": settings.RAFID_UPLOAD_LIMIT,
        "limit_text": size(settings.RAFID_UPLOAD_LIMIT),
    }
    return render(request, "places/import_new.html", context, status=422 if posted else 200)


@login_required
@require_GET
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    run, task = settled(run_or_404(request, pk))
    busy = run.state in BUSY
    if getattr(request, "htmx", False) and not busy:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    progress = {"run": run, "percent": watching.percent(task), "silent": watching.silence(task)}
    if busy and getattr(request, "htmx", False):
        return render(request, "places/import_progress.html", progress)
    names = names_of([run])
    context: dict[str, Any] = {
        **progress,
        "busy": busy,
        "by": names.get(run.by, "") if run.by else "",
        "decided_by": names.get(run.decided_by, "") if run.decided_by else "",
        "problem": pick(run.problem or {}),
        "words": run.words.get(get_language() or "ar") or {},
        "outlook": run.report.get("outlook") or {},
        "drawing": mark_safe(run.drawing),  # noqa: S308 - coordinates only, drawn by us
    }
    if not busy:
        areas = run.report.get("areas", [])
        context |= {
            "areas": _areas([*areas]),
            "more_areas": max(len(areas) - MOST_AREAS, 0),
            "addable": not run.options.get("add") and any(area["why"] in ADDABLE for area in areas),
        }
    if run.state in (ImportState.CHECKED, ImportState.REFUSED):
        form = FORMS[run.kind](initial=run.options, columns=run.columns, guessed=guesses(run.kind, run.report))
        context |= {"form": form, "seen": seen(run), "usable": run.report.get("usable", False)}
    return render(request, "places/import.html", context)


def _areas(areas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Which area of the file is which place, for the table: refused and matched by name first."""
    areas.sort(key=lambda area: _ORDER[area["how"]])
    shown = areas[:MOST_AREAS]
    refs = {ref for area in shown for ref in (area["place"], area["suggestion"]) if ref}
    places = {place.ref: place for place in Place.objects.filter(ref__in=refs)}
    return [
        {
            **area,
            "title": " ".join(filter(None, (area["code"], pick(area["names"])))),
            "place": places.get(area["place"]),
            "ref": area["place"],
            "suggestion": places.get(area["suggestion"]),
            "km2": area["area_m2"] / 1e6 if area["area_m2"] else None,
        }
        for area in shown
    ]


@login_required
@require_GET
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every area, row and fault of the report, which the page shortens."""
    run = run_or_404(request, pk)
    answer = JsonResponse(run.report, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{run.kind}-{run.pk}.json"'
    return answer


@login_required
@require_POST
def read_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same file by other fields, another level or day."""
    run, _task = settled(run_or_404(request, pk))
    form = FORMS[run.kind](request.POST, columns=run.columns)
    if not form.is_valid():
        messages.error(request, " ".join(f"{form[name].label}: {errors[0]}" for name, errors in form.errors.items()))
        return redirect(run)
    assert isinstance(request.user, Account)
    try:
        with deciding(run.pk) as held:
            held.options = {**held.options, **options_as_json(form.options())}
            begin_reading(held, request.user)
    except NotNow as reason:
        messages.error(request, str(reason))
    return redirect(run)


@login_required
@require_POST
def apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    run, _task = settled(run_or_404(request, pk))
    assert isinstance(request.user, Account)
    saw = request.POST.get("seen", "")
    why = request.POST.get("why", "").replace("\x00", "").strip()[:_LONGEST_WHY]
    try:
        with deciding(run.pk, ImportState.CHECKED) as held:
            if saw != seen(held):
                raise NotNow(_("The report has changed since you looked. Look at it and decide again."))
            if not held.report.get("usable"):
                raise NotNow(_("Nothing of this file can be taken."))
            begin_applying(held, request.user, saw=saw, why=why)
    except NotNow as reason:
        messages.error(request, str(reason))
    return redirect(run)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    run, _task = settled(run_or_404(request, pk))
    try:
        put_aside(run, request.user.pk)
    except NotNow as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("The file is put aside. No place was changed."))
    return redirect(run)
