"""What people fill in about the ground: a grid of heights, a flood, a catchment, a grid of weather."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rafid.commons.records.models import Sensitivity

from ..codes import ThresholdClass
from ..forecasting.queries import QUANTILES
from ..models import Basin, ElevationModel, FloodMap, Forecast, Reach, RiverNode, Station
from ..values.numbers import read_number
from ..values.times import Untimely, read_time
from .basin_grids import PRODUCTS
from .extent import usual_drainage
from .record_grid import PICTURE, SNOW

ZONE = "Asia/Baghdad"
RISING = ("watch", "warning", "severe", "extreme")
LONGEST_SNAP = 5000


class Moment(forms.DateTimeField):
    """A local time of the country, or one with its own zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return read_time(value, zone=ZONE)
        except Untimely as error:
            raise forms.ValidationError(str(error)) from error


class Number(forms.FloatField):
    """A number in any of the country's digits, with a point or a comma."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return read_number(value) if isinstance(value, str) else super().to_python(value)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def _sensitivity() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Sensitivity"), choices=Sensitivity.choices, coerce=int, initial=int(Sensitivity.PUBLIC)
    )


class ElevationForm(forms.Form):
    file = forms.FileField(
        label="GeoTIFF", help_text=_("One band of heights in metres, north on top, with its coordinate system.")
    )
    name = forms.CharField(label=_("Name"), max_length=160)
    source_text = forms.CharField(label=_("Source"), max_length=300)
    licence = forms.CharField(label=_("Licence"), max_length=160)
    vertical_datum = forms.CharField(label=_("Vertical datum"), max_length=80, help_text=_("EGM2008, for example."))
    as_of = forms.DateField(label=_("As of"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sensitivity = _sensitivity()


class FloodForm(forms.Form):
    elevation = forms.ModelChoiceField(ElevationModel.objects.none(), to_field_name="ref", label=_("Elevation model"))
    station = forms.ModelChoiceField(Station.objects.none(), to_field_name="code", label=_("Station"), required=False)
    by = forms.ChoiceField(
        label=_("The stage is"),
        choices=[
            ("stage", _("Said here")),
            ("threshold", _("That of a threshold of the station")),
            ("forecast", _("The crest of a forecast")),
        ],
    )
    stage_m = Number(label=_("Stage, m"), required=False)
    threshold = forms.ChoiceField(
        label=_("Threshold of the station"),
        required=False,
        choices=[("", "—"), *(one for one in ThresholdClass.choices if one[0] in RISING)],
    )
    forecast = forms.ModelChoiceField(Forecast.objects.none(), to_field_name="ref", label=_("Forecast"), required=False)
    quantile = forms.TypedChoiceField(
        label=_("Crest that so many percent of the members stay below"),
        coerce=int,
        choices=[(one, f"{one} %") for one in QUANTILES],
        initial=50,
        required=False,
        empty_value=50,
    )
    bed_stage_m = Number(
        label=_("Stage of the grid's river, m"),
        initial=0,
        help_text=_("What the gauge reads when the water stands as high as the grid has the river."),
    )
    drainage_km2 = Number(
        label=_("A river drains at least, km²"),
        help_text=_("Cells through which more ground drains are river. A smaller area makes brooks rivers, too."),
    )
    reach = forms.ModelChoiceField(
        Reach.objects.none(),
        to_field_name="code",
        label=_("River reach"),
        required=False,
        help_text=_("Only rivers of the grid along this reach rise."),
    )
    corridor_km = Number(label=_("River within this distance of the reach, km"), required=False, initial=2)
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    sensitivity = _sensitivity()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        stations = Station.objects.visible_to(user).order_by("code")
        fields["elevation"].queryset = (
            ElevationModel.objects.visible_to(user).filter(state="published").order_by("name")
        )
        fields["station"].queryset = stations
        fields["station"].label_from_instance = lambda one: f"{one.name} ({one.code})"
        grids = list(fields["elevation"].queryset[:2])
        if len(grids) == 1 and not self.initial.get("elevation"):
            self.initial["elevation"] = grids[0].ref
        chosen = next((one for one in fields["elevation"].queryset if one.ref == self.initial.get("elevation")), None)
        if chosen is not None:
            cell_km2 = chosen.cell_x_m * chosen.cell_y_m / 1e6
            fields["drainage_km2"].initial = usual_drainage(chosen.rows * chosen.columns, cell_km2)
        fields["reach"].queryset = Reach.objects.filter(valid_to=None).exclude(line=None).order_by("code")
        fields["forecast"].queryset = (
            Forecast.objects.visible_to(user).filter(state="issued").select_related("node").order_by("-issued_at")
        )
        fields["forecast"].label_from_instance = lambda one: f"{one.node.name} · {one.data_known_at:%Y-%m-%d %H:%M}Z"

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        by = values.get("by")
        needed = {"stage": ["stage_m"], "threshold": ["station", "threshold"], "forecast": ["station", "forecast"]}
        for name in needed.get(by or "", []):
            if values.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("Say this: the stage rests on it."))
        return values


class ObservedForm(forms.Form):
    file = forms.FileField(
        label="GeoTIFF", help_text=_("One band: water is 1, dry ground 0, what was not seen is no data.")
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    source_text = forms.CharField(label=_("Source"), max_length=300)
    seen_at = Moment(label=_("Picture taken at"))
    station = forms.ModelChoiceField(Station.objects.none(), to_field_name="code", label=_("Station"), required=False)
    sensitivity = _sensitivity()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["station"]
        field.queryset = Station.objects.visible_to(user).order_by("code")
        field.label_from_instance = lambda one: f"{one.name} ({one.code})"


class SentHeights(ElevationForm):
    """Heights in a file that is here already."""

    file = None  # type: ignore[assignment]


class SentFlood(ObservedForm):
    file = None  # type: ignore[assignment]


class CompareForm(forms.Form):
    with_map = forms.ModelChoiceField(FloodMap.objects.none(), to_field_name="ref", label=_("Compare with"))

    def __init__(self, *args: Any, user: Any, flood: FloodMap, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["with_map"]
        field.queryset = FloodMap.objects.visible_to(user).filter(origin="computed", ground__bboverlaps=flood.ground)


class CatchmentForm(forms.Form):
    elevation = forms.ModelChoiceField(ElevationModel.objects.none(), to_field_name="ref", label=_("Elevation model"))
    station = forms.ModelChoiceField(
        Station.objects.none(),
        to_field_name="code",
        label=_("Station"),
        required=False,
        help_text=_("Or say the point by its longitude and latitude, or click it on the map."),
    )
    longitude = Number(label=_("Longitude, degrees east"), required=False, min_value=-180, max_value=180)
    latitude = Number(label=_("Latitude, degrees north"), required=False, min_value=-90, max_value=90)
    snap_m = Number(
        label=_("Search the channel within, m"),
        initial=300,
        min_value=0,
        max_value=LONGEST_SNAP,
        help_text=_("A gauge's position lies beside the channel of the grid."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["elevation"].queryset = (
            ElevationModel.objects.visible_to(user).filter(state="published").order_by("name")
        )
        grids = list(fields["elevation"].queryset[:2])
        if len(grids) == 1 and not self.initial.get("elevation"):
            self.initial["elevation"] = grids[0].ref
        fields["station"].queryset = Station.objects.visible_to(user).order_by("code")
        fields["station"].label_from_instance = lambda one: f"{one.name} ({one.code})"

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        station = values.get("station")
        if station is not None and values.get("longitude") is None and values.get("latitude") is None:
            values["longitude"], values["latitude"] = station.point.x, station.point.y
        for name in ("longitude", "latitude"):
            if values.get(name) is None and name not in self.errors:
                self.add_error(name, _("Say the point, or choose a station."))
        return values


class BasinForm(forms.Form):
    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("A code that stands gives that basin this ground.")
    )
    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=300, required=False)
    name_ckb = forms.CharField(label=_("Name in Kurdish"), max_length=300, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    node = forms.ModelChoiceField(
        RiverNode.objects.order_by("code"),
        to_field_name="code",
        label=_("River node that it drains to"),
        required=False,
    )
    parent = forms.ModelChoiceField(
        Basin.objects.order_by("code"), to_field_name="code", label=_("Part of the basin"), required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


class GridForm(forms.Form):
    """Of an ensemble: which one; of an observation: its name; of a picture: what and when, too."""

    product = forms.ChoiceField(label=_("Ensemble"))
    members = forms.IntegerField(label=_("Members expected"), min_value=5, max_value=200, required=False)
    variable = forms.ChoiceField(label=_("Variable"))
    at = Moment(label=_("Picture taken at"))

    def __init__(self, *args: Any, kind: str, foretold: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if foretold:
            names = {"ecmwf": "ECMWF ENS", "seas5": "SEAS5", "glofas": "GloFAS", "other": _("Another ensemble")}
            fields["product"].choices = [(one, names[one]) for one in PRODUCTS]
        else:
            fields["product"] = forms.CharField(
                label=_("Name of the product"), max_length=40, help_text=_("In Latin letters: chirps, for example.")
            )
            del fields["members"]
        if kind == PICTURE:
            from ..codes import VARIABLES

            fields["variable"].choices = [(one, VARIABLES[one].name) for one in SNOW]
        else:
            del fields["variable"], fields["at"]
        self.order_fields(["product", "members", "variable", "at"])
