"""The release desk: what waits, what each version would tell, and what is decided of it."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons import writing
from rafid.commons.history import because
from rafid.commons.names import in_three, pick
from rafid.commons.people.visibility import may, may_on
from rafid.commons.programme import Field, installed
from rafid.commons.records.tasks import Failure, start
from rafid.methods.disclosure import TooLargeError

from ..catalogue.finding import reads
from ..models import Dataset, DatasetVersion, VersionState
from ..models.catalogue import MayLeave
from ..released_table import ReleasedTable
from ..starting import products_of
from . import decide
from .decide import COMPOSE, PUBLISH, STEWARD
from .differences import changed_rows
from .freeze import make_version
from .guard import TooManyCellsError
from .uploaded import MOST, SAID, BadRows, TooManyRowsError, uploaded_rows
from .words import audience_words, cell_words, field_titles, interval_words, problem_words, sum_words, why_words

PREVIEW, CHANGES = 30, 30
OWN_NAMES = (("ar", "العربية"), ("ckb", "کوردی"), ("en", "English"))
OPEN = (VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED)


def works_here(user: Any) -> bool:
    """Has the desk anything to do for this person?"""
    names = [one.name for one in installed()]
    return any(may(user, action, name) for action in (COMPOSE, STEWARD, PUBLISH) for name in names)


def dataset_worked_on(code: str, user: Any) -> Dataset:
    """For whoever composes, guards or publishes it; for all others it is not there."""
    found = Dataset.objects.filter(code=code).first()
    if found is None or not any(may_on(user, action, found) for action in (COMPOSE, STEWARD, PUBLISH)):
        raise Http404
    return found


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    if not works_here(request.user):
        raise Http404
    mine = [
        one for one in Dataset.objects.select_related("owner").order_by("programme", "code")
        if any(may_on(request.user, action, one) for action in (COMPOSE, STEWARD, PUBLISH))
    ]  # fmt: skip
    waiting = list(
        DatasetVersion.objects.filter(dataset__in=mine, state__in=OPEN)
        .select_related("dataset", "made_by")
        .order_by("-made_at")
    )
    for version in waiting:
        version.for_you = _next_step(version, request.user) != ""  # type: ignore[attr-defined]
    out = {
        version.dataset_id: version
        for version in DatasetVersion.objects.filter(dataset__in=mine, state=VersionState.PUBLISHED).order_by("number")
    }
    rows = [{"dataset": one, "version": out.get(one.pk)} for one in mine]
    return render(request, "products/desk/desk.html", {"waiting": waiting, "rows": rows})


def turns(user: Any) -> list[DatasetVersion]:
    """Versions with which this person may do something now, the oldest first."""
    if not works_here(user):
        return []
    rows = DatasetVersion.objects.filter(state__in=OPEN).select_related("dataset", "made_by").order_by("made_at")
    return [one for one in rows if _next_step(one, user)]


def _next_step(version: DatasetVersion, user: Any) -> str:
    """What this person may do next with it: review, approve, publish; empty where it is another's turn."""
    dataset = version.dataset
    if version.state == VersionState.DRAFT and may_on(user, COMPOSE, dataset):
        return "review"
    if version.state == VersionState.IN_REVIEW and may_on(user, STEWARD, dataset) and version.made_by_id != user.pk:
        return "approve"
    if version.state == VersionState.APPROVED and may_on(user, PUBLISH, dataset):
        return "publish"
    return ""


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Dataset
        fields = ("k", "least_share", "points", "grid_m", "inner_m", "outer_m", "may_leave")
        labels = {
            "k": gettext_lazy("Smallest count that may be shown (k)"),
            "least_share": gettext_lazy("Least share of reporters (0 to 1)"),
            "points": gettext_lazy("Positions"),
            "grid_m": gettext_lazy("Grid, in metres"),
            "inner_m": gettext_lazy("Displaced by at least, in metres"),
            "outer_m": gettext_lazy("Displaced by at most, in metres"),
            "may_leave": gettext_lazy("It may go to"),
        }

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if (found.get("k") or 0) < 2:
            self.add_error("k", _("k is at least 2: with 1 nothing would be withheld."))
        share = found.get("least_share")
        if share is not None and not 0 <= share <= 1:
            self.add_error("least_share", _("Write a share from 0 to 1."))
        if found.get("points") == "grid" and not found.get("grid_m"):
            self.add_error("grid_m", _("Say how wide a cell of the grid is."))
        if found.get("points") == "displaced":
            inner, outer = found.get("inner_m"), found.get("outer_m")
            if inner is None or outer is None or outer <= inner:
                self.add_error("outer_m", _("Say two distances, the second one larger."))
        return found


