"""``/catalog/new/`` and ``/catalog/{code}/edit/``: staff make datasets and write what readers read of them."""

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
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods

from rafid.commons.collation import alphabetical
from rafid.commons.indicators import disaggregation
from rafid.commons.indicators.models import Indicator
from rafid.commons.names import in_three, pick
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import allowing, lineage_of, may, may_on
from rafid.commons.programme import LANGUAGES, installed
from rafid.commons.records.change import version_read
from rafid.commons.records.tasks import start

from ..datasets import KINDS, LICENCES
from ..models import Dataset
from ..models.catalogue import Origin
from ..release.decide import COMPOSE
from . import frequency, themes
from .compose import PLAIN, ROLES, TEXTS, Stale, change_dataset, new_dataset, of_indicators
from .fields import as_json
from .table_file import read_table

OWN_NAMES = {"ar": "العربية", "ckb": "کوردی", "en": "English"}
LEVEL_NAMES = {
    "country": gettext_lazy("Country"), "governorate": gettext_lazy("Governorate"), "district": gettext_lazy("District"),
}  # fmt: skip
ROLE_NAMES = {
    "none": gettext_lazy("tells of nobody"), "identifier": gettext_lazy("names a person: never leaves"),
    "quasi": gettext_lazy("describes people"), "sensitive": gettext_lazy("count of people or cases: protected"),
    "geometry": gettext_lazy("position"),
}  # fmt: skip
TEXT_NAMES = {
    "description": gettext_lazy("Description"), "attribution": gettext_lazy("Source"),
    "caveats": gettext_lazy("Know before use"), "method": gettext_lazy("Method"),
}  # fmt: skip


def programmes_for(user: Any) -> list[tuple[str, str]]:
    return [(one.name, pick(one.names)) for one in installed() if may(user, COMPOSE, one.name)]


def owners_for(user: Any) -> list[Organisation]:
    """Organisations in whose name this person may compose, in some programme."""
    scopes = [scope for name, _title in programmes_for(user) for scope in allowing(user, COMPOSE, name)]
    every = Organisation.objects.filter(active=True)
    if not any(scope.organisation is None for scope in scopes):
        own = {scope.organisation for scope in scopes}
        every = every.filter(pk__in=[one.pk for one in every if own & lineage_of(Organisation, one.pk)])
    return sorted(every, key=lambda one: alphabetical(one.name))


