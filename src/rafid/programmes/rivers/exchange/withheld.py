"""A giver that takes its consent back, lets it run out, or closes its series, closes what rests on it here, too; and one that
waits longer before it shows its values makes what rests on them wait as long."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from rafid.commons.history import because
from rafid.commons.records.models import Source

from ..models import Series
from ..seeing import resting_on_others


def close_what_is_withheld() -> int:
    """How many series were closed, or are shown later."""
    count = 0
    with transaction.atomic(), because("its giver keeps it from others"):
        for one in resting_on_others().filter(held__gt=F("sensitivity")).select_for_update(of=("self",)):
            one.sensitivity = one.held
            one.save(update_fields=["sensitivity"])
            count += 1
        given = Series.objects.filter(derived_from__source=Source.NODE).select_related("derived_from")
        for one in given.filter(embargo_hours__lt=F("derived_from__embargo_hours")).select_for_update(of=("self",)):
            one.embargo_hours = one.derived_from.embargo_hours
            one.save(update_fields=["embargo_hours"])
            count += 1
    return count