@login_required
@require_http_methods(["GET", "POST"])
def dataset_page(request: HttpRequest, code: str) -> HttpResponse:
    """One dataset: its versions, its policy, a new version, its withdrawal."""
    dataset = dataset_worked_on(code, request.user)
    guards = may_on(request.user, STEWARD, dataset)
    form = PolicyForm(request.POST if request.POST.get("action") == "policy" else None, instance=dataset)
    error: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            answer = _act(request, dataset, form, guards)
            if answer is not None:
                return answer
        except ValidationError as refused:
            error = refused.messages
        status = 422
    return render(
        request,
        "products/desk/dataset.html",
        {
            "dataset": Dataset.objects.get(pk=dataset.pk), "policy": form, "may_guard": guards, "error": error,
            "versions": [(one, audience(one.sensitivity)) for one in
                         dataset.versions.select_related("made_by").order_by("-number")],
            "may_make": may_on(request.user, COMPOSE, dataset), "may_withdraw": may_on(request.user, PUBLISH, dataset),
            "withdrawn": dataset.said("withdrawn_why"), "three_languages": OWN_NAMES,
        },
        status=status,
    )  # fmt: skip


def _act(request: HttpRequest, dataset: Dataset, form: PolicyForm, guards: bool) -> HttpResponse | None:
    action = request.POST.get("action", "")
    if action == "policy":
        if not guards:
            raise ValidationError(_("Your role does not allow this here."))
        if not form.is_valid():
            return None
        with because(request.POST.get("why", "")[:500] or "policy"):
            form.save()
        messages.success(request, _("The policy is kept. It holds for the versions made from now on."))
        return redirect("desk-dataset", dataset.code)
    if action == "make":
        if not may_on(request.user, COMPOSE, dataset):
            raise ValidationError(_("Your role does not allow this here."))
        task = start(
            "release",
            "rafid.commons.products.release.desk:make",
            {"dataset": str(dataset.pk), "by": str(request.user.pk), "reach": request.POST.get("reach", "")},
            about=in_three(gettext_noop("A version of %(dataset)s is made"), dataset=dataset.names),
            link=f"/desk/{dataset.code}/newest/",
            by=request.user,
        )
        return redirect("task", task.pk)
    if action == "withdraw":
        why = {code: request.POST.get(f"why_{code}", "").strip()[:2000] for code in ("ar", "ckb", "en")}
        decide.withdraw(dataset, request.user, why=why)
        messages.success(request, _("It is withdrawn. Its page says why."))
        return redirect("desk-dataset", dataset.code)
    raise ValidationError(_("This is nothing that the page does."))