class NewForm(forms.Form):
    """Where its rows come from, whose it is, what it is called."""

    origin = forms.ChoiceField(
        label=gettext_lazy("Where its rows come from"), widget=forms.RadioSelect,
        choices=[(one, said) for one, said in Origin.choices if one != "declared"],
    )  # fmt: skip
    indicators = forms.MultipleChoiceField(label=gettext_lazy("Indicators"), required=False)
    by = forms.MultipleChoiceField(
        label=gettext_lazy("Broken down by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Levels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(LEVEL_NAMES.items()),
    )
    table = forms.FileField(
        label=gettext_lazy("Table"), required=False,
        help_text=gettext_lazy("CSV, XLSX, ODS or XLS; names of columns in the first row, places by their code."),
    )  # fmt: skip
    name_ar = forms.CharField(label=gettext_lazy("Title (Arabic)"), max_length=300, required=False)
    name_ckb = forms.CharField(label=gettext_lazy("Title (Sorani)"), max_length=300, required=False)
    name_en = forms.CharField(label=gettext_lazy("Title (English)"), max_length=300, required=False)
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=80,
        help_text=gettext_lazy("Its address for ever: small Latin letters, digits and hyphens."),
    )  # fmt: skip
    programme = forms.ChoiceField(label=gettext_lazy("Programme"))
    owner = forms.ChoiceField(label=gettext_lazy("Whose it is"))
    make = forms.BooleanField(label=gettext_lazy("Make the first version at once"), required=False, initial=True)

    def __init__(self, user: Any, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.owners = {str(one.pk): one for one in owners_for(user)}
        known = sorted(Indicator.objects.adopted(), key=lambda one: alphabetical(one.name))
        choices: dict[str, list[tuple[str, str]]] = {
            "indicators": [(one.code, one.name) for one in known],
            "by": [(name, str(title)) for name, title in disaggregation.DIMENSIONS.items()],
            "programme": programmes_for(user),
            "owner": [(pk, one.name) for pk, one in self.owners.items()],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        for code in LANGUAGES:
            self.fields[f"name_{code}"].widget.attrs |= {"lang": code, "dir": "auto"}
        self.fields["indicators"].widget.attrs["size"] = 8


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not programmes_for(request.user):
        raise Http404
    if request.method == "POST":
        form = NewForm(request.user, request.POST, request.FILES)
        if form.is_valid():
            try:
                made = _make(form, request.user)
            except ValidationError as refused:
                _tell(form, refused)
            else:
                messages.success(request, _("The dataset is made. Write now what readers need to know of it."))
                if form.cleaned_data["make"]:
                    return redirect("task", first_version(made, request.user).pk)
                return redirect("catalog-edit", made.code)
        status = 422
    else:
        form, status = NewForm(request.user, initial=_begin(request)), 200
    return render(request, "products/catalogue/new.html", {"form": form}, status=status)


def _begin(request: HttpRequest) -> dict[str, Any]:
    """``?indicator=…&by=…&level=…`` chooses them; the names are those of the first."""
    begun: dict[str, Any] = {"origin": "figures", "levels": ["governorate", "district"], "make": True}
    user: Any = request.user
    begun["owner"] = str(user.organisation_id or "")
    asked = [code.replace("\x00", "") for code in request.GET.getlist("indicator")[:50]]
    found = list(Indicator.objects.adopted().filter(code__in=asked).order_by("programme", "order"))
    if found:
        first = found[0]
        begun |= {"indicators": [one.code for one in found], "code": _free(first.code), "programme": first.programme}
        begun |= {f"name_{code}": first.names[code] for code in LANGUAGES}
        begun["by"] = request.GET.getlist("by")
        begun["levels"] = request.GET.getlist("level") or begun["levels"]
    return begun


def _free(code: str) -> str:
    """A code that no dataset has, like this one."""
    base = code = code.replace("_", "-")[:70]
    for number in range(2, 100):
        if not Dataset.objects.filter(code=code).exists():
            break
        code = f"{base}-{number}"
    return code


def _make(form: NewForm, user: Any) -> Dataset:
    said = form.cleaned_data
    if said["origin"] == Origin.FIGURES:
        source, fields = of_indicators(said["indicators"], said["by"], said["levels"])
    else:
        if not said["table"]:
            raise ValidationError({"table": _("Choose a file.")})
        read = read_table(said["table"])
        source, fields = read.source, read.fields
    return new_dataset(
        user, code=said["code"].strip(), programme=said["programme"], owner=form.owners.get(said["owner"]),
        names={code: said[f"name_{code}"] for code in LANGUAGES}, origin=said["origin"], source=source, fields=fields,
    )  # fmt: skip


def first_version(dataset: Dataset, by: Any) -> Any:
    return start(
        "release",
        "rafid.commons.products.release.desk:make",
        {"dataset": str(dataset.pk), "by": str(by.pk), "reach": ""},
        about=in_three(gettext_noop("A version of %(dataset)s is made"), dataset=dataset.names),
        link=f"/catalog/{dataset.code}/edit/",
        by=by,
    )


def _tell(form: forms.Form, refused: ValidationError) -> None:
    if hasattr(refused, "error_dict"):
        for name, errors in refused.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, refused)


class EditForm(forms.Form):
    """Texts in three languages, and what is the same in all."""

    def __init__(self, dataset: Dataset, *args: Any, **more: Any) -> None:
        super().__init__(*args, initial=texts_of(dataset), **more)
        for code in LANGUAGES:
            label = {"ar": _("Title (Arabic)"), "ckb": _("Title (Sorani)"), "en": _("Title (English)")}[code]
            own = forms.TextInput(attrs={"lang": code, "dir": "auto"})
            self.fields[f"name_{code}"] = forms.CharField(label=label, max_length=300, required=False, widget=own)
        for name, title in TEXT_NAMES.items():
            for code in LANGUAGES:
                rows = 2 if name == "attribution" else 3
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=f"{title} ({OWN_NAMES[code]})", max_length=5000, required=False,
                    widget=forms.Textarea(attrs={"rows": rows, "lang": code, "dir": "auto"}),
                )  # fmt: skip
        licences = [("", "–"), *((code, f"{name} ({code})") for code, (name, _link) in LICENCES.items())]
        if dataset.licence and dataset.licence not in LICENCES:
            licences.append((dataset.licence, dataset.licence))
        every = [("as needed", frequency.words("as needed")), *((one, frequency.words(one)) for one in frequency.USUAL)]
        if dataset.every not in dict(every):
            every.append((dataset.every, frequency.words(dataset.every)))
        theme = [
            ("", "–"),
            *sorted(((code, str(said)) for code, said in themes.THEMES.items()), key=lambda one: one[1]),
        ]
        if dataset.theme and dataset.theme not in themes.THEMES:
            theme.append((dataset.theme, dataset.theme))
        self.fields["licence"] = forms.ChoiceField(label=_("Licence"), choices=licences, required=False)
        self.fields["theme"] = forms.ChoiceField(label=_("Theme"), choices=theme, required=False)
        self.fields["every"] = forms.ChoiceField(label=_("It comes"), choices=every)
        self.fields["contact"] = forms.CharField(
            label=_("Contact"),
            max_length=200,
            required=False,
            help_text=_("An office or its e-mail address; readers see it."),
        )
        if dataset.origin == Origin.TABLE:
            self.fields["table"] = forms.FileField(
                label=_("A newer table"),
                required=False,
                help_text=_("With the same columns; the next version is made of it."),
            )

    def values(self) -> dict[str, Any]:
        """As the dataset keeps them."""
        said = self.cleaned_data
        found: dict[str, Any] = {name: said[name] for name in PLAIN}
        found |= {f"name_{code}": said[f"name_{code}"].strip() for code in LANGUAGES}
        for name in TEXTS:
            texts = {code: said[f"{name}_{code}"].strip() for code in LANGUAGES}
            found[name] = texts if any(texts.values()) else {}
        return found

    @property
    def threes(self) -> list[dict[str, Any]]:
        """The texts, three languages side by side."""
        groups = [("", [self[f"name_{code}"] for code in LANGUAGES])]
        groups += [(str(title), [self[f"{name}_{code}"] for code in LANGUAGES]) for name, title in TEXT_NAMES.items()]
        return [{"title": title, "fields": fields} for title, fields in groups]

    @property
    def others(self) -> list[Any]:
        return [self[name] for name in (*PLAIN, "table") if name in self.fields]


