"""Imports: their list, the page of one (which shows the state that it is in), and what is decided about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rafid.commons.streaming import in_language

from .. import watching
from ..imports import NotNow, Refused
from ..imports.messages import in_languages
from ..imports.preview import columns_of, problem_counts, shown_rows
from ..imports.report import rest_csv, rest_xlsx
from ..imports.runs import cancel as give_up
from ..imports.runs import same_as_seen
from ..imports.targets import Target, targets, targets_for
from ..imports.undo import CannotUndo, in_the_way, undo
from ..imports.work import begin_applying
from ..models import ImportRow, ImportRun, RunState
from ..tabular import TableError
from .import_access import back, frame, must_act, run_or_404, target_or_none
from .import_done import done_page, undo_page

PAGE = 50
MOST_SHEET_ROWS = 1_000_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    runs = ImportRun.objects.visible_to(request.user).select_related("owner", "made_by", "task")
    asked = request.GET
    if asked.get("state") in RunState.values:
        runs = runs.filter(state=asked["state"])
    if asked.get("target"):
        runs = runs.filter(target=asked["target"].replace("\x00", ""))
    if asked.get("mine"):
        runs = runs.filter(made_by=request.user.pk)
    if asked.get("q"):
        runs = runs.filter(file_name__icontains=asked["q"].replace("\x00", ""))
    page = Paginator(runs.order_by("-made_at", "pk"), PAGE).get_page(asked.get("page"))
    names = {code: target.name for code, target in targets().items()}
    return render(
        request,
        "records/imports.html",
        {
            "page": page,
            "rows": [{"run": run, "target": names.get(run.target, run.target)} for run in page],
            "states": RunState.choices,
            "targets": sorted(names.items(), key=lambda one: one[1]),
            "asked": asked,
            "filtered": any(asked.get(name) for name in ("state", "target", "mine", "q")),
            "may_import": bool(targets_for(request.user)),
        },
    )


@login_required
@require_GET
def run_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = run_or_404(request, pk)
    target = target_or_none(run)
    busy = run.state in (RunState.STAGING, RunState.APPLYING)
    if getattr(request, "htmx", False) and not busy:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    if busy:
        return _running(request, run, target)
    context = frame(request, run, target, "rows")
    if run.state == RunState.RECEIVED and context["may_act"]:
        return redirect("import-columns", run.pk)
    if run.state == RunState.STAGED and target is not None:
        return _rows(request, run, target, context)
    return done_page(request, run, target, context)


def _running(request: HttpRequest, run: ImportRun, target: Target | None) -> HttpResponse:
    done = (run.task.done if run.task else 0) or run.progress.get("done") or 0
    of = (run.task.of if run.task else None) or run.progress.get("of")
    # How many rows there are is an estimate that may be one too high.
    comparing = run.state == RunState.STAGING and of is not None and done >= of - 1
    part = {
        "percent": None if comparing else watching.percent(run.task),
        "done": done,
        "of": of,
        "comparing": comparing,
        "silent": watching.silence(run.task),
        "waiting": bool(run.task and run.task.state == "waiting"),
    }
    if getattr(request, "htmx", False):
        return render(request, "records/import_progress.html", {"run": run, **part})
    return render(request, "records/import_running.html", {**frame(request, run, target), **part})


def _rows(request: HttpRequest, run: ImportRun, target: Target, context: dict[str, Any]) -> HttpResponse:
    show = request.GET.get("show", "")
    column = request.GET.get("column", "").replace("\x00", "")
    rows = ImportRow.objects.filter(run_id=run.pk).order_by("number")
    if show == "problems":
        rows = rows.filter(problems__isnull=False)
        if "column" in request.GET:
            rows = rows.filter(problems__has_key=column)
    elif show == "warnings":
        rows = rows.filter(problems__isnull=True, warnings__isnull=False)
    outlook = {"new": 0, "replacing": 0, "same": 0, "to_check": 0, "sources": [], **(run.outlook or {})}
    paginator = Paginator(rows, PAGE)
    if not show:
        paginator.count = run.rows
    elif show == "problems" and "column" not in request.GET:
        paginator.count = run.bad
    elif show == "warnings":
        paginator.count = outlook["to_check"]
    page = paginator.get_page(request.GET.get("page"))
    return render(
        request,
        "records/import_rows.html",
        {
            **context,
            "columns": columns_of(run, target),
            "rows": shown_rows(page, run, target),
            "page": page,
            "show": show,
            "column": column if "column" in request.GET else None,
            "counts": problem_counts(run, target),
            "outlook": outlook,
            "unit": _("figures") if target.declared.apply else _("rows"),
            "sheet": run.bad <= MOST_SHEET_ROWS,
        },
    )


@login_required
@require_POST
def apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = run_or_404(request, pk)
    must_act(request, run)
    only_good = request.POST.get("only_good") == "1"
    try:
        if run.state == RunState.STAGED:
            same_as_seen(run, request.POST.get("seen", ""))
        run = begin_applying(run, only_good, request.user)
    except NotNow as reason:
        return back(request, run, reason)
    except Refused as refused:
        said = in_languages({"code": refused.code, "params": refused.params}, row=refused.number)
        return back(request, run, _("Nothing was recorded.") + " " + said[get_language() or "ar"])
    return redirect(run)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = run_or_404(request, pk)
    must_act(request, run)
    try:
        run = give_up(run)
    except NotNow as reason:
        return back(request, run, reason)
    messages.success(request, _("The import is cancelled. Nothing of the file was recorded."))
    return redirect(run)


@login_required
def undo_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = run_or_404(request, pk)
    target = must_act(request, run)
    if request.method != "POST":
        if run.state != RunState.APPLIED:
            return redirect(run)
        blocking = in_the_way(run)
        return undo_page(request, run, target, error=str(blocking or ""), refusal=blocking)
    try:
        run = undo(run, request.POST.get("why", ""), by=request.user)
    except CannotUndo as refusal:
        return undo_page(request, run, target, error=str(refusal), refusal=refusal, status=409)
    except NotNow as reason:
        if run.state != RunState.APPLIED:
            return back(request, run, reason)
        return undo_page(request, run, target, error=str(reason), status=422)
    messages.success(request, _("The import is undone. What it had recorded is taken back."))
    return redirect(run)


@login_required
@require_GET
def rest(request: HttpRequest, pk: UUID, ext: str) -> HttpResponse | StreamingHttpResponse:
    """The rows with problems, as they came, each with its reasons: to be corrected and sent again."""
    run = run_or_404(request, pk)
    target = target_or_none(run)
    if ext not in ("csv", "xlsx") or not run.bad:
        raise Http404
    answer: HttpResponse | StreamingHttpResponse
    try:
        if ext == "xlsx" and run.bad <= MOST_SHEET_ROWS:
            answer = HttpResponse(rest_xlsx(run, target), content_type=_XLSX)
        elif ext == "xlsx":
            raise Http404
        else:
            answer = StreamingHttpResponse(
                in_language(rest_csv(run, target), get_language()), content_type="text/csv; charset=utf-8"
            )
    except TableError as error:
        return back(request, run, error.text(_))
    name = f"{Path(run.file_name).stem}-rest.{ext}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


@login_required
@require_GET
def file(request: HttpRequest, pk: UUID) -> HttpResponse | FileResponse:
    """The file as it was sent; never shown by the browser itself."""
    run = run_or_404(request, pk)
    path = Path(settings.MEDIA_ROOT) / run.file_path
    if not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=run.file_name, content_type="application/octet-stream"
    )
