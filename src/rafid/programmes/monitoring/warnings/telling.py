"""Who is told of a warning: managers of those who see it; donors where its rule says so and it is released to them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.people.notify import notify

from ..findings.telling import holders
from ..models import EarlyWarning
from ..seeing import DONORS, MANAGERS
from .rules import RULES

SAID = gettext_noop("Early warning %(ref)s: %(about)s")


def address(row: EarlyWarning) -> str:
    return f"/monitoring/warnings/{row.ref}/"


def tell(row: EarlyWarning, *, donors_only: bool = False) -> int:
    roles: Any = frozenset() if donors_only else MANAGERS
    if RULES[row.rule].donor and row.released_at is not None:
        roles = roles | DONORS
    text, count = in_three(SAID, ref=row.ref, about=row.about), 0
    for account in holders(roles) if roles else ():
        if EarlyWarning.objects.visible_to(account).filter(pk=row.pk).exists():
            notify(account, text, address(row))
            count += 1
    return count