def texts_of(dataset: Dataset) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(dataset, name) for name in PLAIN}
    found |= {f"name_{code}": dataset.names[code] for code in LANGUAGES}
    for name in TEXTS:
        found |= {f"{name}_{code}": getattr(dataset, name).get(code, "") for code in LANGUAGES}
    return found


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    dataset = Dataset.objects.filter(code=code).select_related("owner").first()
    if dataset is None or dataset.origin == Origin.DECLARED or not may_on(request.user, COMPOSE, dataset):
        raise Http404
    form = EditForm(dataset, request.POST or None, request.FILES or None)
    status, stale = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                source = None
                if form.cleaned_data.get("table"):
                    known = [one.name for one in dataset.fields.all()]
                    source = read_table(form.cleaned_data["table"], known=known).source
                change_dataset(
                    dataset, request.user, version=version_read(request.POST.get("version", "")), values=form.values(),
                    fields=fields_sent(request.POST, dataset), source=source,
                    why=request.POST.get("why", "").replace("\x00", "")[:500],
                )  # fmt: skip
            except ValidationError as refused:
                _tell(form, refused)
            except Stale as late:
                status, stale = 409, late.current
            else:
                messages.success(request, _("Kept. Readers see the texts at once, the fields with the next version."))
                return redirect("catalog-edit", code)
    return render(
        request,
        "products/catalogue/edit.html",
        {
            "dataset": dataset,
            "form": form,
            "version": (stale or dataset).version,
            "conflict": _conflict(form, stale) if stale else None,
            "since": _since(stale, version_read(request.POST.get("version", ""))) if stale else None,
            "rows": _field_rows(dataset, request.POST if request.method == "POST" else None),
            "kinds": [(kind, str(said)) for kind, said in KINDS.items()],
            "roles": list(ROLE_NAMES.items()),
            "indicators": Indicator.objects.adopted().filter(code__in=dataset.source.get("indicators", [])),
            "levels": [LEVEL_NAMES[one] for one in dataset.source.get("levels", []) if one in LEVEL_NAMES],
            "last": dataset.versions.order_by("-number").first(),
        },
        status=status,
    )


