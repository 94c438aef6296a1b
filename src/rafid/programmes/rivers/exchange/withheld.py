"""A giver that takes its consent back, lets it run out, or closes its series, closes what rests on it here, too."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from rafid.commons.history import because

from ..seeing import resting_on_others


def close_what_is_withheld() -> int:
    """How many series were closed."""
    count = 0
    with transaction.atomic(), because("its giver keeps it from others"):
        for one in resting_on_others().filter(held__gt=F("sensitivity")).select_for_update(of=("self",)):
            one.sensitivity = one.held
            one.save(update_fields=["sensitivity"])
            count += 1
    return count