def make(progress: Any, *, dataset: str, by: str, reach: str = "") -> None:
    """The task behind "make a version". Made twice by a resumed task, the second is one version more, and harmless."""
    from rafid.commons.people.models import Account

    found = Dataset.objects.get(pk=dataset)
    try:
        make_version(
            found, Account.objects.get(pk=by), reach=reach if reach in ("public", "partners", "nobody") else ""
        )
    except BadRows as bad:
        said = _in_each_language(found, bad)
        raise Failure(in_three(gettext_noop("The table has rows that cannot be read: %(rows)s"), rows=said)) from bad
    except TooManyRowsError as many:
        raise Failure(in_three(TOO_MANY_ROWS, most=f"{MOST:,}")) from many
    except TooManyCellsError as many:
        raise Failure(in_three(TOO_LARGE, cells=f"{many.cells:,}")) from many
    except TooLargeError as large:
        raise Failure(in_three(TOO_LONG)) from large
    except ValueError as wrong:
        raise Failure(in_three(gettext_noop("A measure is no count: %(what)s"), what=str(wrong))) from wrong
    except LookupError as gone:
        raise Failure(
            in_three(gettext_noop("Its programme declares it no longer; there are no rows to read."))
        ) from gone


TOO_MANY_ROWS = gettext_noop(
    "The table has more than %(most)s rows, the most that a version holds. Sum them up by place or period, or split the table."
)
TOO_LARGE = gettext_noop(
    "The table has %(cells)s counts, too many to try what a reader could work out. It is not released unchecked: take larger "
    "areas, wider groups or fewer breakdowns, or make two datasets of it."
)
TOO_LONG = gettext_noop(
    "To hide the small counts of this table takes too long. It is not released unchecked: take larger areas, wider groups or "
    "fewer breakdowns, or make two datasets of it."
)


def _in_each_language(dataset: Dataset, bad: BadRows) -> dict[str, str]:
    """The sentences are made while the rows are read, so the rows are read once for each language."""
    said = {}
    for code, _name in OWN_NAMES:
        with override(code):
            try:
                uploaded_rows(dataset, None, 0)
                rows = bad.rows
            except BadRows as again:
                rows = again.rows
        said[code] = "; ".join(f"{number} {field}: {sentence}" for number, field, sentence in rows[:SAID])
    return said


@login_required
@require_safe
def newest(request: HttpRequest, code: str) -> HttpResponse:
    dataset = dataset_worked_on(code, request.user)
    last = dataset.versions.order_by("-number").first()
    return redirect("desk-version", code, last.number) if last else redirect("desk-dataset", code)


@login_required
@require_http_methods(["GET", "POST"])
def version_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    dataset = dataset_worked_on(code, request.user)
    version = dataset.versions.filter(number=number).select_related("made_by", "dataset").first()
    if version is None:
        raise Http404
    error: list[str] = []
    if request.method == "POST":
        try:
            _decide(request, version)
            return redirect("desk-version", code, number)
        except ValidationError as refused:
            error = refused.messages
        version.refresh_from_db()
    return render(
        request,
        "products/desk/version.html",
        _context(request, version) | {"error": error},
        status=422 if error else 200,
    )


def _decide(request: HttpRequest, version: DatasetVersion) -> None:
    action, why = request.POST.get("action", ""), request.POST.get("why", "").strip()[:2000]
    if action == "review":
        decide.send_to_review(version, request.user)
        messages.success(request, _("It waits for a data steward."))
    elif action == "approve":
        decide.approve(version, request.user, why=why, incomplete=bool(request.POST.get("incomplete")))
        messages.success(request, _("Approved. It can be published."))
    elif action == "back":
        decide.send_back(version, request.user, why=why)
        messages.success(request, _("Sent back."))
    elif action == "publish":
        decide.publish(version, request.user)
        messages.success(request, _("Published."))
    else:
        raise ValidationError(_("This is nothing that the page does."))


