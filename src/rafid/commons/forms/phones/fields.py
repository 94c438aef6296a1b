"""What is filled in about a phone or a public link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.people.models import Organisation
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place

from ..design.access import owners_for
from ..models import AppUser, Form
from ..owning import begins_with
from .given import forms_to_give, nothing_to_tell

MOMENT = "%Y-%m-%dT%H:%M"


class _Places(forms.ModelMultipleChoiceField):
    def label_from_instance(self, place: Any) -> str:
        return str(place.name)


def _moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(label=label, help_text=help_text, widget=widget, input_formats=[MOMENT], required=False)


class PhoneForm(forms.Form):
    """A new phone beginning with one form, or ``phone`` changed."""

    name = forms.CharField(
        label=gettext_lazy("Name of the phone"),
        max_length=100,
        help_text=gettext_lazy(
            "As it is written on its back: “Tablet 7, Mosul team”. It stands with all that it sends."
        ),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Organisation"),
        empty_label=gettext_lazy("Choose the organisation"),
        help_text=gettext_lazy("Whose the phone is; what it sends is this organisation's."),
    )
    carries = forms.MultipleChoiceField(
        label=gettext_lazy("Forms on it"), widget=forms.CheckboxSelectMultiple, required=False
    )
    places = _Places(
        Place.objects.none(),
        label=gettext_lazy("Places"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Lists of sites on the phone hold these places only. None chosen: everywhere."),
    )
    expires_at = _moment(gettext_lazy("Works until"), gettext_lazy("Empty: until it is shut out."))

    def __init__(self, *args: Any, user: Any, form: Form, phone: AppUser | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[assignment]
        owners = [phone.owner] if phone is not None else owners_for(user, form.programme)
        fields["organisation"].queryset = Organisation.objects.filter(pk__in=[one.pk for one in owners]).order_by("ref")
        fields["organisation"].initial = begins_with(user, owners)
        if len(owners) == 1:
            fields["organisation"].widget = forms.HiddenInput()
        self.given = {str(one.pk): one for owner in owners for one in forms_to_give(user, owner)}
        fields["carries"].choices = [(pk, f"{one.title} ({one.xform_id})") for pk, one in self.given.items()]
        fields["carries"].initial = [str(form.pk)]
        governorates = Place.objects.filter(level=Level.GOVERNORATE, division=country().division)
        fields["places"].queryset = governorates.order_by("ref")
        if phone is not None:
            fields["name"].initial = phone.name
            fields["carries"].initial = [str(pk) for pk in phone.forms.values_list("pk", flat=True)]
            fields["places"].initial = [place.pk for place in phone.places.all()]
            fields["expires_at"].initial = phone.expires_at

    def clean_carries(self) -> list[Form]:
        return [self.given[pk] for pk in self.cleaned_data["carries"]]


class LinkForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the link"),
        max_length=100,
        help_text=gettext_lazy("For yourselves: where it is published, for whom."),
    )
    opens_at = _moment(gettext_lazy("Opens"), gettext_lazy("Empty: at once."))
    closes_at = _moment(gettext_lazy("Closes"), gettext_lazy("Empty: until it is withdrawn."))
    max_submissions = forms.IntegerField(
        label=gettext_lazy("At most so many submissions"), min_value=1, max_value=1_000_000, required=False
    )
    tells_left = forms.BooleanField(
        label=gettext_lazy("Say how many more answers it takes"),
        required=False,
        help_text=gettext_lazy("Whoever has the link then knows how many came in."),
    )
    once_per_browser = forms.BooleanField(
        label=gettext_lazy("Once from each browser"),
        required=False,
        help_text=gettext_lazy("A courtesy, no lock: another browser can send again."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("opens_at") and data.get("closes_at") and data["closes_at"] <= data["opens_at"]:
            self.add_error("closes_at", _("It must close after it opens."))
        if data.get("tells_left") and not data.get("max_submissions") and "max_submissions" not in self.errors:
            self.add_error("max_submissions", nothing_to_tell())
        return data
