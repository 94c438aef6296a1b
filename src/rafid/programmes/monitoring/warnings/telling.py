"""Who is told of a warning: managers of those who see it; donors where its rule says so and it is released to them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.people.notify import notify

from ..findings.telling import holders
from ..models import EarlyWarning
from ..seeing import DONORS, MANAGERS
from .rules import RULES

SAID = gettext_noop("Early warning %(ref)s: %(about)s")
MANY = gettext_noop("There are %(count)s new early warnings.")
FEW = 3


def address(row: EarlyWarning) -> str:
    return f"/monitoring/warnings/{row.ref}/"


def tell(rows: Iterable[EarlyWarning], released: Iterable[EarlyWarning]) -> int:
    """``rows`` are new to managers, ``released`` to donors. Where there are many at once, one message says how many."""
    return _tell(MANAGERS, list(rows)) + _tell(DONORS, [one for one in released if RULES[one.rule].donor])


def _tell(roles: Iterable[str], rows: list[EarlyWarning]) -> int:
    count = 0
    for account in holders(roles) if rows else ():
        ids = [one.pk for one in rows]
        seen = set(EarlyWarning.objects.visible_to(account).filter(pk__in=ids).values_list("pk", flat=True))
        own = [one for one in rows if one.pk in seen]
        if len(own) > FEW:
            notify(account, in_three(MANY, count=len(own)), "/monitoring/warnings/?state=new")
            count += 1
            continue
        for row in own:
            notify(account, in_three(SAID, ref=row.ref, about=row.about), address(row))
            count += 1
    return count