def _conflict(form: EditForm, current: Dataset) -> list[dict[str, Any]]:
    """What differs between what was written here and what stands now."""
    stands = texts_of(current)
    return [
        {"label": form[name].label, "theirs": stands[name], "mine": form.cleaned_data[name]}
        for name in stands
        if form.cleaned_data.get(name, "") != stands[name]
    ]


def _since(current: Dataset, read: int) -> list[dict[str, Any]]:
    """Who changed it since it was read."""
    from rafid.commons.people.models import Account

    events = list(current.events.filter(version__gt=read).order_by("pgh_id").select_related("pgh_context"))  # type: ignore[attr-defined]
    who = [str(((one.pgh_context and one.pgh_context.metadata) or {}).get("user", "")) for one in events]
    names = {str(one.pk): str(one) for one in Account.objects.filter(pk__in=[one for one in who if one])}
    return [{"at": one.pgh_created_at, "by": names.get(pk, "")} for one, pk in zip(events, who, strict=True)]


def fields_sent(sent: Any, dataset: Dataset) -> list[dict[str, Any]] | None:
    """The fields as the page's table says them; None where it had no such table. Names and what the source fixes stay."""
    if "fields" not in sent:
        return None
    found = []
    for one in dataset.fields.all():
        field, base = as_json(one), f"field-{one.name}-"
        if base + "role" not in sent:
            found.append(field)
            continue
        field["names"] = {code: sent.get(f"{base}{code}", "").replace("\x00", "").strip()[:200] for code in LANGUAGES}
        for part, most in (("unit", 40), ("hxl", 80)):
            field.pop(part, None)
            if text := sent.get(base + part, "").replace("\x00", "").strip()[:most]:
                field[part] = text
        role = sent.get(base + "role", "none")
        field["role"] = role if role in ROLES else field["role"]
        if dataset.origin == Origin.TABLE and sent.get(base + "kind") in KINDS:
            field["kind"] = sent[base + "kind"]
        found.append(field)
    return found


def _field_rows(dataset: Dataset, sent: Any) -> list[dict[str, Any]]:
    fields = (fields_sent(sent, dataset) if sent is not None else None) or [
        as_json(one) for one in dataset.fields.all()
    ]
    return [
        {
            **one,
            "base": f"field-{one['name']}-",
            "texts": [(code, OWN_NAMES[code], (one.get("names") or {}).get(code, "")) for code in LANGUAGES],
            "kind_words": str(KINDS.get(one["kind"], one["kind"])),
        }
        for one in fields
    ]


urls: list[URLPattern] = [
    path("catalog/new/", new, name="catalog-new"),
    path("catalog/<str:code>/edit/", edit, name="catalog-edit"),
]
