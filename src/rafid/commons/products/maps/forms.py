"""The composer's form: what a recipe says as fields, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rafid.commons.indicators.figures import Reader
from rafid.commons.indicators.queries import periods as periods_there
from rafid.commons.names import pick
from rafid.commons.places.finding import find_place

from ..catalogue.finding import newest, reads
from ..models import Dataset
from ..ramps import DEFAULT, MOST, RAMPS
from .body import COLOURS, LENGTHS
from .values import periods_of_version

INDICATOR, FIELD = "i:", "d:"

STYLE_WORDS = {
    "choropleth": gettext_lazy("Areas in colours (rates)"), "symbols": gettext_lazy("Circles by size (counts)"),
    "points": gettext_lazy("Positions"), "outline": gettext_lazy("Outlines"),
}  # fmt: skip
HOW_WORDS = {
    "jenks": gettext_lazy("Natural breaks"), "quantile": gettext_lazy("Equal numbers of areas"),
    "equal": gettext_lazy("Equal intervals"), "fixed": gettext_lazy("Fixed edges"),
}  # fmt: skip
RAMP_WORDS = {
    "blues": gettext_lazy("Blues"), "purples": gettext_lazy("Purples"),
    "yellow-green-blue": gettext_lazy("Yellow, green, blue"), "yellow-orange-brown": gettext_lazy("Yellow, orange, brown"),
    "viridis": "Viridis", "cividis": "Cividis", "brown-teal": gettext_lazy("Brown to teal, from a middle"),
    "purple-orange": gettext_lazy("Purple to orange, from a middle"), "red-blue": gettext_lazy("Red to blue, from a middle"),
}  # fmt: skip
COLOUR_WORDS = {
    "blue": gettext_lazy("Blue"), "orange": gettext_lazy("Orange"), "purple": gettext_lazy("Purple"),
    "green": gettext_lazy("Green"), "red": gettext_lazy("Red"), "grey": gettext_lazy("Grey"),
}  # fmt: skip
LEVEL_WORDS = [
    ("", gettext_lazy("As the figures are")), ("governorate", gettext_lazy("Governorate")),
    ("district", gettext_lazy("District")), ("subdistrict", gettext_lazy("Sub-district")),
]  # fmt: skip
LABEL_WORDS = {
    "names": gettext_lazy("Names"), "values": gettext_lazy("Values"), "both": gettext_lazy("Names and values"),
    "pcodes": gettext_lazy("P-codes"), "none": pgettext_lazy("labels", "None"),
}  # fmt: skip
ORIENTATION_WORDS = [("landscape", gettext_lazy("Landscape")), ("portrait", gettext_lazy("Portrait"))]


def offered(user: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a layer can show, for this person: indicators and fields of released datasets."""
    reader = Reader(user)
    figures = [
        (INDICATOR + code, f"{one.name} ({_('count') if one.counts else _('rate')})")
        for code, one in sorted(reader.indicators.items(), key=lambda pair: pair[1].name)
    ]
    groups = [(_("Indicators"), figures)] if figures else []
    for dataset in Dataset.objects.filter(state="published").order_by("code"):
        version = newest(dataset, user)
        if version is None or version.sensitivity > reads(user, dataset):
            continue
        choices = [
            (f"{FIELD}{dataset.code}:{one['name']}", f"{pick(one.get('names') or {}) or one['name']}")
            for one in version.fields if one["kind"] in ("number", "integer") and one["name"] not in ("lon", "lat")
        ]  # fmt: skip
        if version.bounds:
            choices.append((f"{FIELD}{dataset.code}:", _("Where its rows lie")))
        if choices:
            groups.append((dataset.name or dataset.code, choices))
    return groups


