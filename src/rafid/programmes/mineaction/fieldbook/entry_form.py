"""The form of a field book's head, and of handing a sheet over. The points are tab-separated text; a script shows a table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.places.models import Place
from rafid.commons.records.change import Refused

from ..models import BearingUnit, DistanceUnit, Hazard, HazardType, North, ReleaseType, SurveySheet, Taped
from ..models.listed import Code, ReleaseMethod
from ..seeing import may_here
from . import sides
from .asked import as_dict, declination
from .book import SYSTEMS, book_of, to_lines
from .handing import GROUND, NEW, RELEASE, Given
from .keep import Head, applied_of

LTR = {"dir": "ltr", "autocomplete": "off"}


class BookForm(forms.Form):
    place = forms.ModelChoiceField(Place.objects.none(), label=_("District or village"), required=False)
    authority = forms.ModelChoiceField(None, label=pgettext_lazy("of mine action", "Authority"))
    operator = forms.ModelChoiceField(None, label=_("Operator"), required=False)
    on = forms.DateField(
        label=_("Day of observation"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    observer = forms.CharField(label=_("Observer"), max_length=120, required=False)
    crs = forms.ChoiceField(label=_("Coordinate system"), choices=SYSTEMS.items(), initial="EPSG:32638")
    north = forms.ChoiceField(
        label=_("Which north?"),
        choices=sorted(North.choices, key=lambda one: one[0] != "unknown"),
        initial="unknown",
    )
    declination = forms.CharField(
        label=_("Declination as written, degrees"), required=False, max_length=20,
        help_text=_("East is positive. Empty: computed."),
        widget=forms.TextInput(attrs={**LTR, "inputmode": "decimal"}),
    )  # fmt: skip
    statement = forms.CharField(
        label=_("What is known of the north"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who was asked, and what they said. Needed where the north is not known; the book is then kept undrawn."),
    )  # fmt: skip
    instrument = forms.CharField(label=_("Instrument"), max_length=120, required=False)
    bearing_unit = forms.ChoiceField(label=_("Unit of bearings"), choices=BearingUnit.choices, initial="degrees")
    distance_unit = forms.ChoiceField(label=_("Unit of distances"), choices=DistanceUnit.choices, initial="m")
    taped = forms.ChoiceField(label=_("Distances"), choices=Taped.choices, initial="ground")
    closes = forms.BooleanField(label=_("The last leg returns to the start"), required=False)
    adjusted = forms.BooleanField(
        label=_("Spread the closing error over the legs (compass rule)"), required=False,
        help_text=_("Both shapes are kept. Without your yes it stays as observed."),
    )  # fmt: skip
    scan = forms.FileField(
        label=_("Scan or photograph of the page"), required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )  # fmt: skip
    rows = forms.CharField(
        label=_("Points"), required=False, strip=False, max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "ltr", "spellcheck": "false", "wrap": "off"}),
        help_text=_(
            "One line a point, columns divided by tabs: kind, label, measured from, bearing, distance, east, north, fixed by,"
            " accuracy. Kinds: LM, BM, SP, TP, IP."
        ),
    )  # fmt: skip
    swapped = forms.BooleanField(required=False, widget=forms.HiddenInput)
    back = forms.BooleanField(required=False, widget=forms.HiddenInput)
    notation = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)
    applied = forms.CharField(required=False, max_length=50_000, widget=forms.HiddenInput)

    def __init__(self, user: Any, data: Any = None, files: Any = None, *, replaces: SurveySheet | None = None) -> None:
        authorities, operators = sides.authorities(user), sides.operators(user)
        super().__init__(data, files, initial=_initial(user, replaces, authorities, operators))
        self.user, self.replaces = user, replaces
        self.fields["authority"].queryset = authorities
        self.fields["operator"].queryset = operators
        self.fields["operator"].required = sides.is_operator_only(user)
        for name in ("authority", "operator", "place"):
            self.fields[name].label_from_instance = lambda one: getattr(one, "label", "") or one.name or one.ref
        self.fields["place"].queryset = Place.objects.all()
        self.fields["place"].to_field_name = "ref"
        self.fields["on"].widget.attrs["max"] = timezone.localdate().isoformat()
        place = self.fields["place"]
        place.widget = forms.Select(attrs={"data-places": "/api/v1/places", "data-placeholder": _("Type a name")})
        place.widget.choices = [("", "")]
        chosen = self["place"].value()
        if chosen:
            found = Place.objects.filter(ref=str(getattr(chosen, "ref", chosen)).replace("\x00", "")).first()
            if found is not None:
                place.widget.choices = [("", ""), (found.ref, found.label)]
        if replaces is not None:
            self.fields["authority"].disabled = self.fields["operator"].disabled = True

    def clean_declination(self) -> str:
        text: str = self.cleaned_data["declination"]
        if text.strip() and declination(text) is None:
            raise forms.ValidationError(_("It is no angle in degrees. Type it as a number, east positive."))
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        authority, operator = given.get("authority"), given.get("operator")
        if authority is not None and not may_here(
            self.user, "enter", owner=authority.pk, operator=operator and operator.pk, place=given.get("place")
        ):
            raise forms.ValidationError(
                _(
                    "You may not enter sheets for this authority, operator and place together. Choose those that are yours."
                )
            )
        return given

    def head(self, scan: tuple[str, str]) -> Head:
        given, old = self.cleaned_data, self.replaces
        kept = scan if scan[0] or old is None else (old.scan, old.scan_name)
        return Head(
            authority=given["authority"], operator=given["operator"], place=given["place"],
            instrument=given["instrument"], observer=given["observer"], statement=given["statement"], scan=kept[0],
            scan_name=kept[1], replaces=old, applied=applied_of(as_dict(given["applied"])),
        )  # fmt: skip


def _initial(user: Any, old: SurveySheet | None, authorities: Any, operators: Any) -> dict[str, Any]:
    if old is None:
        one, other = list(authorities[:2]), list(operators[:2])
        return {
            "authority": one[0] if len(one) == 1 else None,
            "operator": other[0] if len(other) == 1 and sides.is_operator_only(user) else None,
        }
    book, kept = book_of(old), old.readings or {}
    return {
        "place": old.place and old.place.ref, "authority": old.owner, "operator": old.organisation, "on": old.on,
        "observer": old.observer, "crs": book.crs, "north": book.north, "declination": _plain(old.declination_given),
        "statement": kept.get("statement", {}).get("text", ""), "instrument": old.instrument,
        "bearing_unit": book.bearing_unit, "distance_unit": book.distance_unit, "taped": book.taped,
        "closes": book.closes, "adjusted": book.adjusted, "rows": to_lines(book.rows), "swapped": book.swapped,
        "back": book.back, "notation": book.notation, "applied": json.dumps(kept.get("applied", [])),
    }  # fmt: skip


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


WHAT = (
    (NEW, _("A new hazard")),
    (GROUND, _("The ground of a hazard that is there")),
    (RELEASE, pgettext_lazy("a sheet shows", "Released ground")),
)


class HandForm(forms.Form):
    what = forms.ChoiceField(label=_("What the sheet shows"), choices=WHAT, widget=forms.RadioSelect, initial=NEW)
    reference = forms.CharField(
        label=_("Report number"), max_length=80, help_text=_("The operator's own number of the report.")
    )
    type = forms.ChoiceField(
        label=_("Kind of the new hazard"), choices=[("", "—"), *HazardType.choices], required=False
    )
    hazard = forms.CharField(
        label=_("Hazard"), max_length=40, required=False,
        help_text=_("Its number, for its ground or for what was released of it."),
        widget=forms.TextInput(attrs=LTR),
    )  # fmt: skip
    release = forms.ChoiceField(label=_("Released by"), choices=[("", "—"), *ReleaseType.choices], required=False)
    depth_m = forms.FloatField(label=_("Depth, m"), required=False, min_value=0)
    method = forms.CharField(
        label=_("Method"), max_length=80, required=False, widget=forms.TextInput(attrs={"list": "release-methods"})
    )

    @property
    def usual(self) -> Iterable[Code]:
        """Usual ways of release, offered while one is typed."""
        return ReleaseMethod

    def given(self, user: Any) -> Given:
        """Raises ``Refused`` where the hazard is not known to this person."""
        said = self.cleaned_data
        hazard = None
        if said["hazard"].strip() and said["what"] != NEW:
            hazard = (
                Hazard.objects.visible_to(user).filter(ref__iexact=said["hazard"].strip().replace("\x00", "")).first()
            )
            if hazard is None:
                raise Refused(_("No hazard has this number. Look it up in the register and copy its number."))
        return Given(
            what=said["what"], reference=said["reference"], kind=said["type"] if said["what"] == NEW else said["release"],
            hazard=hazard, depth_m=said["depth_m"], method=said["method"],
        )  # fmt: skip
