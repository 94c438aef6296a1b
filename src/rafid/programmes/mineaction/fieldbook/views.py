"""Field books: the list of sheets, the entry page, a sheet with what was typed beside what was derived, and its files."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.api import record_etag
from rafid.commons.places.country import country
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.models import Source
from rafid.commons.records.queries import by_ref

from ..models import FixedBy, Mark, SurveySheet
from ..seeing import may_anywhere, may_do
from . import files, sides
from .asked import book_of_form
from .book import COLUMNS, HEADS
from .entry_form import BookForm, HandForm
from .handing import OPEN_STATES, hand_over
from .keep import is_outdated, keep, redraw
from .scans import keep_scan, scan_file
from .sheet_page import sheet_context

PAGE = 50


def seen(user: Any, ref: str) -> SurveySheet:
    rows = SurveySheet.objects.visible_to(user).select_related(
        "place", "organisation", "owner", "report", "hazard", "replaces"
    )
    found: SurveySheet = by_ref(rows, ref)
    return found


@login_required
@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    rows = SurveySheet.objects.visible_to(request.user).select_related("place", "hazard", "organisation", "report")
    if not rows.exists() and not may_anywhere(request.user, "enter"):
        raise Http404
    drafts = request.GET.get("state") == "draft"
    if drafts:
        rows = rows.filter(state="draft", replaced_by=None)
    page = Paginator(rows.order_by("-known_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "drafts": drafts, "may_enter": may_anywhere(request.user, "enter")}
    return render(request, "mineaction/fieldbook/sheets.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """A new field book, or with ``replaces`` the correction of one."""
    if not may_anywhere(request.user, "enter"):
        raise PermissionDenied
    given = request.POST.get("replaces") or request.GET.get("replaces") or ""
    replaces = seen(request.user, given) if given else None
    if replaces is not None and not may_do(request.user, "enter", replaces):
        raise PermissionDenied
    if request.method != "POST":
        return _entry(request, BookForm(request.user, replaces=replaces))
    form = BookForm(request.user, request.POST, request.FILES, replaces=replaces)
    if not form.is_valid():
        return _entry(request, form, status=422)
    try:
        sheet = keep(book_of_form(request.POST), form.head(keep_scan(form.cleaned_data["scan"])), by=request.user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _entry(request, form, status=422)
    messages.success(request, _("Field book %(ref)s is kept.") % {"ref": sheet.ref})
    return redirect(f"{reverse('mineaction-sheet', args=[sheet.ref])}?kept={request.POST.get('key', '')[:80]}")


def _entry(request: HttpRequest, form: BookForm, *, status: int = 200) -> HttpResponse:
    replaces = form.replaces
    context = {
        "form": form,
        "replaces": replaces,
        "texts": json.dumps(texts(), ensure_ascii=False),
        "key": f"{request.user.pk}:{replaces.ref if replaces else 'new'}",
        "bounds": ",".join(map(str, country().bounds)),
        "nothing": not sides.authorities(request.user).exists(),
    }
    return render(request, "mineaction/fieldbook/entry.html", context, status=status)


def texts() -> dict[str, Any]:
    """Words that the script of the page needs."""
    return {
        "columns": list(COLUMNS),
        "heads": {name: str(head) for name, head in HEADS.items()},
        "marks": [[code, f"{code} · {name}"] for code, name in Mark.choices],
        "fixed": [["", "—"], *[[code, str(name)] for code, name in FixedBy.choices]],
        "line": _("Line %(number)s"),
        "out": _("Take this line out"),
        "drawing": _("Drawing…"),
        "ready": _("Drawn. It can be kept."),
        "look": _("Drawn. Look at this before you keep it:"),
        "begin": _("It is drawn here while you type its points."),
        "wrong": _("Not drawn yet: something is to be corrected."),
        "offline": _("No line to the server: what you type stays on this device, the drawing follows."),
        "restored": _("What you typed on this device on %(when)s and did not keep is here again."),
        "forget": _("Begin empty"),
        "show": _("Show on the map"),
        "back": _("Take it back"),
        "apply": _("Apply"),
        "now": _("as it stands"),
        "undo": _("Undo"),
        "none": _("Nothing else fits. Check the numbers themselves."),
        "north_why": _("chosen by looking at the map"),
        "away": _("its points lie up to %(metres)s m from those of grid north"),
        "observed": _("as observed"),
        "adjusted": _("with the closing error spread"),
        "tried": _("reading on trial"),
        "rows": _("%(first)s to %(last)s of %(all)s lines"),
        "before": _("Lines before"),
        "after": _("Lines after"),
        "sketch": _("Sketch of the field book"),
        "basis": {
            "place": _("Where the point may lie"),
            "gps": _("Grid, against GPS positions"),
            "legs": _("North and units, against GPS positions"),
            "north": _("Which north?"),
        },
        "fields": {
            "crs": _("Coordinate system"),
            "north": _("North"),
            "bearing_unit": _("Unit of bearings"),
            "distance_unit": _("Unit of distances"),
            "swapped": _("The two numbers the other way round"),
            "notation": _("Decimals are minutes"),
            "back": _("Bearings read looking back"),
        },
    }


@login_required
@require_safe
def sheet(request: HttpRequest, ref: str) -> HttpResponse:
    found = seen(request.user, ref)
    may_enter = may_do(request.user, "enter", found)
    newer = SurveySheet.objects.visible_to(request.user).filter(replaces=found).first()
    handed = found.report is not None and found.report.state in OPEN_STATES
    context = {
        **sheet_context(request.user, found),
        "newer": newer,
        "kinds": tuple(files.KINDS),
        "may_correct": may_enter and newer is None,
        "may_hand_over": may_enter
        and newer is None
        and not handed
        and found.ground is not None
        and found.state == "draft",
        "may_redraw": may_enter and newer is None and is_outdated(found),
        "kept_key": request.GET.get("kept", "")[:80],
    }
    response = render(request, "mineaction/fieldbook/sheet.html", context)
    response["ETag"] = record_etag(found)
    return response


@login_required
@require_safe
def scan(request: HttpRequest, ref: str) -> Any:
    return scan_file(seen(request.user, ref))


@login_required
@require_safe
def file(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    if kind not in files.KINDS:
        raise Http404
    found = seen(request.user, ref)
    if found.ground is None and kind != "pdf":
        raise Http404
    return files.send(request, found, kind)


@login_required
@require_POST
def draw_again(request: HttpRequest, ref: str) -> HttpResponse:
    found = seen(request.user, ref)
    if not may_do(request.user, "enter", found):
        raise PermissionDenied
    try:
        again = redraw(found, by=request.user, version=version_read(request.POST.get("version", "")))
    except Stale:
        messages.error(request, _("Somebody changed this sheet meanwhile. Look at it again."))
        return redirect("mineaction-sheet", found.ref)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("mineaction-sheet", found.ref)
    messages.success(request, _("The sheet was drawn again by today's method."))
    return redirect("mineaction-sheet", again.ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand(request: HttpRequest, ref: str) -> HttpResponse:
    found = seen(request.user, ref)
    if not may_do(request.user, "enter", found):
        raise PermissionDenied
    initial = {"what": request.GET.get("what", "new"), "hazard": found.hazard.ref if found.hazard else ""}
    form = HandForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                report = hand_over(found, form.given(request.user), by=request.user)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request,
                    _("Submitted as report %(report)s: it waits for its gates.") % {"report": report.reference},
                )
                return redirect(files.report_url(report))
    context = {"form": form, "sheet": found, "demonstration": found.source == Source.DEMONSTRATION}
    return render(request, "mineaction/fieldbook/hand.html", context, status=status)
