"""The form of a model."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import RiverModel, RiverNode, Series
from ..models.forecasts import ForcingKind, ModelKind
from ..values.numbers import read_number
from .computing import IMPORTED
from .editing import WEATHER


class SeriesChoice(forms.ModelChoiceField):
    def label_from_instance(self, one: Any) -> str:
        return f"{one.station.name} · {one.get_step_display()} · {one.get_origin_display()} {one.origin_name}".strip()


class ModelForm(forms.Form):
    node = forms.ModelChoiceField(RiverNode.objects.none(), to_field_name="code", label=gettext_lazy("River node"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ModelKind.choices)
    observed = SeriesChoice(
        Series.objects.none(), label=gettext_lazy("Observed flow"), required=False,
        help_text=gettext_lazy("It calibrates, corrects and judges the model."),
    )  # fmt: skip
    precipitation = SeriesChoice(
        Series.objects.none(), label=gettext_lazy("Rain"), required=False,
        help_text=gettext_lazy("Routing takes water from upstream; with rain it adds that of its own catchment."),
    )  # fmt: skip
    temperature = SeriesChoice(Series.objects.none(), label=gettext_lazy("Temperature"), required=False)
    pet = SeriesChoice(
        Series.objects.none(), label=gettext_lazy("Potential evapotranspiration"), required=False,
        help_text=gettext_lazy("Without it, it is reckoned from temperature."),
    )  # fmt: skip
    area_km2 = forms.FloatField(
        label=gettext_lazy("Area, km²"), min_value=0.01, max_value=5e6, required=False,
        help_text=gettext_lazy(
            "Of the catchment; for routing that between the places upstream and the node. Another model's results need none."
        ),
    )  # fmt: skip
    latitude = forms.FloatField(
        label=gettext_lazy("Latitude"), min_value=-90, max_value=90, required=False,
        help_text=gettext_lazy("Of the catchment's middle. Another model's results need none."),
    )  # fmt: skip
    bands = forms.CharField(
        label=gettext_lazy("Elevation bands, m"), required=False, max_length=200,
        help_text=gettext_lazy("Heights of bands of equal area, such as 600 1100 1600 2100 2800."),
    )  # fmt: skip
    reference_elevation = forms.FloatField(
        label=gettext_lazy("Reference elevation, m"), required=False, min_value=-500, max_value=9000
    )
    ensemble = forms.ChoiceField(
        label=gettext_lazy("Imported series of flow"), required=False,
        help_text=gettext_lazy("Another model's results that arrive as series. Without it they are taken in as files."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        fields: dict[str, Any] = self.fields
        fields["node"].queryset = RiverNode.objects.visible_to(user).order_by("code")
        fields["node"].label_from_instance = lambda one: f"{one.name} · {one.code}"
        named = dict(ForcingKind.choices)
        fields["ensemble"].choices = [("", "—"), *((code, named[code]) for code in IMPORTED)]
        seen = Series.objects.visible_to(user).exclude(origin="forecast").select_related("station")
        seen = seen.order_by("station__code", "step", "origin")
        fields["observed"].queryset = seen.filter(variable__in=("discharge", "inflow"))
        for name in WEATHER:
            fields[name].queryset = seen.filter(variable=name)

    def clean_bands(self) -> list[float]:
        text = self.cleaned_data["bands"].replace("،", " ").replace(";", " ").replace(", ", " ")
        try:
            found = [read_number(one) for one in text.split()]
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if found and (len(found) > 20 or any(b <= a for a, b in pairwise(found))):
            raise forms.ValidationError(_("Heights rise from band to band; there are at most twenty."))
        if any(not -500 <= one <= 9000 for one in found):
            raise forms.ValidationError(_("A height lies between −500 and 9,000 m."))
        return found

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("kind") not in (None, "external"):
            for name in ("area_km2", "latitude"):
                if name not in self.errors and given.get(name) is None:
                    self.add_error(name, _("A model of a catchment needs it. Enter it."))
        return given

    def values(self) -> dict[str, Any]:
        """As `editing.enter_model` takes them."""
        given = self.cleaned_data
        forcing = {name: str(given[name].pk) for name in WEATHER if given[name] is not None}
        if given["kind"] == "external":
            forcing = {"ensemble": given["ensemble"]} if given["ensemble"] else {}
        names = ("node", "kind", "observed", "area_km2", "latitude", "bands", "reference_elevation")
        return {name: given[name] for name in names} | {"forcing": forcing}


def initial(row: RiverModel) -> dict[str, Any]:
    return {
        "node": row.node.code,
        "kind": row.kind,
        "observed": row.observed_id,
        "area_km2": row.area_km2,
        "latitude": row.latitude,
        "bands": " ".join(f"{one:g}" for one in row.bands),
        "reference_elevation": row.reference_elevation,
        "ensemble": row.forcing.get("ensemble", ""),
        **{name: row.forcing.get(name) for name in WEATHER},
    }
