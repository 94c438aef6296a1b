"""A new sheet, bulletin or atlas: its name, code and programme; everything else is written on its own page."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rafid.commons.history import because
from rafid.commons.names import pick
from rafid.commons.people.visibility import may
from rafid.commons.programme import LANGUAGES, installed
from rafid.commons.records.models import Sensitivity

from ..models import Kind, Recipe
from ..release.decide import COMPOSE
from ..starting import Begun, begun_with, few_governorates, free_code
from .fields import Live, written
from .posted import empty

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
TAKEN = ("new",)


class NewForm(forms.Form):
    title_ar = forms.CharField(label=gettext_lazy("Title in Arabic"), max_length=300, required=False)
    title_ckb = forms.CharField(label=gettext_lazy("Title in Sorani"), max_length=300, required=False)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300, required=False)
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=80,
        help_text=gettext_lazy("Small Latin letters, digits and hyphens; it stands in the address for ever."),
    )  # fmt: skip
    programme = forms.ChoiceField(label=gettext_lazy("Programme"))
    every = forms.ChoiceField(label=gettext_lazy("How often"), required=False)

    def __init__(self, *args: Any, user: Any, periodic: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = composed(user)  # type: ignore[attr-defined]
        if periodic:
            from .views import EVERY

            self.fields["every"].choices = EVERY  # type: ignore[attr-defined]
        else:
            del self.fields["every"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if not _CODE.fullmatch(code) or code in TAKEN:
            raise forms.ValidationError(_("Use small Latin letters, digits and hyphens."))
        if Recipe.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is one of this code. Choose another."))
        return code

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not any((found.get(f"title_{code}") or "").strip() for code in ("ar", "ckb", "en")):
            self.add_error("title_ar", _("Write its title in at least one language."))
        return found


def composed(user: Any) -> list[tuple[str, str]]:
    """The programmes for which this person may compose."""
    return [(one.name, pick(one.names)) for one in installed() if may(user, COMPOSE, one.name)]


def _named(begun: Begun | None, kind: str) -> dict[str, Any]:
    """A document of a dataset is first called as the dataset is."""
    if begun is None:
        return {}
    titles = {f"title_{code}": text for code, text in begun.dataset.names.items()}
    code = free_code(begun.dataset, kind, lambda code: Recipe.objects.filter(code=code).exists())
    return titles | {"code": code, "programme": begun.dataset.programme}


def _first_body(begun: Begun | None) -> dict[str, Any]:
    """What the dataset counts, where it counts it, as a live figure to begin with."""
    if begun is None or begun.field is None:
        return {"blocks": []}
    places = few_governorates(begun.version, most=1)
    field = written(Live("dataset", begun.dataset.code, begun.field["name"]))
    names = begun.field.get("names") or {}
    label = {code: str(names.get(code) or begun.dataset.names[code]) for code in LANGUAGES}
    block = {**empty("figures"), "items": [{"field": field, "label": label}]}
    return {"place": places[0] if places else "", "blocks": [block]}


@login_required
@require_http_methods(["GET", "POST"])
def new_page(request: HttpRequest, kind: str) -> HttpResponse:
    if not composed(request.user):
        raise Http404
    begun = begun_with(request)
    form = NewForm(
        request.POST or None, user=request.user, periodic=kind == Kind.BULLETIN, initial=_named(begun, kind)
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with transaction.atomic(), because("begun"):
            recipe = Recipe.objects.create(
                code=said["code"], kind=kind, programme=said["programme"], made_by=request.user,
                owner=getattr(request.user, "organisation", None), sensitivity=Sensitivity.PUBLIC,
                every=said.get("every") or "", name_ar=said["title_ar"], name_ckb=said["title_ckb"], name_en=said["title_en"],
                body=_first_body(begun) if kind != Kind.ATLAS else {},
            )  # fmt: skip
        return redirect(f"compose-{kind}", recipe.code)
    return render(
        request, "products/sheets/new.html", {"form": form, "kind": Kind(kind)}, status=422 if form.errors else 200
    )
