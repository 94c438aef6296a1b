"""What people fill in about entity lists and their things."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import allowing
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place
from rafid.commons.records.registers import Register
from rafid.methods.xforms import is_dataset_name

from ..models import EntityList, EntitySource
from ..owning import begins_with
from .keep import KEEPERS, LARGEST_TABLE
from .words import PropertyWords

AREAS = (Level.GOVERNORATE, Level.DISTRICT, Level.SUBDISTRICT, Level.SETTLEMENT)


def owners_to_keep(user: Any, programme: str) -> list[Organisation]:
    """Organisations in whose name this person may add things, their own first."""
    heads = {scope.organisation for action in KEEPERS for scope in allowing(user, action, programme)}
    if not heads:
        return []
    rows = Organisation.objects.filter(active=True).order_by("ref")
    found = [one for one in rows if None in heads or heads & set(one.lineage)]
    return sorted(found, key=lambda one: one.pk != user.organisation_id)


class _Owned(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisation"), empty_label=_("Choose the organisation")
    )

    def owned(self, owners: list[Organisation], user: Any) -> None:
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in owners]).order_by("ref")
        field.initial = begins_with(user, owners)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class EntityForm(forms.Form):
    """A new thing, or one that is changed: label and the properties that this person sees whole."""

    label = forms.CharField(
        label=_("Label"), max_length=500, help_text=_("What it is called in lists. No names of people.")
    )

    def __init__(
        self,
        *args: Any,
        names: list[str],
        words: PropertyWords,
        owners: list[Organisation] | None = None,
        user: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        for name in names:
            self.fields[f"p_{name}"] = self._property(name, words)
        if owners is not None:
            places = Place.objects.filter(level=Level.DISTRICT, division=country().division).order_by("ref")
            self.fields["organisation"] = forms.ModelChoiceField(
                Organisation.objects.filter(pk__in=[one.pk for one in owners]).order_by("ref"),
                label=_("Organisation"),
                empty_label=_("Choose the organisation"),
                initial=begins_with(user, owners),
                help_text=_("Phones of this organisation, and of those above it, get it."),
            )
            self.fields["place"] = forms.ModelChoiceField(
                places,
                label=_("Place"),
                required=False,
                empty_label="–",
                help_text=_("Empty: where its position lies."),
            )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
        )

    def _property(self, name: str, words: PropertyWords) -> forms.Field:
        """As its question calls it and offers it; what stands there already is never lost by it."""
        title = words.title(name)
        if name == "geometry":
            # Numbers in a row keep their order in a line that runs from the right.
            example = "\u206633.3152 44.3661\u2069"
            return forms.CharField(
                label=title,
                required=False,
                max_length=20_000,
                help_text=format_lazy("{} {}", _("Latitude, then longitude:"), example),
                widget=forms.TextInput(attrs={"dir": "ltr"}),
            )
        choices = words.choices(name)
        if choices:
            now = str(self.initial.get(f"p_{name}", ""))
            own = [(now, now)] if now and now not in dict(choices) else []
            return forms.ChoiceField(label=title, required=False, choices=[("", "–"), *choices, *own])
        return forms.CharField(
            label=title, required=False, max_length=20_000, widget=forms.TextInput(attrs={"dir": "auto"})
        )

    def data_given(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"p_{name}"] for name in self.names}


class ImportForm(_Owned):
    file = forms.FileField(
        label=_("Table (CSV)"),
        help_text=_(
            "Columns: label, properties, latitude and longitude, place. With a column name (the identity), rows change what is"
            " there; without, they are added."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, owners: list[Organisation], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owned(owners, user)

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_TABLE:
            raise forms.ValidationError(_("The table is too large. Divide it."))
        read: bytes = file.read()
        return read


class ListForm(_Owned):
    """A new list that shows other records, or one of its own before any form writes to it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        help_text=_("As forms name it, without .csv: small Latin letters, digits and _."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    source = forms.ChoiceField(label=_("What it holds"))
    under = forms.ModelChoiceField(
        Place.objects.none(),
        label=_("Within"),
        required=False,
        empty_label=_("Whole country"),
        help_text=_("For places only."),
    )
    level = forms.TypedChoiceField(
        label=_("Level"), coerce=int, required=False, choices=[], help_text=_("For places only.")
    )

    def __init__(
        self,
        *args: Any,
        owners: list[Organisation],
        user: Any,
        programme: str,
        registers: list[Register],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.owned(owners, user)
        fields: dict[str, Any] = self.fields  # type: ignore[assignment]
        fields["source"].choices = [
            (EntitySource.OWN, _("Things that forms or people add")),
            (EntitySource.PLACES, _("Places")),
            *((f"sites:{one.programme.name}.{one.code}", one.title) for one in registers),
        ]
        fields["under"].queryset = Place.objects.filter(level=Level.GOVERNORATE, division=country().division).order_by(
            "ref"
        )
        fields["level"].choices = [(code, name) for code, name in Level.choices if code in AREAS]
        fields["level"].initial = int(Level.DISTRICT)
        self.order_fields(["name", "source", "under", "level", "organisation"])

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not is_dataset_name(name) or "." in name:
            raise forms.ValidationError(_("Letters, digits and _ only, a letter first."))
        if EntityList.objects.filter(name=name).exists():
            raise forms.ValidationError(_("There is a list of this name already."))
        return name

    def view(self) -> dict[str, Any]:
        source = self.cleaned_data["source"]
        if source == EntitySource.PLACES:
            under = self.cleaned_data["under"]
            return {
                "under": str(under.pk) if under else None,
                "levels": [self.cleaned_data["level"] or int(Level.DISTRICT)],
            }
        return {"register": source.partition(":")[2]} if source.startswith("sites:") else {}

    def kind(self) -> str:
        source: str = self.cleaned_data["source"]
        return EntitySource.SITES if source.startswith("sites:") else source


class ListSettings(forms.Form):
    needs_approval = forms.BooleanField(
        label=_("New things need an approval"),
        required=False,
        help_text=_("A registration makes its thing only when it is approved; visits change things at once."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
