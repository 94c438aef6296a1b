"""Priorities with the range of each rank, and the strategy's targets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.people.models import Organisation
from rafid.commons.programme import Field
from rafid.commons.records.change import Refused
from rafid.commons.writing import number

from ..declared import three
from ..models import Better, Hazard, HazardPriority, StrategyTarget, WeightSet
from ..picture.asked import Asked
from ..picture.files import send_rows
from ..picture.frame import frame
from ..seeing import AUTHORITY, held, may_anywhere, may_here
from . import priorities, strategy
from .choosing import acted_for
from .facts import FACTS
from .forms import PlaceField, Versioned, offer_authorities

PAGE = 50
TITLE = three("الأولويات", "ئەولەویەتەکان", "Priorities")


def _owners(user: Any) -> list[Organisation]:
    """The authorities whose ranks the person sees."""
    seen = WeightSet.objects.visible_to(user).values("owner")
    return list(Organisation.objects.filter(pk__in=seen).order_by("ref"))


def _asked(request: HttpRequest) -> tuple[Organisation | None, WeightSet | None, list[WeightSet]]:
    if not held(request.user, AUTHORITY):
        raise Http404
    owners = _owners(request.user) or list(acted_for(request.user, "prioritise")[:1])
    owner = next((one for one in owners if one.ref == request.GET.get("authority")), owners[0] if owners else None)
    if owner is None:
        return None, None, []
    versions = list(WeightSet.objects.visible_to(request.user).filter(owner=owner).order_by("-number"))
    chosen = next(
        (one for one in versions if str(one.number) == request.GET.get("version")), versions[0] if versions else None
    )
    return owner, chosen, versions


def _ranks(user: Any, chosen: WeightSet | None) -> Any:
    rows = HazardPriority.objects.visible_to(user).filter(weight_set=chosen, hazard__deleted_at=None)
    return rows.select_related("hazard__place").order_by("rank", "hazard__ref")


@login_required
@require_safe
def ranked(request: HttpRequest) -> HttpResponse:
    owner, chosen, versions = _asked(request)
    rows = _ranks(request.user, chosen)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    most = max(rows.count(), 1)
    codes = list(chosen.weights) if chosen else []
    named = {one.code: one for one in priorities.criteria(owner)} if owner else {}
    total = sum(chosen.weights.values()) if chosen else 0
    context = {
        "owner": owner,
        "owners": _owners(request.user),
        "chosen": chosen,
        "versions": versions,
        "page": page,
        "count": rows.count(),
        "criteria": [
            {
                "name": (named[code].name if code in named else "") or code,
                "weight": 100 * chosen.weights[code] / total,
                "unit": FACTS[named[code].field].unit if code in named and named[code].field in FACTS else "",
            }
            for code in codes
        ]
        if chosen
        else [],
        "rows": [_row(one, codes, most) for one in page],
        "may": owner is not None and may_here(request.user, "prioritise", owner=owner.pk, side="authority"),
        "computed_at": page[0].computed_at if page.object_list else None,
        "frame": frame(Asked(timezone.localdate()), None, Hazard.objects.filter(owner=owner)),
        "query": request.GET.urlencode(),
    }
    return render(request, "mineaction/operations/priorities.html", context)


def _shown(value: float | None) -> str:
    """Counts without decimals."""
    return "–" if value is None else number(value, 0 if float(value).is_integer() else 1)


def _row(one: HazardPriority, codes: list[str], most: int) -> dict[str, Any]:
    """``at``, ``from``, ``wide``: of the band, in hundredths of its width."""
    scale = 100 / most
    return {
        "one": one, "values": [_shown(one.values.get(code)) for code in codes],
        "from": round((one.rank_low - 1) * scale, 2), "wide": round(max((one.rank_high - one.rank_low + 1) * scale, 1), 2),
        "at": round((one.rank - 0.5) * scale, 2),
    }  # fmt: skip


@login_required
@require_safe
def ranked_file(request: HttpRequest, kind: str) -> Any:
    if kind not in ("csv", "xlsx"):
        raise Http404
    owner, chosen, _versions = _asked(request)
    if owner is None or chosen is None:
        raise Http404
    codes = list(chosen.weights)
    named = {one.code: one for one in priorities.criteria(owner)}
    fields = (
        Field("ref", three("المرجع", "ژمارەی تۆمار", "Reference")),
        Field("place", three("المكان", "شوێن", "Place")),
        Field("rank", three("الرتبة", "پلە", "Rank"), "integer"),
        Field("rank_low", three("أفضل رتبة", "باشترین پلە", "Best rank"), "integer"),
        Field("rank_high", three("أسوأ رتبة", "خراپترین پلە", "Worst rank"), "integer"),
        Field("score", three("الدرجة", "خاڵ", "Score"), "number"),
        *(
            Field(code, dict(named[code].names) if code in named else three(code, code, code), "number")
            for code in codes
        ),
        Field("note", three("ملاحظة", "تێبینی", "Note")),
    )
    framed = frame(Asked(timezone.localdate()), None, Hazard.objects.filter(owner=owner))
    note = f"{framed.said} · {_('Weights, version %(number)s') % {'number': chosen.number}}"
    rows = [
        {
            "ref": one.hazard.ref, "place": one.hazard.place.name if one.hazard.place else "", "rank": one.rank,
            "rank_low": one.rank_low, "rank_high": one.rank_high, "score": round(one.score, 4), "note": note,
            **{code: one.values.get(code) for code in codes},
        }
        for one in _ranks(request.user, chosen)
    ]  # fmt: skip
    return send_rows(
        request,
        kind,
        f"mineaction-priorities-{chosen.number}",
        TITLE,
        fields,
        rows,
        key=("rank", "ref"),
        about=note,
        located=False,
    )


class WeightsForm(forms.Form):
    def __init__(self, owner: Organisation, data: Any = None) -> None:
        last = priorities.newest(owner)
        super().__init__(data)
        for one in priorities.criteria(owner):
            self.fields[f"weight-{one.code}"] = forms.FloatField(
                label=one.name or one.code, min_value=0, max_value=1000, required=False,
                initial=last.weights.get(one.code, 0) if last else 1, widget=forms.NumberInput(attrs={"step": "any"}),
            )  # fmt: skip
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
        )

    @property
    def weights(self) -> dict[str, float]:
        return {
            name.removeprefix("weight-"): value or 0
            for name, value in self.cleaned_data.items()
            if name.startswith("weight-")
        }


class CriterionForm(Versioned):
    field = forms.ChoiceField(label=gettext_lazy("Fact"))
    better = forms.ChoiceField(label=gettext_lazy("More urgent with"), choices=Better.choices)
    low = forms.FloatField(label=gettext_lazy("Counts 0 at"), required=False)
    high = forms.FloatField(
        label=gettext_lazy("Counts 1 at"),
        required=False,
        help_text=gettext_lazy("Both empty: the least and the largest value."),
    )
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["field"].choices = [(code, fact.name) for code, fact in FACTS.items()]  # type: ignore[attr-defined]


class TargetForm(Versioned):
    authority = forms.ModelChoiceField(Organisation.objects.none(), label=pgettext_lazy("of mine action", "Authority"))
    period = forms.CharField(
        label=gettext_lazy("Period"), max_length=8, help_text=gettext_lazy("2026, 2026Q1 or 202609.")
    )
    indicator = forms.ChoiceField(
        label=gettext_lazy("What is aimed at"), choices=[(code, one.name) for code, one in strategy.MEASURES.items()]
    )
    value = forms.FloatField(label=pgettext_lazy("an aim", "Target"), min_value=0)
    place = PlaceField(required=False)
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=300)

    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(data, initial={"period": str(timezone.localdate().year)})
        offer_authorities(self, user, "prioritise")


def _mine(request: HttpRequest) -> Organisation:
    owners = list(acted_for(request.user, "prioritise"))
    found = next((one for one in owners if one.ref == request.GET.get("authority")), owners[0] if owners else None)
    if found is None:
        raise PermissionDenied
    return found


def _form(request: HttpRequest, form: Any, title: str, back: str, lead: str = "") -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back": back,
        "save": _("Save"),
        "lead": lead,
        "trail": [(back, _("Go back"))],
    }
    return render(request, "mineaction/entry.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def weights(request: HttpRequest) -> HttpResponse:
    owner = _mine(request)
    form = WeightsForm(owner, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = priorities.set_weights(
                owner=owner, by=request.user, weights=form.weights, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Version %(number)s of the weights is set, and hazards are ranked by it.") % {"number": made.number},
            )
            return redirect("mineaction-priorities")
    return _form(
        request,
        form,
        _("New weights"),
        reverse("mineaction-priorities"),
        _("Weights are parts of their sum. A new version keeps the ranks of the one before."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def criterion(request: HttpRequest) -> HttpResponse:
    owner = _mine(request)
    form = CriterionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.given
        try:
            priorities.add_criterion(owner=owner, by=request.user, names=_names(given["field"]), **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The criterion is entered. Give it a weight."))
            return redirect("mineaction-weights")
    return _form(request, form, _("New criterion"), reverse("mineaction-priorities"))


def _names(code: str) -> dict[str, str]:
    from django.utils.translation import override

    found = {}
    for language in ("ar", "ckb", "en"):
        with override(language):
            found[language] = str(FACTS[code].name)
    return found


@login_required
@require_http_methods(["POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Ranks by the newest weights, as things stand now."""
    owner = _mine(request)
    last = priorities.newest(owner)
    if last is None:
        raise Http404
    try:
        count = priorities.compute(last)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Hazards ranked: %(count)s.") % {"count": count})
    return redirect("mineaction-priorities")


@login_required
@require_safe
def aims(request: HttpRequest) -> HttpResponse:
    rows = strategy.standings(StrategyTarget.objects.visible_to(request.user))
    context = {
        "rows": rows, "may": may_anywhere(request.user, "prioritise"),
        "frame": frame(Asked(timezone.localdate()), None, StrategyTarget.objects.visible_to(request.user)),
    }  # fmt: skip
    return render(request, "mineaction/operations/strategy.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def aim(request: HttpRequest) -> HttpResponse:
    if not may_anywhere(request.user, "prioritise"):
        raise PermissionDenied
    form = TargetForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.given
        owner = given.pop("authority")
        if not may_here(request.user, "prioritise", owner=owner.pk, place=given.get("place"), side="authority"):
            raise PermissionDenied
        try:
            strategy.aim(owner=owner, by=request.user, **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The target is entered. Everybody sees it."))
            return redirect("mineaction-strategy")
    return _form(request, form, _("New target"), reverse("mineaction-strategy"))
