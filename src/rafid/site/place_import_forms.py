"""How a file of borders or settlements is to be read: what the officer says; what is left empty is guessed and shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.places.boundary_columns import Options
from rafid.commons.places.listing import divisions
from rafid.commons.places.models import ImportKind, Level, Place
from rafid.commons.places.settlement_columns import Settings
from rafid.commons.writing import whole

_LEVELS = [(str(value), label) for value, label in Level.choices if value in (1, 2, 3)]


class _Reading(forms.Form):
    """``columns``: the fields of the file with samples, once it was read; ``guessed``: what was taken, by option."""

    code = forms.CharField(label=gettext_lazy("Field with the code"), max_length=200, required=False)
    name = forms.CharField(label=gettext_lazy("Field with the name"), max_length=200, required=False)
    parent = forms.CharField(
        label=gettext_lazy("Field with the code of what it lies in"), max_length=200, required=False
    )
    layer = forms.CharField(
        label=gettext_lazy("Layer"),
        help_text=gettext_lazy("Only where the file has several."),
        max_length=200,
        required=False,
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Who made it; shown on the page of each place."),
        max_length=300,
        required=False,
    )

    def __init__(
        self, *args: Any, columns: list[Any] | None = None, guessed: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        guessed = guessed or {}
        for name in ("code", "name", "parent"):
            if not columns:
                del self.fields[name]
                continue
            self.fields[name].widget = forms.Select(
                choices=[
                    ("", _guess(guessed.get(name))),
                    *((column, f"{column}: {', '.join(texts)}" if texts else column) for column, texts in columns),
                ]
            )


def _guess(found: str | None) -> str:
    return _("Found by itself: %s") % found if found else _("Found by itself")


class BordersForm(_Reading):
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"), choices=_LEVELS, coerce=int, empty_value=None, required=False
    )
    division = forms.ChoiceField(label=gettext_lazy("Division"), required=False)
    valid = forms.DateField(
        label=gettext_lazy("Valid from"),
        help_text=gettext_lazy("The first day of these borders; the borders before keep their dates."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    add = forms.BooleanField(label=gettext_lazy("Areas that are not known yet become new places"), required=False)
    field_order = ["level", "division", "valid", "source", "code", "name", "parent", "layer", "add"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guessed = kwargs.get("guessed") or {}
        known = divisions()
        used = Place.objects.filter(level__in=[1, 2, 3]).exclude(division="").order_by("division")
        codes = used.values_list("division", flat=True).distinct()
        level: Any = self.fields["level"]
        level.choices = [("", _guess(guessed.get("level"))), *_LEVELS]
        division: Any = self.fields["division"]
        division.choices = [("", _guess(guessed.get("division"))), *((code, known.get(code, code)) for code in codes)]
        if found := guessed.get("valid"):
            self.fields["valid"].help_text = f"{self.fields['valid'].help_text} {_guess(whole(found))}."

    def options(self) -> Options:
        return Options(**self.cleaned_data)


class SettlementsForm(_Reading):
    as_of = forms.CharField(
        label=gettext_lazy("Date of the source"),
        help_text=gettext_lazy("Such as 2024-03."),
        max_length=40,
        required=False,
    )
    field_order = ["source", "as_of", "code", "name", "parent", "layer"]

    def options(self) -> Settings:
        return Settings(**self.cleaned_data)


FORMS: dict[Any, type[BordersForm] | type[SettlementsForm]] = {
    ImportKind.BORDERS: BordersForm,
    ImportKind.SETTLEMENTS: SettlementsForm,
}


def guesses(kind: str, report: dict[str, Any]) -> dict[str, str]:
    """What the last reading took for each option, in the words of the form's choices."""
    if kind == ImportKind.SETTLEMENTS:
        columns = report.get("columns", {})
        parents = [
            *columns.get("parents", []),
            *(name for names in columns.get("parent_names", {}).values() for name in names),
        ]
        found = {"code": columns.get("codes", {}), "name": columns.get("names", {}), "parent": parents}
        return {name: ", ".join(values) for name, values in found.items()}
    chosen = report.get("chosen", {})
    if not chosen:
        return {}
    return {
        "code": chosen["code"],
        "name": ", ".join(chosen["names"]),
        "parent": chosen["parent"],
        "level": str(dict(Level.choices).get(chosen["level"], "")),
        "division": divisions().get(chosen["division"], chosen["division"]),
        "valid": chosen["valid"],
    }