class LayerForm(forms.Form):
    what = forms.ChoiceField(label=gettext_lazy("What it shows"))
    period = forms.CharField(
        label=gettext_lazy("Period"), required=False, max_length=10, help_text=gettext_lazy("Empty: the newest."),
    )  # fmt: skip
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=LEVEL_WORDS, required=False)
    rows = forms.CharField(
        label=gettext_lazy("Only rows with"), required=False, max_length=200,
        help_text=gettext_lazy("For example sex=female; age_group=00-04"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Drawn as"), choices=list(STYLE_WORDS.items()))
    how = forms.ChoiceField(label=gettext_lazy("Classes by"), choices=list(HOW_WORDS.items()))
    classes = forms.IntegerField(label=gettext_lazy("Number of classes"), min_value=1, max_value=MOST, initial=5)
    breaks = forms.CharField(
        label=gettext_lazy("Edges of fixed classes"), required=False, max_length=200,
        help_text=gettext_lazy("Numbers from low to high: 0; 10; 20; 50"),
    )  # fmt: skip
    ramp = forms.ChoiceField(
        label=gettext_lazy("Colours"), choices=[(name, RAMP_WORDS.get(name, name)) for name in RAMPS], initial=DEFAULT
    )
    reverse = forms.BooleanField(label=gettext_lazy("Dark is low"), required=False)
    colour = forms.ChoiceField(
        label=gettext_lazy("Colour of circles"), choices=[(name, COLOUR_WORDS[name]) for name in COLOURS]
    )
    size = forms.FloatField(label=gettext_lazy("Radius of the largest circle"), min_value=4, max_value=60, initial=18)
    remove = forms.BooleanField(label=gettext_lazy("Take this layer away"), required=False)

    def __init__(self, *args: Any, groups: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = groups  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """The layer as a recipe says it; of fields that are wrong, what was written."""
        value = {name: self.cleaned_data.get(name, self[name].value()) for name in self.fields}
        what = str(value["what"] or "")
        style: dict[str, Any] = {"kind": value["kind"], "how": value["how"], "classes": _whole(value["classes"])}
        style |= {"ramp": value["ramp"], "reverse": bool(value["reverse"]), "colour": value["colour"]}
        style["size"] = _decimal(value["size"])
        if value["how"] == "fixed":
            style["breaks"] = [_decimal(one) for one in _listed(value["breaks"])]
        where = dict(part.split("=", 1) for part in _listed(value["rows"]) if "=" in part)
        where = {name.strip(): said.strip() for name, said in where.items()}
        if what.startswith(INDICATOR):
            said: dict[str, Any] = {"indicator": what.removeprefix(INDICATOR), "period": value["period"] or ""}
            if where:
                said["by"] = ";".join(f"{name}={code}" for name, code in sorted(where.items()))
        else:
            dataset, _colon, field = what.removeprefix(FIELD).partition(":")
            said = {"dataset": dataset, "field": field, "filter": {"period": value["period"] or "", "where": where}}
            if not where:
                del said["filter"]["where"]
        if value["level"]:
            said["level"] = value["level"]
        return {**said, "style": style}


def _whole(value: Any) -> Any:
    try:
        return int(value)
    except (TypeError, ValueError):
        return value


def _decimal(value: Any) -> Any:
    try:
        number = float(str(value).replace("٫", "."))
    except ValueError:
        return value
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _listed(text: Any) -> list[str]:
    return [
        part.strip()
        for part in str(text or "").replace("؛", ";").replace("،", ",").replace(",", ";").split(";")
        if part.strip()
    ]


def layer_initial(said: Mapping[str, Any]) -> dict[str, Any]:
    style = said.get("style") or {}
    asked = said.get("filter") or {}
    if said.get("indicator"):
        what, where = INDICATOR + str(said["indicator"]), str(said.get("by") or "").replace(";", "; ")
        period = said.get("period") or ""
    else:
        what = f"{FIELD}{said.get('dataset', '')}:{said.get('field', '')}"
        where = "; ".join(f"{name}={value}" for name, value in (asked.get("where") or {}).items())
        period = asked.get("period") or ""
    known = ("kind", "how", "classes", "ramp", "reverse", "colour", "size")
    return {
        "what": what, "period": period, "level": said.get("level") or "", "rows": where,
        "breaks": "; ".join(f"{one:g}" for one in style.get("breaks") or ()),
        **{name: style[name] for name in known if name in style},
    }  # fmt: skip


class PageForm(forms.Form):
    places = forms.CharField(
        label=gettext_lazy("Places"), required=False, max_length=1000,
        help_text=gettext_lazy("Names or codes, divided by commas. Empty: the whole country."),
    )  # fmt: skip
    bbox = forms.CharField(
        label=gettext_lazy("Or a box"), required=False, max_length=100,
        help_text=gettext_lazy("West, south, east, north in degrees: 43.9, 32.8, 45.1, 33.8"),
    )  # fmt: skip
    size = forms.ChoiceField(label=gettext_lazy("Paper"), choices=[("A4", "A4"), ("A3", "A3"), ("16:9", "16:9")])
    orientation = forms.ChoiceField(label=gettext_lazy("Orientation"), choices=ORIENTATION_WORDS)
    labels = forms.ChoiceField(label=gettext_lazy("Labels on the map"), choices=list(LABEL_WORDS.items()))
    inset = forms.BooleanField(label=gettext_lazy("Small map of the country"), required=False, initial=True)
    rivers = forms.BooleanField(label=gettext_lazy("Rivers"), required=False, initial=True)

    def clean_places(self) -> list[str]:
        refs = []
        for one in _listed(self.cleaned_data["places"]):
            found = find_place(one)
            if found.place is None:
                near = ", ".join(place.label for place in found.candidates[:3])
                said = _("No place is called %s.") % one[:60]
                raise forms.ValidationError(f"{said} {_('Perhaps: %s') % near}" if near else said)
            refs.append(found.place.ref)
        return refs

    def extent(self) -> dict[str, Any]:
        box = _listed(self.cleaned_data.get("bbox", ""))
        if box:
            return {"bbox": [_decimal(one) for one in box]}
        places = self.cleaned_data.get("places") or []
        return {"places": places} if places else {}

    def page(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in ("size", "orientation", "labels", "inset", "rivers")}


def page_initial(body: Mapping[str, Any]) -> dict[str, Any]:
    extent = body.get("extent") or {}
    return {
        **(body.get("page") or {}), "places": ", ".join(extent.get("places") or ()),
        "bbox": ", ".join(f"{one:g}" for one in extent.get("bbox") or ()),
    }  # fmt: skip


TEXT_WORDS = {
    "title": gettext_lazy("Title"), "subtitle": gettext_lazy("Subtitle"), "note": gettext_lazy("Note below the map"),
    "counts": gettext_lazy("Why counts are shown as colours"),
}  # fmt: skip


class TextForm(forms.Form):
    """The page's texts of one language: its prefix."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = str(self.prefix)
        for name, longest in LENGTHS.items():
            look = {"lang": language, "dir": "ltr" if language == "en" else "rtl", "maxlength": longest}
            widget = forms.Textarea(attrs={**look, "rows": 2}) if longest > 300 else forms.TextInput(attrs=look)
            self.fields[name] = forms.CharField(label=TEXT_WORDS[name], required=False, widget=widget)


def periods_for(what: Iterable[str], user: Any) -> dict[str, list[str]]:
    """The periods of each thing that a layer shows, the newest first."""
    found: dict[str, list[str]] = {}
    reader = None
    for one in set(what):
        if one.startswith(INDICATOR):
            reader = reader or Reader(user)
            found[one] = periods_there(reader, [one.removeprefix(INDICATOR)])[:40]
        elif one.startswith(FIELD):
            code = one.removeprefix(FIELD).partition(":")[0]
            dataset = Dataset.objects.filter(code=code, state="published").first()
            version = newest(dataset, user) if dataset else None
            found[one] = periods_of_version(version)[:40] if version else []
    return found
