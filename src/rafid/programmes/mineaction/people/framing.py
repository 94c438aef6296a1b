"""What maps, tables and files of this room say of themselves."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from rafid.commons.names import pick
from rafid.commons.people.models import Organisation
from rafid.commons.records.models import Source

from ..picture.asked import Asked
from ..picture.frame import Frame


def made_up(model: Any) -> bool:
    """One made-up row makes the page a demonstration."""
    return bool(model.everything.filter(source=Source.DEMONSTRATION).exists())


def said_of(rows: Any, model: Any, place: Any) -> Frame:
    """As of today, as known now. ``rows`` have an owner; one made-up row of ``model`` makes it a demonstration."""
    owners = Organisation.objects.filter(pk__in=rows.order_by().values("owner")).order_by("ref")
    names = tuple(pick(one.names) or one.ref for one in owners)
    return Frame(Asked(timezone.localdate()), place, names, made_up(model))
