"""Forms of weeks: when a visit is and who goes, what was not seen, clearances, days of the calendar, what monitors declare."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.places.models import Level, Place

from ..models import (
    CalendarDay,
    Chosen,
    Declaration,
    Employment,
    Leave,
    Monitor,
    Visit,
    VisitType,
)
from .schedule import LONGEST, MINUTES, Wish


def date_field(label: Any, **values: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **values)


def moment_field(label: Any, **values: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M"], **values)


def time_field(label: Any, **values: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput({"type": "time"}, format="%H:%M"), **values)


class TimeForm(forms.Form):
    """When, who and how. ``allow`` and ``why`` answer what spoke against the visit."""

    planned_on = date_field(_("Day"))
    start = time_field(_("From"), initial=time(9))
    minutes = forms.IntegerField(label=_("Minutes at the site"), min_value=1, max_value=LONGEST, initial=MINUTES)
    lead = forms.ModelChoiceField(Monitor.objects.none(), label=_("Lead monitor"))
    second = forms.ModelChoiceField(Monitor.objects.none(), label=_("Second monitor"), required=False)
    type = forms.ChoiceField(label=_("Type"), choices=VisitType.choices, initial=VisitType.ANNOUNCED)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, owner: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        monitors = Monitor.objects.visible_to(user).filter(owner=owner).order_by("code")
        for name in ("lead", "second"):
            field: Any = self.fields[name]
            field.queryset = monitors
            field.label_from_instance = lambda one: f"{one} · {one.code}"

    @property
    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(
            given["planned_on"], given["start"], given["lead"], given["second"], given["type"], given["minutes"]
        )


class AddForm(TimeForm):
    """A visit beside the sample, once or again."""

    site = forms.CharField(
        label=_("Site"),
        max_length=300,
        help_text=_("Its reference, its id in its list, or its name."),
        widget=forms.TextInput({"list": "sites", "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=_("Why this site"), choices=[one for one in Chosen.choices if one[0] != Chosen.DRAWN]
    )
    reason_text = forms.CharField(label=_("Which risk or complaint"), required=False, max_length=2000)
    every_weeks = forms.IntegerField(label=_("Again every … weeks"), required=False, min_value=1, max_value=26)
    times = forms.IntegerField(label=_("How many times in all"), required=False, min_value=1, max_value=26)
    field_order = ("site", "reason", "reason_text")


class AskForm(forms.Form):
    """A clearance that is asked for."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("Place"), required=False)
    route = forms.CharField(label=_("Route"), required=False, max_length=300)
    begins = moment_field(_("From"))
    ends = moment_field(pgettext_lazy("a time", "To"))

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["place"]
        field.queryset = places
        field.label_from_instance = lambda one: one.name


class AnswerForm(forms.Form):
    state = forms.ChoiceField(label=_("Answer"), choices=())
    by = forms.CharField(label=_("Given by"), required=False, max_length=200)
    number = forms.CharField(label=_("Number"), required=False, max_length=80)
    begins = moment_field(_("From"), required=False)
    ends = moment_field(pgettext_lazy("a time", "To"), required=False)

    def __init__(self, *args: Any, states: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["state"]
        field.choices = states


class AreaForm(forms.Form):
    """A place that asks for a clearance."""

    area = forms.ModelChoiceField(Place.objects.none(), label=_("Place"))
    first = date_field(_("First day"))
    last = date_field(_("Last day"))
    source = forms.CharField(label=_("Source"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.queryset = areas()
        field.label_from_instance = place_name

    def clean(self) -> dict[str, Any]:
        return _in_order(super().clean(), self)


class DayForm(forms.ModelForm):
    """Days of the calendar, from the first to the last."""

    first = date_field(_("First day"))
    last = date_field(_("Last day"))
    opens = time_field(_("From"), required=False)
    closes = time_field(pgettext_lazy("a time", "To"), required=False)

    class Meta:
        model = CalendarDay
        fields = ("kind", "name_ar", "name_ckb", "name_en", "place", "opens", "closes", "source")
        labels = {
            "name_ar": _("Name in Arabic"),
            "name_ckb": _("Name in Sorani"),
            "name_en": _("Name in English"),
            "place": _("Only in"),
        }

    field_order = ("kind", "first", "last")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.queryset, place.required = areas(), False
        place.label_from_instance = place_name

    def clean(self) -> dict[str, Any]:
        return _in_order(super().clean() or {}, self)


class DeclarationForm(forms.ModelForm):
    since = date_field(_("Since"))
    until = date_field(_("Until"), required=False)

    class Meta:
        model = Declaration
        fields = ("partner", "relation", "text", "since", "until")
        widgets = {"text": forms.Textarea({"rows": 2})}
        labels = {"partner": _("Partner")}

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner: Any = self.fields["partner"]
        partner.queryset = partners


class LeaveForm(forms.ModelForm):
    first = date_field(_("First day"))
    last = date_field(_("Last day"))

    class Meta:
        model = Leave
        fields = ("reason",)

    field_order = ("first", "last")

    def clean(self) -> dict[str, Any]:
        return _in_order(super().clean() or {}, self)


class EmploymentForm(forms.ModelForm):
    began_on = date_field(_("From"))
    ended_on = date_field(pgettext_lazy("a time", "To"), required=False)

    class Meta:
        model = Employment
        fields = ("employer", "organisation", "began_on", "ended_on")
        labels = {"organisation": pgettext_lazy("a former employer is", "One of the partners")}

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation"]
        organisation.queryset, organisation.required = partners, False


def areas() -> Any:
    return Place.objects.filter(level__in=(Level.GOVERNORATE, Level.DISTRICT)).order_by("ref")


def place_name(place: Place) -> str:
    return f"{place.name} ({place.ref})"


def _in_order(given: Any, form: forms.Form | forms.ModelForm) -> dict[str, Any]:
    first, last = given.get("first"), given.get("last")
    if first and last and last < first:
        form.add_error("last", _("The last day lies before the first. Correct one of the two."))
    return dict(given)


def span(form: Any) -> tuple[Any, Any]:
    """The days of a form as a range: up to the day after the last."""
    return form.cleaned_data["first"], form.cleaned_data["last"] + timedelta(days=1)


def initial_of(visit: Visit) -> dict[str, Any]:
    """What the form of a visit starts from."""
    from django.utils import timezone

    found: dict[str, Any] = {
        "planned_on": visit.planned_on, "lead": visit.lead, "second": visit.second, "type": visit.type,
        "version": visit.version,
    }  # fmt: skip
    if visit.window is not None:
        begins: datetime = timezone.localtime(visit.window.lower)
        length = visit.window.upper - visit.window.lower
        found |= {"start": begins.time(), "minutes": int(length.total_seconds() // 60)}
    return found
