"""What forms of operations offer: authorities that a person acts for, operators, hazards by their numbers."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import organisations_within

from ..models import Accreditation, Hazard
from ..seeing import AUTHORITY, held


def authorities(user: Any, action: str) -> QuerySet[Organisation]:
    """Those for which the person may do ``action``."""
    rule = Q(pk=None)
    for scope in held(user, AUTHORITY, action):
        rule |= Q(pk__in=organisations_within(scope.organisation)) if scope.organisation else Q(kind="authority")
    return Organisation.objects.filter(rule, active=True).order_by("ref")


def operators() -> QuerySet[Organisation]:
    """Whoever may work on the ground: no authority, no ministry, no donor."""
    return Organisation.objects.filter(active=True).exclude(kind__in=("authority", "ministry", "donor")).order_by("ref")


class OperatorField(forms.ModelChoiceField):
    """Operators, those that asked to be accredited first; of any other the list says that its task cannot be given out yet."""

    def __init__(self, **words: Any) -> None:
        words.setdefault("label", gettext_lazy("Operator"))
        super().__init__(Organisation.objects.none(), **words)

    def offer(self) -> None:
        asked = Exists(Accreditation.objects.filter(organisation=OuterRef("pk")))
        self.queryset = operators().annotate(asked=asked).order_by("-asked", "ref")

    def label_from_instance(self, obj: Any) -> str:
        return obj.name if obj.asked else _("%(operator)s (not accredited)") % {"operator": obj.name}


def acted_for(user: Any, action: str) -> QuerySet[Organisation]:
    """As :func:`authorities`, but a part of an authority is passed over where the authority itself is there."""
    rows = authorities(user, action)
    whole = rows.filter(kind="authority")
    return whole if whole.exists() else rows


class HazardsField(forms.CharField):
    """Numbers of hazards, divided by blanks or commas; cleans to the hazards. ``user`` is set by the form."""

    user: Any = None

    def __init__(self, **words: Any) -> None:
        words.setdefault("label", gettext_lazy("Hazards"))
        words.setdefault("help_text", gettext_lazy("Their numbers, divided by blanks or commas."))
        super().__init__(max_length=4000, **words)

    def clean(self, value: Any) -> list[Hazard]:
        refs = list(dict.fromkeys(one for one in re.split(r"[\s,،;؛]+", super().clean(value)) if one))
        rows = {
            row.ref: row
            for row in Hazard.objects.visible_to(self.user).filter(ref__in=refs).select_related("place", "owner")
        }
        missing = [ref for ref in refs if ref not in rows]
        if missing:
            raise forms.ValidationError(
                _("There is no hazard with the number %(refs)s that you may see. Correct it or take it out.")
                % {"refs": ", ".join(missing[:5])}
            )
        return [rows[ref] for ref in refs]


class PointField(forms.CharField):
    """Longitude and latitude in degrees, as a receiver shows them; cleans to a point or None."""

    def __init__(self, **words: Any) -> None:
        words.setdefault("label", gettext_lazy("Position"))
        words.setdefault(
            "help_text", gettext_lazy("Longitude and latitude in degrees (WGS 84), as 44.33384, 36.05271.")
        )
        super().__init__(max_length=60, **words)

    def clean(self, value: Any) -> Point | None:
        text = super().clean(value)
        if not text:
            return None
        parts = [one for one in re.split(r"[\s,;،]+", text.strip()) if one]
        try:
            lon, lat = (float(one) for one in parts)
        except ValueError:
            raise forms.ValidationError(
                _("Write two numbers: longitude and latitude in degrees, as 44.33384, 36.05271.")
            ) from None
        from rafid.commons.places.country import country

        west, south, east, north = country().bounds
        if not (west <= lon <= east and south <= lat <= north):
            if west <= lat <= east and south <= lon <= north:
                raise forms.ValidationError(_("Longitude and latitude seem to be exchanged: longitude comes first."))
            raise forms.ValidationError(_("This position lies outside the country. Correct the numbers."))
        return Point(lon, lat, srid=4326)
