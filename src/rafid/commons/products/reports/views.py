"""Where a declared report is begun, and where its editions follow one another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rafid.commons.history import because
from rafid.commons.indicators.periods import is_period
from rafid.commons.names import pick
from rafid.commons.people.visibility import may_on
from rafid.commons.places.models import Place
from rafid.commons.records.forms import PlaceField
from rafid.commons.records.models import Sensitivity, State

from ..editions.kinds import maker_of
from ..editions.pages import recipe_worked_on
from ..models import Kind, Recipe
from ..release.decide import COMPOSE
from ..sheets.views import suggested
from .beginning import begin_later, open_to, recipe_of
from .declared import of_body


class NewReport(forms.Form):
    report = forms.ChoiceField(label=gettext_lazy("Which report"))
    place = PlaceField(
        label=gettext_lazy("Place"), required=False, help_text=gettext_lazy("Only where the report is about one place.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.there = {report.code: (programme, report) for programme, report in open_to(user)}
        self.fields["report"].choices = [  # type: ignore[attr-defined]
            (code, f"{pick(programme.names)}: {pick(report.title)}") for code, (programme, report) in self.there.items()
        ]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        chosen = self.there.get(found.get("report", ""))
        if chosen and chosen[1].of_place and not found.get("place") and "place" not in self.errors:
            self.add_error("place", _("Choose the place that it is about."))
        return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not open_to(request.user):
        raise Http404
    form = NewReport(request.POST or None, user=request.user, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        programme, report = form.there[form.cleaned_data["report"]]
        place: Place | None = form.cleaned_data["place"] if report.of_place else None
        return redirect("compose-report", recipe_of(programme, report, request.user, place).code)
    status = 422 if form.errors else 200
    return render(request, "products/sheets/new.html", {"form": form, "kind": Kind(Kind.REPORT)}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    recipe = recipe_worked_on(code, request.user, Kind.REPORT)
    error: list[str] = []
    if request.method == "POST":
        try:
            return _act(request, recipe)
        except ValidationError as refused:
            error = refused.messages
    editions = list(recipe.editions.order_by("-number")[:12])
    context = {
        "recipe": recipe, "error": error, "problems": maker_of(Kind.REPORT).problems(recipe.body), "editions": editions,
        "draft": next((one for one in editions if one.state == State.DRAFT), None), "suggested": suggested(recipe),
        "summary": pick(recipe.summary), "may_compose": may_on(request.user, COMPOSE, recipe),
        "place": Place.objects.filter(ref=recipe.body.get("place") or "").first(),
    }  # fmt: skip
    return render(request, "products/reports/report.html", context, status=422 if error else 200)


def _act(request: HttpRequest, recipe: Recipe) -> HttpResponse:
    if not may_on(request.user, COMPOSE, recipe):
        raise ValidationError(_("Your role does not allow this here."))
    if request.POST.get("do") == "next":
        period = request.POST.get("period", "").strip()
        if period and not is_period(period):
            raise ValidationError(_("“%s” is no period. Write 2026, 2026Q1, 202609 or 2026W5.") % period[:40])
        if of_body(recipe.body).every and not period:
            raise ValidationError(_("Say which period the edition is about."))
        return redirect("task", begin_later(recipe, request.user, period).pk)
    with transaction.atomic(), because("written"):
        found: Recipe = Recipe.objects.select_for_update(of=("self",)).get(pk=recipe.pk)
        if request.POST.get("version") != str(found.version):
            raise ValidationError(_("Somebody saved this since you opened it. Look at it and save again."))
        found.sensitivity = Sensitivity.PUBLIC if request.POST.get("sensitivity") == "0" else Sensitivity.PARTNER
        found.save()
    messages.success(request, _("Saved."))
    return redirect("compose-report", recipe.code)


urls: list[URLPattern] = [
    path("compose/reports/new/", new, name="compose-report-new"),
    path("compose/reports/<str:code>/", page, name="compose-report"),
]
