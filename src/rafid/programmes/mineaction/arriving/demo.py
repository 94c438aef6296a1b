"""The forms of mine action in the demonstration: open, with their lists of hazards and tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rafid.commons.forms.demo import bring_form
from rafid.commons.people.models import Organisation
from rafid.commons.programme import programme

from .declared import FORMS
from .lists import make_lists


def open_forms(owner: Organisation, by: Any, at: datetime) -> int:
    """Every form that is not there yet, published at ``at``; returns how many."""
    make_lists(owner)
    mine = programme("mineaction")
    made = [bring_form(mine, declared, owner, by, [(declared.file, at)]) for declared in FORMS]
    return sum(one is not None for one in made)