def _context(request: HttpRequest, version: DatasetVersion) -> dict[str, Any]:
    report = version.report
    listed = report.get("withheld", [])
    problems = report.get("problems", [])
    told = {*report.get("told_before", []), *(one.get("cell", "") for one in problems), *(one["key"] for one in listed)}
    cells = cell_words(told, version)
    titles = field_titles(version)
    before = version.dataset.versions.filter(number=version.changes.get("against") or 0).first()
    table = ReleasedTable(version)
    return {
        "dataset": version.dataset,
        "release": version,
        "report": report,
        "audience": audience(version.sensitivity),
        "step": _next_step(version, request.user),
        "may_send_back": may_on(request.user, STEWARD, version.dataset)
        and version.state in (VersionState.IN_REVIEW, VersionState.APPROVED),
        "own": version.made_by_id == request.user.pk,
        "sees_rows": _sees_rows(version, request.user),
        "missing": decide.missing_languages(version.dataset),
        "withheld": [
            {
                "cell": cells.get(one["key"], ""),
                "field": titles.get(one["field"], one["field"]),
                "why": why_words(one["why"]),
                "small": one["why"] == "primary",
                "interval": interval_words(one.get("low"), one.get("high")),
            }
            for one in listed
        ],
        "told_before": [cells.get(key, key) for key in report.get("told_before", [])],
        "problems": [problem_words(one, cells) for one in problems],
        "audiences": [audience_words(one) for one in report.get("audiences", [])],
        "found_sums": sum_words(version),
        "diversity": [(titles.get(name, name), value) for name, value in (report.get("diversity") or {}).items()],
        "fields": [
            (titles[name], name, is_number(field)) for name, field in zip(table.names, table.fields, strict=True)
        ],
        "rows": [
            [(in_words(field, value), is_number(field)) for field, value in zip(table.fields, line.values, strict=True)]
            for line in table.lines(limit=PREVIEW)
        ],
        "preview": PREVIEW,
        "changes": _changes(before, version, titles) if before else [],
        "is_out": version.state == VersionState.PUBLISHED,
        "products": products_of(version.dataset, request.user) if version.state == VersionState.PUBLISHED else [],
        "decisions": version.decisions.select_related("by").order_by("at"),
    }


def audience(sensitivity: int) -> str:
    """Whom a version of that sensitivity reaches."""
    return str(dict(MayLeave.choices)[{0: "public", 1: "partners", 2: "nobody"}[sensitivity]])


def _sees_rows(version: DatasetVersion, user: Any) -> bool:
    """Before it is approved, what a version holds is for its maker and the stewards; then for those whom it is for."""
    if version.made_by_id == user.pk or may_on(user, STEWARD, version.dataset):
        return True
    return version.state not in (VersionState.DRAFT, VersionState.IN_REVIEW) and version.sensitivity <= reads(
        user, version.dataset
    )


def in_words(field: Field, value: Any) -> Any:
    """Codes as the reader knows them; periods, numbers and nothing as a page writes them."""
    names = (field.choices or {}).get(value) if isinstance(value, str) else None
    if names:
        return pick(names)
    if field.kind == "period" and isinstance(value, str):
        return writing.period(value)
    return writing.number(value) if is_number(field) and isinstance(value, int | float) else _shown(value)


def is_number(field: Field) -> bool:
    return field.kind in ("number", "integer")


def _shown(value: Any) -> Any:
    return "" if value is None else value


def _changes(before: DatasetVersion, version: DatasetVersion, titles: dict[str, str]) -> list[dict[str, Any]]:
    """Rows that differ, each with its fields before and after."""
    found = []
    for old_key, new_key, old, new in changed_rows(before, version, CHANGES):
        old, new = _mapping(old), _mapping(new)
        names = [name for name in titles if (old or {}).get(name) != (new or {}).get(name)]
        found.append(
            {
                "key": (new_key or old_key or "").replace("|", " · "),
                "kind": "added" if old is None else "removed" if new is None else "changed",
                "fields": [(titles[name], _shown((old or {}).get(name)), _shown((new or {}).get(name))) for name in names]
                if old is not None and new is not None else [],
            }
        )  # fmt: skip
    return found


def _mapping(value: Any) -> dict[str, Any] | None:
    return json.loads(value) if isinstance(value, str) else value


urls: list[URLPattern] = [
    path("desk/", page, name="desk"),
    path("desk/<str:code>/", dataset_page, name="desk-dataset"),
    path("desk/<str:code>/newest/", newest, name="desk-newest"),
    path("desk/<str:code>/<int:number>/", version_page, name="desk-version"),
]
