"""Fields of forms that choose a place, an organisation or a role; each is a plain select without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.filters import echoed
from rafid.commons.places.country import country
from rafid.commons.places.matching import match_place
from rafid.commons.places.models import Level, Place

from .models import Organisation
from .scopes import role_choices

ALL_PLACES = _("All places")
ALL_ORGANISATIONS = _("All organisations")


def place_options(empty: str) -> Iterator[tuple[str, Any]]:
    """Governorates as groups of their districts, for a select; deeper places are found by typing or by their code."""
    yield "", empty
    usual = Q(level=Level.DISTRICT, division=country().division)
    areas = list(Place.objects.filter(Q(level__lt=Level.DISTRICT) | usual))
    below: dict[Any, list[Place]] = {}
    for area in areas:
        below.setdefault(area.parent_id, []).append(area)
    for area in sorted(areas, key=lambda one: (one.level, one.name)):
        if area.level == Level.COUNTRY:
            yield area.ref, area.name
        elif area.level == Level.GOVERNORATE:
            inside = [one for one in below.get(area.pk, []) if one.level == Level.DISTRICT]
            districts = [(one.ref, f"{area.name} › {one.name}") for one in sorted(inside, key=lambda one: one.name)]
            yield area.name, [(area.ref, area.name), *districts]


class PlaceSelect(forms.Select):
    """Holds a place that is not among the options, as the search in the page may bring one, or a name as it was typed."""

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        groups = super().optgroups(name, value, attrs)
        offered = {option["value"] for _title, options, _index in groups for option in options}
        for chosen in value:
            if chosen and chosen not in offered:
                place = Place.objects.select_related("parent").filter(ref=chosen).first()
                label = place.label if place else echoed(chosen, 100)
                option = self.create_option(name, place.ref if place else label, label, True, len(groups), attrs=attrs)
                groups.append((None, [option], len(groups)))
        return groups


CLEARLY = 0.1
"""How much better the first place must fit than the second, to be taken without a question."""


class PlaceField(forms.ChoiceField):
    """A place by its reference, or by its name as somebody typed it: ``IQG17``, ``ذي قار``; ``None`` for nothing."""

    widget = PlaceSelect

    def __init__(self, *, empty: Any = ALL_PLACES, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Place"))
        kwargs.setdefault("required", False)
        super().__init__(choices=lambda: list(place_options(str(empty))), **kwargs)
        self.widget.attrs.update({"data-places": "/api/v1/places", "data-placeholder": empty})

    def prepare_value(self, value: Any) -> Any:
        return value.ref if isinstance(value, Place) else value

    def to_python(self, value: Any) -> Place | None:
        text = str(value or "").strip().replace("\x00", "")
        if not text:
            return None
        places = Place.objects.select_related("parent")
        found = places.filter(ref__iexact=text).first()
        if found:
            return found
        candidates = match_place(text[:300], limit=5)
        if len(candidates) == 1 or (candidates and candidates[0].score - candidates[1].score > CLEARLY):
            return places.get(pk=candidates[0].place_id)
        if candidates:
            there = places.in_bulk([one.place_id for one in candidates])
            names = "; ".join(f"{there[one.place_id].label} ({one.ref})" for one in candidates)
            raise forms.ValidationError(_("More than one place has this name. Type the code of one: %s") % names)
        raise forms.ValidationError(_("No place has this name or code. Look it up under Places."))

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)


def organisation_options(empty: str, rows: Any = None) -> Iterator[tuple[str, str]]:
    """The tree, each below its parent and after its depth; ``rows`` limits what is offered."""
    yield "", empty
    every = list(Organisation.objects.filter(active=True))
    allowed = None if rows is None else set(rows.values_list("pk", flat=True))
    below: dict[Any, list[Organisation]] = {}
    for one in every:
        below.setdefault(one.parent_id, []).append(one)

    def walk(parent: Any, depth: int) -> Iterator[tuple[str, str]]:
        for one in sorted(below.get(parent, []), key=lambda one: one.name):
            if allowed is None or one.pk in allowed:
                yield one.ref, "\u2003" * depth + one.name
            yield from walk(one.pk, depth + 1)

    yield from walk(None, 0)


class OrganisationField(forms.ChoiceField):
    """An organisation by its reference; ``None`` where nothing is chosen."""

    def __init__(self, *, empty: Any = ALL_ORGANISATIONS, rows: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Organisation"))
        kwargs.setdefault("required", False)
        super().__init__(choices=lambda: list(organisation_options(str(empty), rows)), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.ref if isinstance(value, Organisation) else value

    def to_python(self, value: Any) -> Organisation | None:
        text = str(value or "").strip().replace("\x00", "")
        if not text:
            return None
        found = Organisation.objects.filter(ref__iexact=text).first()
        if found is None:
            raise forms.ValidationError(_("There is no such organisation."))
        return found

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)


class RoleField(forms.ChoiceField):
    """A role by its code ``programme.role``, grouped by programme; ``codes`` limits what is offered."""

    def __init__(self, *, codes: Any = None, empty: Any = "", **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Role"))
        super().__init__(choices=lambda: [("", empty or "—"), *role_choices(codes)], **kwargs)


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


class ReasonForm(forms.Form):
    """Why something is done; it goes into the history."""

    reason = forms.CharField(label=_("Why?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def languages(empty: Any = None) -> list[tuple[str, Any]]:
    own = [("ar", "العربية"), ("ckb", "کوردی"), ("en", "English")]
    return [("", empty), *own] if empty is not None else [*own]
