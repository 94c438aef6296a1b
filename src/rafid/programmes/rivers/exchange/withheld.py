"""What rests on series that another node gave and lets nobody else see: it stays as closed as they are.

The database decides (``rafid_rivers_withheld``): the level of the most closed series, of those from which one is derived,
that came from another node and that no current agreement lets this node show to others (``may_republish``); 0 where nothing is
withheld. It refuses a derived series that is more open, and an agreement that names one.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Func, Q, SmallIntegerField

from rafid.commons.history import because
from rafid.commons.records.models import Source

from ..models import Series


class Withheld(Func):
    function = "rafid_rivers_withheld"
    output_field = SmallIntegerField()


def resting_on_others() -> Any:
    """Series that rest on one of another node, with ``held``: how closed they stay for its sake."""
    rows = Series.objects.filter(Q(derived_from__source=Source.NODE) | Q(derived_from__derived_from__isnull=False))
    return rows.annotate(held=Withheld(F("derived_from_id")))


def close_what_is_withheld() -> int:
    """A giver that takes its consent back, or closes its series, closes what rests on it here, too."""
    count = 0
    with because("its giver keeps it from others"):
        for one in resting_on_others().filter(held__gt=F("sensitivity")):
            one.sensitivity = one.held
            one.save(update_fields=["sensitivity"])
            count += 1
    return count
