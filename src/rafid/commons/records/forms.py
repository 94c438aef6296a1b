"""Forms of a register, made from its model and declaration."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from rafid.commons.people import fields
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may, may_at
from rafid.commons.places.models import Place

from .registers import Register


class PlaceField(fields.PlaceField):
    """Also takes the id that a record holds of its place."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, UUID):
            value = Place.objects.filter(pk=value).first()
        return super().prepare_value(value)


class PointInput(forms.MultiWidget):
    def __init__(self) -> None:
        number = {"inputmode": "decimal", "dir": "ltr"}
        super().__init__(
            [
                forms.TextInput({**number, "aria-label": _("Longitude"), "placeholder": "44.36"}),
                forms.TextInput({**number, "aria-label": _("Latitude"), "placeholder": "33.31"}),
            ]
        )

    def decompress(self, value: Any) -> list[Any]:
        return [value.x, value.y] if value else [None, None]


class PointField4326(forms.MultiValueField):
    """Longitude and latitude in degrees, WGS 84."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            [forms.FloatField(min_value=-180, max_value=180), forms.FloatField(min_value=-90, max_value=90)],
            widget=PointInput(),
            help_text=_("Longitude first, then latitude, in degrees"),
            **kwargs,
        )

    def compress(self, values: list[Any]) -> Point | None:
        return Point(*values, srid=4326) if values and None not in values else None


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def _field(field: Any, **kwargs: Any) -> Any:
    if isinstance(field, PointField):
        return PointField4326(required=not field.blank, label=field.verbose_name)
    if field.is_relation and field.related_model is Place:
        return PlaceField(empty="–", required=not field.blank, label=field.verbose_name)
    formfield = field.formfield(**kwargs)
    if isinstance(formfield, forms.DateField) and not isinstance(formfield, forms.DateTimeField):
        formfield.widget = DateInput()
    return formfield


class RecordForm(forms.ModelForm):
    """``version`` is the one that was read; ``reason`` goes into the history."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("Why this change?"), required=False, max_length=500)

    def __init__(self, *args: Any, user: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.register = user, register
        for name, field in self.fields.items():
            if name not in ("version", "reason"):
                field.label = register.label(name)
        if "owner" in self.fields:
            action = "change" if self.instance.pk and not self.instance._state.adding else "add"
            allowed = [
                organisation.pk
                for organisation in Organisation.objects.filter(active=True)
                if may(user, action, register.programme.name, owner=organisation.pk)
            ]
            owners: Any = self.fields["owner"]
            owners.queryset = Organisation.objects.filter(pk__in=allowed)
            if len(allowed) == 1:
                owners.initial = allowed[0]
        if self.instance._state.adding:
            del self.fields["reason"]
        else:
            # Without the version that was read nobody could tell whether somebody else's change is written over.
            self.fields["version"].required = True
            self.initial["version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        action = "add" if self.instance._state.adding else "change"
        place, owner = cleaned.get("place"), cleaned.get("owner") or (self.instance.owner_id and self.instance.owner)
        if owner is not None and not may_at(
            self.user, action, self.register.programme.name, owner.pk, place and place.pk
        ):
            self.add_error(
                "place" if "place" in self.fields else None,
                _("Your role does not reach this place and organisation. Choose others, or ask for a wider role."),
            )
        return cleaned


def form_class(register: Register) -> type[RecordForm]:
    return forms.modelform_factory(register.model, form=RecordForm, fields=register.editable, formfield_callback=_field)
