"""On the page on which an import of figures ended: a dataset of them, begun with what the file held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from rafid.commons.indicators.after_import import filled
from rafid.commons.people.visibility import may
from rafid.commons.places.models import Level
from rafid.commons.records.next_steps import Step

from ..release.decide import COMPOSE
from ..release.of_figures import LEVELS


def dataset_step(user: Any, run: Any) -> Iterator[Step]:
    found = filled(run)
    if found is None:
        return
    own = [one for one in found.indicators if may(user, COMPOSE, one.programme)]
    if not own:
        return
    deepest = max(found.levels, default=Level.DISTRICT)
    names = {level: name for name, level in LEVELS.items()}
    levels = [names[level] for level in (Level.GOVERNORATE, Level.DISTRICT) if level <= deepest and level in names]
    asked = {"indicator": [one.code for one in own], "by": found.by, "level": levels or [names[Level.COUNTRY]]}
    yield Step(_("Make a dataset of these figures"), f"{reverse('catalog-new')}?{urlencode(asked, doseq=True)}")
