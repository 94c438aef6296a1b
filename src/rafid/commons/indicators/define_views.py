"""Pages on which staff define indicators, adopt them, and set targets and baselines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from rafid.commons.names import pick
from rafid.commons.people.fields import PlaceField
from rafid.commons.people.visibility import may
from rafid.commons.places.country import country
from rafid.commons.places.models import Place
from rafid.commons.programme import installed
from rafid.commons.records.models import Sensitivity

from .aims import KINDS, aims_of, drop_aim, set_aim
from .define import COMPOSE, DIRECTIONS, PUBLISH, ROLLUPS, adopt, dimensions, retire, write_draft
from .models import Indicator, IndicatorState, Kind
from .views import ROLLUPS as ROLLUP_WORDS

LANGUAGES = (("ar", "العربية"), ("ckb", "کوردی"), ("en", "English"))
DIRECTION_WORDS = {
    "more": gettext_lazy("More is better"),
    "less": gettext_lazy("Less is better"),
    "neither": gettext_lazy("Neither"),
}


PLAIN = (
    "code", "programme", "unit", "kind", "numerator", "denominator", "multiplier", "rollup", "by", "direction", "source",
    "sensitivity",
)  # fmt: skip
ORDER = (
    "code", "programme", "name_ar", "name_ckb", "name_en", "definition_ar", "definition_ckb", "definition_en", "kind", "unit",
    "numerator", "denominator", "multiplier", "rollup", "by", "direction", "method_ar", "method_ckb", "method_en",
)  # fmt: skip


class DefinitionForm(forms.Form):
    """Names, definition and method in three languages are added by the constructor."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=80,
        help_text=gettext_lazy("Its address, for ever: small letters and hyphens"),
    )
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    numerator = forms.CharField(
        label=gettext_lazy("Numerator"), required=False,
        help_text=gettext_lazy("An indicator's code, as population{sex=female}, or a sentence"),
    )  # fmt: skip
    denominator = forms.CharField(label=gettext_lazy("Denominator"), required=False)
    multiplier = forms.FloatField(label=gettext_lazy("Multiplier"), initial=1, localize=False)
    rollup = forms.ChoiceField(label=gettext_lazy("Larger areas"))
    by = forms.MultipleChoiceField(
        label=gettext_lazy("Broken down by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    direction = forms.ChoiceField(label=gettext_lazy("Direction"))
    source = forms.CharField(label=gettext_lazy("Source"), required=False)
    sensitivity = forms.TypedChoiceField(
        label=gettext_lazy("Who may see it"), choices=Sensitivity.choices, coerce=int, initial=Sensitivity.PARTNER,
        help_text=gettext_lazy(
            "Where people are counted, choose partners: the release desk then publishes the figures without small counts."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"] = forms.ChoiceField(label=_("Programme"), choices=programmes)
        for name, title in (("name", _("Name")), ("definition", _("Definition")), ("method", _("Method"))):
            for language, own in LANGUAGES:
                widget = forms.TextInput if name == "name" else forms.Textarea
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=f"{title} ({own})", required=False, max_length=300 if name == "name" else 4000,
                    widget=widget({"lang": language, "dir": "auto"} | ({} if name == "name" else {"rows": 2})),
                )  # fmt: skip
        self.fields["rollup"].choices = [(one, ROLLUP_WORDS[one]) for one in ROLLUPS]  # type: ignore[attr-defined]
        self.fields["by"].choices = dimensions()  # type: ignore[attr-defined]
        self.fields["direction"].choices = [(one, DIRECTION_WORDS[one]) for one in DIRECTIONS]  # type: ignore[attr-defined]
        if fixed:
            self.fields["code"].widget.attrs["readonly"] = True
        self.order_fields(ORDER)

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        found = {
            name: said[name] for name in said if not name.startswith(("definition_", "method_", "code", "programme"))
        }
        for name in ("definition", "method"):
            found[name] = {language: said[f"{name}_{language}"].strip() for language, _own in LANGUAGES}
        return found | {"by": sorted(said["by"])}


def _programmes(user: Any) -> list[tuple[str, str]]:
    return [(one.name, pick(one.names)) for one in installed() if may(user, COMPOSE, one.name)]


def _initial(row: Indicator) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in PLAIN}
    for language, _own in LANGUAGES:
        found[f"name_{language}"] = row.names[language]
        found[f"definition_{language}"] = row.definition.get(language, "")
        found[f"method_{language}"] = row.method.get(language, "")
    return found


@login_required
@require_http_methods(["GET", "POST"])
def define(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new definition, the draft of one, or the next version of an adopted one."""
    programmes = _programmes(request.user)
    if not programmes:
        raise Http404
    row = None
    if code:
        row = Indicator.objects.visible_to(request.user).filter(code=code).order_by("-version").first()
        if row is None or row.declared or row.programme not in dict(programmes):
            raise Http404
    form = DefinitionForm(
        request.POST if request.method == "POST" else None, initial=_initial(row) if row else None,
        programmes=programmes, fixed=bool(row),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            draft = write_draft(
                code or form.cleaned_data["code"].strip(), form.cleaned_data["programme"], form.values(), request.user
            )
        except ValidationError as refused:
            for name, said in (
                refused.message_dict.items() if hasattr(refused, "error_dict") else [(None, refused.messages)]
            ):
                form.add_error(name if name in form.fields else None, said)
        else:
            messages.success(request, _("The draft is kept. Somebody else adopts it."))
            return redirect("indicator-draft", draft.code)
    return render(
        request,
        "indicators/define.html",
        {"form": form, "row": row},
        status=422 if form.is_bound and form.errors else 200,
    )


def _draft(request: HttpRequest, code: str) -> Indicator:
    row = Indicator.objects.visible_to(request.user).filter(code=code, state=IndicatorState.DRAFT).first()
    if row is None or not (may(request.user, COMPOSE, row.programme) or may(request.user, PUBLISH, row.programme)):
        raise Http404
    return row


@login_required
@require_http_methods(["GET", "POST"])
def draft_page(request: HttpRequest, code: str) -> HttpResponse:
    """What a draft would mean, beside what stands now; adopted by somebody else than its writer."""
    row = _draft(request, code)
    before = Indicator.objects.filter(code=code, state=IndicatorState.ADOPTED).first()
    error: list[str] = []
    if request.method == "POST":
        try:
            adopt(row, request.user)
        except ValidationError as refused:
            error = refused.messages
        else:
            messages.success(request, _("Adopted. Figures are recorded by this definition from now on."))
            return redirect("indicator", code)
    context = {
        "row": row, "before": before, "error": error, "own": row.made_by_id == request.user.pk,
        "may_adopt": may(request.user, PUBLISH, row.programme), "may_write": may(request.user, COMPOSE, row.programme),
        "facts": _facts(row, before), "rollup": ROLLUP_WORDS.get(row.rollup, ""),
    }  # fmt: skip
    return render(request, "indicators/draft.html", context, status=422 if error else 200)


def _facts(row: Indicator, before: Indicator | None) -> list[tuple[str, str, str]]:
    """Title, what stood, what is to stand; where the two differ the page says so."""
    titles = {
        "name": _("Name"), "definition_text": _("Definition"), "kind_words": _("Kind"), "unit": _("Unit"),
        "numerator": _("Numerator"), "denominator": _("Denominator"), "multiplier": _("Multiplier"),
        "rollup_words": _("Larger areas"), "by_words": _("Broken down by"), "method_text": _("Method"), "source": _("Source"),
    }  # fmt: skip

    def said(one: Indicator | None, name: str) -> str:
        if one is None:
            return ""
        if name == "kind_words":
            return str(Kind(one.kind).label)
        if name == "rollup_words":
            return str(ROLLUP_WORDS.get(one.rollup, ""))
        if name == "by_words":
            return " · ".join(str(title) for code, title in dimensions() if code in one.by)
        return str(getattr(one, name))

    return [(title, said(before, name), said(row, name)) for name, title in titles.items()]


@login_required
@require_POST
def retire_view(request: HttpRequest, code: str) -> HttpResponse:
    row = Indicator.objects.visible_to(request.user).filter(code=code, state=IndicatorState.ADOPTED).first()
    if row is None or not may(request.user, PUBLISH, row.programme):
        raise Http404
    try:
        retire(row, request.user, why=request.POST.get("why", "")[:500])
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("indicator", code)
    messages.success(request, _("Retired. Its figures stay with their definition."))
    return redirect("indicators")


AIMS = [("target", gettext_lazy("Target")), ("baseline", gettext_lazy("Baseline"))]


class AimForm(forms.Form):
    what = forms.ChoiceField(label=gettext_lazy("What"), choices=AIMS)
    place = PlaceField(label=gettext_lazy("Place"))
    period = forms.CharField(label=gettext_lazy("Period"), max_length=10, help_text="2026 · 2026Q1 · 202609")
    value = forms.FloatField(label=gettext_lazy("Value"))
    source = forms.CharField(label=gettext_lazy("Who set it, and where it is written"), max_length=500)
    on = forms.DateField(label=gettext_lazy("Set on"), widget=forms.DateInput({"type": "date"}), required=False)


@login_required
@require_http_methods(["GET", "POST"])
def aims_page(request: HttpRequest, code: str) -> HttpResponse:
    row = Indicator.objects.visible_to(request.user).filter(code=code, state=IndicatorState.ADOPTED).first()
    if row is None or not may(request.user, COMPOSE, row.programme):
        raise Http404
    if request.method == "POST" and request.POST.get("drop") in KINDS:
        try:
            drop_aim(request.POST["drop"], request.POST.get("pk", ""), row, request.user)  # type: ignore[arg-type]
        except (ValidationError, ValueError):
            messages.error(request, _("There is no such target."))
        return redirect("indicator-aims", code)
    form = AimForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        place = said["place"] or Place.objects.get(ref=country().code)
        try:
            set_aim(
                said["what"],
                row,
                place,
                said["period"].strip(),
                said["value"],
                source=said["source"],
                on=said["on"],
                by=request.user,
            )
        except ValidationError as refused:
            for name, text in (
                refused.message_dict.items() if hasattr(refused, "error_dict") else [(None, refused.messages)]
            ):
                form.add_error(name if name in form.fields else None, text)
        else:
            messages.success(request, _("Kept."))
            return redirect("indicator-aims", code)
    context = {"indicator": row, "form": form, "aims": aims_of(code, None)}
    return render(request, "indicators/aims.html", context, status=422 if form.is_bound and form.errors else 200)


urls: list[URLPattern] = [
    path("indicators/new/", define, name="indicator-new"),
    path("indicators/<str:code>/define/", define, name="indicator-define"),
    path("indicators/<str:code>/draft/", draft_page, name="indicator-draft"),
    path("indicators/<str:code>/retire/", retire_view, name="indicator-retire"),
    path("indicators/<str:code>/targets/", aims_page, name="indicator-aims"),
]
