"""A report typed by hand, from paper or by telephone: a form for each kind, and the content that comes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import shapely
from django import forms
from django.contrib.gis.db.models import GeometryField, MultiPolygonField
from django.contrib.postgres.fields import ArrayField
from django.db.models import DateField, TextField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from rafid.commons.people.models import Grant, Organisation
from rafid.commons.places.models import Place
from rafid.commons.records.change import Refused

from ..models import Blocked, Classification, Device, EvidenceType, FieldReport, Hazard, ReportType, Task
from ..models.listed import Code, ReleaseMethod
from ..models.releases import ReleaseType
from ..operations.worked import worker_of
from ..seeing import AUTHORITY, OPERATORS, PROGRAMME, held, own_organisation
from .content import FIELDS, label_of, value

LEFT_OUT = {
    "benchmark",
    "landmark",
    "worked",
    "assets",
    "criteria_met",
    "cost_usd",
    "place",
    "sensitivity",
    "start",
    "end",
}
"""What a report may set and the form does not ask: field books, files and other pages bring it."""
BIG = ("ground", "comment", "landmark_text", "not_covered", "investigation", "text", "reason")
MOST_BYTES = 20_000_000
KINDS: dict[Any, Any] = {
    ReportType.HAZARD: gettext_lazy("Somebody reports a hazard: what, where, and what speaks for it."),
    ReportType.SURVEY: gettext_lazy("A survey of a hazard: its ground, its classification, its evidence."),
    ReportType.RELEASE: gettext_lazy("Ground was cancelled, reduced or cleared."),
    ReportType.PROGRESS: gettext_lazy("What a team did day by day."),
    ReportType.FIND: gettext_lazy("Ordnance was found or destroyed."),
    ReportType.SPOT: gettext_lazy("Somebody calls about one item."),
    ReportType.ACCIDENT: gettext_lazy("An accident, without names: persons have their own door."),
    ReportType.EORE: gettext_lazy("A session of risk education and its audience."),
    ReportType.COMPLETION: gettext_lazy("The work on a hazard or task is done."),
}


class ShapeField(forms.CharField):
    """Corners as lines of longitude and latitude, WKT or GeoJSON; the value is GeoJSON."""

    widget = forms.Textarea(attrs={"rows": 4, "dir": "ltr", "spellcheck": "false"})

    def __init__(self, *, polygon: bool, **kwargs: Any) -> None:
        if not polygon:
            kwargs.setdefault("widget", forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.polygon = polygon

    def clean(self, typed: Any) -> Any:
        text = super().clean(typed)
        if not text:
            return None
        try:
            if text.startswith("{"):
                found = json.loads(text)
                return found.get("geometry", found)
            if text[:1].isalpha():
                return json.loads(shapely.to_geojson(shapely.from_wkt(text.upper())))
            return self._corners(text)
        except (ValueError, TypeError, shapely.errors.GEOSException):
            raise forms.ValidationError(
                _("Write longitude and latitude in degrees, a corner on each line, such as 44.3301 36.0502.")
            ) from None

    def _corners(self, text: str) -> dict[str, Any]:
        points = []
        for line in filter(str.strip, text.replace(";", "\n").splitlines()):
            numbers = [float(one) for one in re.split(r"[\s,،]+", line.strip())]
            if len(numbers) != 2:
                raise ValueError(line)
            points.append(numbers)
        if not self.polygon:
            if len(points) != 1:
                raise ValueError(text)
            return {"type": "Point", "coordinates": points[0]}
        if len(points) < 3:
            raise forms.ValidationError(_("A shape has at least three corners. Write a corner on each line."))
        if points[0] != points[-1]:
            points.append(points[0])
        return {"type": "Polygon", "coordinates": [points]}


class DaysField(forms.CharField):
    """A line for each day: date, m², deminers, hours, items found."""

    widget = forms.Textarea(attrs={"rows": 4, "dir": "ltr"})
    names = ("day", "area_m2", "deminers", "hours", "items_found")

    def clean(self, typed: Any) -> Any:
        rows = []
        for number, line in enumerate(filter(str.strip, super().clean(typed).splitlines()), 1):
            parts = [one.strip() for one in re.split(r"[\t;|]", line)]
            if not 2 <= len(parts) <= len(self.names):
                raise forms.ValidationError(
                    _("Line %(number)s: write date; m²; deminers; hours; items.") % {"number": number}
                )
            try:
                row: dict[str, Any] = {"day": date.fromisoformat(parts[0]).isoformat()}
                for name, part in zip(self.names[1:], parts[1:], strict=False):
                    if part:
                        row[name] = float(part) if name in ("area_m2", "hours") else int(part)
            except ValueError as error:
                raise forms.ValidationError(
                    _("Line %(number)s: “%(line)s” cannot be read. Write 2026-03-01; 400; 10; 6; 2.")
                    % {"number": number, "line": line[:80]}
                ) from error
            rows.append(row)
        return rows


def authorities(user: Any) -> Any:
    """To which the person may bring a report: his own, or for an operator those with people of mine action here."""
    own: set[Any] = set()
    everywhere = False
    for scope in held(user, AUTHORITY, "enter"):
        own.add(scope.organisation)
        everywhere |= scope.organisation is None
    if held(user, OPERATORS, "enter") or everywhere:
        roles = [f"{PROGRAMME}.{role}" for role in AUTHORITY]
        own |= set(Grant.objects.current().filter(role__in=roles).values_list("organisation", flat=True))
    return Organisation.objects.filter(pk__in=own - {None}).order_by("ref")


def operators(user: Any) -> Any:
    if held(user, AUTHORITY, "enter"):
        roles = [f"{PROGRAMME}.{role}" for role in OPERATORS]
        here = Grant.objects.current().filter(role__in=roles).values("organisation")
        before = FieldReport.objects.visible_to(user).values("organisation")
        rows = Organisation.objects.filter(pk__in=here) | Organisation.objects.filter(pk__in=before)
        # An authority's own survey teams report as well.
        return (rows | authorities(user)).distinct().order_by("ref")
    own = {own_organisation(user, scope) for scope in held(user, OPERATORS, "enter")} - {None}
    return Organisation.objects.filter(pk__in=own).order_by("ref")


def known_of(type: str, user: Any, task: str, hazard: str) -> dict[str, Any]:
    """What a report of a task or a hazard begins with, by their numbers: whose it is, where, and of which work."""
    given = Task.objects.visible_to(user).filter(ref=task).first() if task else None
    hazards = Hazard.objects.visible_to(user)
    about = hazards.filter(ref=hazard).first() if hazard else hazards.filter(tasks=given).first() if given else None
    source = given or about
    if source is None:
        return {}
    operator = given.organisation if given else worker_of(source)
    place = source.place or (about and about.place)
    found = {
        "authority": source.owner.ref, "operator": operator and operator.ref, "place": place and place.ref,
        "hazard": about and about.ref, "task": given and given.ref,
    }  # fmt: skip
    if given and type == ReportType.PROGRESS:
        found["type"] = given.activity
    return {name: value for name, value in found.items() if value}


class EntryForm(forms.Form):
    """``report``: the version that is corrected; its keys that the form does not ask stay. ``known``: what a new one is
    filled in with, see :func:`known_of`."""

    def __init__(
        self, type: str, user: Any, data: Any = None, files: Any = None, *, report: FieldReport | None = None,
        known: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.type, self.report = type, report
        super().__init__(data, files, initial={**self._initial(report), **(known or {})})
        self._head(user, report)
        if type in (ReportType.HAZARD, ReportType.SURVEY):
            self._hazard()
        model, allowed = FIELDS[type]
        for name in allowed:
            if name not in LEFT_OUT:
                self.fields[name] = _field(model._meta.get_field(name), required=name in NEEDED.get(type, ()))
        if type == ReportType.PROGRESS:
            self.fields["days"] = DaysField(
                label=_("Days"), help_text=_("A line for each day: date; m²; deminers; hours; items found.")
            )
        self.fields["document"] = forms.FileField(
            label=_("Scan or document"), required=False, help_text=_("Kept as it is, at most 20 MB.")
        )

    @property
    def usual(self) -> Iterable[Code]:
        """Usual ways of release, offered while one is typed."""
        return ReleaseMethod if self.type == ReportType.RELEASE else ()

    def _initial(self, report: FieldReport | None) -> dict[str, Any]:
        if report is None:
            return {"on": timezone.localdate()}
        said = dict(report.content)
        for name, given in said.items():
            if isinstance(given, dict) and "coordinates" in given:
                said[name] = json.dumps(given)
            elif name == "days":
                said[name] = "\n".join("; ".join(str(one.get(key, "")) for key in DaysField.names) for one in given)
        return {**said, "on": report.on, "place": report.place and report.place.ref, "reference": report.reference}

    def _head(self, user: Any, report: FieldReport | None) -> None:
        if report is None:
            for name, label, rows in (
                ("authority", pgettext("of mine action", "Authority"), authorities(user)),
                ("operator", _("Operator"), operators(user)),
            ):  # fmt: skip
                first = rows.first() if len(rows) == 1 else None
                self.fields[name] = forms.ModelChoiceField(
                    rows, label=label, to_field_name="ref", initial=first and first.ref,
                    widget=forms.HiddenInput if first else forms.Select,
                )  # fmt: skip
        self.fields["reference"] = forms.CharField(
            label=_("Report number"), max_length=80, disabled=report is not None,
            help_text=_("The operator's own number of the report. The same number with other content is its next version."),
        )  # fmt: skip
        self.fields["on"] = forms.DateField(
            label=_("Date of information"), widget=forms.DateInput(attrs={"type": "date"}),
            help_text=_("The day on which it was so; not the day on which it is typed."),
        )  # fmt: skip
        chosen = str((self.data or {}).get("place") or self.initial.get("place") or "")
        known = Place.objects.filter(ref=chosen).first() if chosen else None
        attrs = {"data-places": "/api/v1/places", "data-placeholder": _("Name or P-code")}
        self.fields["place"] = forms.CharField(
            label=_("Place"),
            widget=forms.Select(
                attrs=attrs, choices=[("", ""), *([(known.ref, known.label)] if known else []), *_governorates()]
            ),
        )

    def _hazard(self) -> None:
        choices = [("", _("Not said")), *Classification.choices]
        self.fields["classification"] = forms.ChoiceField(label=_("Classification"), choices=choices, required=False)
        self.fields["evidence_type"] = forms.ChoiceField(
            label=_("Evidence"), choices=[("", _("None")), *EvidenceType.choices], required=False
        )
        self.fields["evidence_direct"] = forms.BooleanField(label=_("It is direct evidence"), required=False)
        self.fields["evidence_text"] = forms.CharField(
            label=_("Details of the evidence"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("No names: whoever reads the report reads this."),
        )  # fmt: skip

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(_("The date lies after today. Correct it: what is reported has happened."))
        return on

    def clean_place(self) -> Place:
        found = Place.objects.filter(ref=self.cleaned_data["place"]).first()
        if found is None:
            raise forms.ValidationError(_("Choose a place of the list."))
        return found

    def clean_document(self) -> Any:
        file = self.cleaned_data["document"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Send it smaller."))
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        model, allowed = FIELDS[self.type]
        for name in allowed:
            if name in self.fields and name != "place" and given.get(name) not in (None, "", []):
                try:
                    value(model._meta.get_field(name), _json(given[name]))
                except Refused as refusal:
                    self.add_error(name, str(refusal).partition(": ")[2] or str(refusal))
        self._together(given)
        return given

    def _together(self, given: dict[str, Any]) -> None:
        """What the database would refuse when the report is accepted is said while it is typed."""
        on, discovered = given.get("on"), given.get("suspected_on")
        if on and discovered and discovered > on:
            self.add_error("suspected_on", _("The date of information lies before the hazard was discovered."))
        if given.get("type") == ReleaseType.CLEARED and self.type == ReportType.RELEASE and not given.get("depth_m"):
            self.add_error("depth_m", _("Cleared ground says to which depth, in metres, more than 0."))
        direct = given.get("evidence_direct") and given.get("evidence_type")
        if given.get("classification") == Classification.CHA and not direct and not _direct(self.report):
            self.add_error(
                "evidence_direct", _("A confirmed hazardous area has direct evidence. Enter it, or leave it suspected.")
            )
        if on and given.get("hazard") and "hazard" not in self.errors:
            hazard = value(FIELDS[self.type][0]._meta.get_field("hazard"), given["hazard"])
            if isinstance(hazard, Hazard) and hazard.suspected_on > on:
                self.add_error("on", _("The date lies before the hazard was discovered."))

    def content(self) -> dict[str, Any]:
        """Keys that are not filled in are left out: they say nothing."""
        found = dict(self.report.content) if self.report else {}
        allowed = FIELDS[self.type][1]
        for name in (*allowed, "days", "classification"):
            if name not in self.fields or name == "place":
                continue
            given = self.cleaned_data.get(name)
            if given in (None, "", []):
                found.pop(name, None)
            else:
                found[name] = _json(given)
        if kind := self.cleaned_data.get("evidence_type"):
            evidence = {
                "direct": self.cleaned_data["evidence_direct"], "type": kind, "on": self.cleaned_data["on"].isoformat(),
                "text": self.cleaned_data["evidence_text"],
            }  # fmt: skip
            found["evidence"] = [*(one for one in found.get("evidence", []) if one != evidence), evidence]
        return found


NEEDED = {
    ReportType.RELEASE: ("type", "ground"),
    ReportType.HAZARD: ("type",),
    ReportType.FIND: ("category",),
    ReportType.SPOT: ("what", "point"),
    ReportType.PROGRESS: ("type",),
}


def _governorates() -> list[tuple[str, str]]:
    from rafid.commons.places.country import country
    from rafid.commons.places.models import Level

    return [(one.ref, one.name) for one in Place.objects.filter(level=Level.GOVERNORATE, division=country().division)]


def _direct(report: FieldReport | None) -> bool:
    evidence = report.content.get("evidence", []) if report else []
    return any(isinstance(one, dict) and one.get("direct") for one in evidence)


def _field(field: Any, *, required: bool) -> forms.Field:
    label, help_text = label_of(field), field.help_text
    if isinstance(field, GeometryField):
        return ShapeField(
            polygon=isinstance(field, MultiPolygonField), label=label, required=required,
            help_text=_("Longitude and latitude in degrees, a corner on each line; or WKT, or GeoJSON.")
            if isinstance(field, MultiPolygonField) else _("Longitude and latitude in degrees, such as 44.3301 36.0502."),
        )  # fmt: skip
    if field.is_relation:
        return forms.CharField(label=label, required=required, help_text=_("Its number, such as DMA-2026-0412."))
    if isinstance(field, ArrayField):
        choices = Device.choices if field.name == "device_categories" else Blocked.choices
        return forms.MultipleChoiceField(
            label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
        )
    if field.choices:
        # Nothing is chosen beforehand: a kind that nobody chose would be taken for what the report says.
        blank = [("", "—") if required else ("", _("Not said"))]
        return forms.ChoiceField(label=label, required=required, choices=[*blank, *field.choices])
    if isinstance(field, DateField):
        return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))
    found = field.formfield(required=required, help_text=help_text)
    found.initial = None
    if field.name == "method":
        found.widget.attrs["list"] = "release-methods"
    if isinstance(field, TextField):
        found.widget = forms.Textarea(attrs={"rows": 3})
        found.max_length = 4000
    return found  # type: ignore[no-any-return]


def _json(given: Any) -> Any:
    return given.isoformat() if isinstance(given, date) else float(given) if hasattr(given, "as_tuple") else given
