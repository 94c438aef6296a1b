"""A return period becomes a threshold of the station: status, forecasts and warnings read it like any other."""

from __future__ import annotations

import math
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from rafid.commons.history import because
from rafid.commons.people.models import Account
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.change import Refused

from ..codes import RISING
from ..models import Station, Threshold
from ..refusals import told
from .queries import Study

NEAR = 1e-6


def use_as_threshold(
    found: Study, *, period: int, class_code: str, shown: float | None = None, user: Account
) -> Threshold:
    """The flood of ``period`` years by the fit that is used becomes the threshold of ``class_code``; the one that stood for
    that class by a return period ends now.

    ``shown`` is what the person saw: Raises ``Refused`` where it became another figure since, where nothing is fitted, and
    where the ladder would be out of order.
    """
    curve = found.frequency.used
    quantile = curve.of(period) if curve is not None else None
    if curve is None or quantile is None or found.series is None:
        raise Refused(_("No fit gives a flood of this return period. Look at the record first."))
    if class_code not in RISING:
        raise Refused(_("Choose one of the classes of a flood: watch, warning, severe or extreme."))
    if shown is not None and not math.isclose(shown, quantile.flow, rel_tol=NEAR):
        raise Refused(_("The figure became another one since you opened the page. Look at it again."))
    now = timezone.now()
    counted = found.frequency.counted
    basis: dict[str, Any] = {
        "fit": curve.code,
        "series": str(found.series.pk),
        "years": len(counted),
        "first": counted[0].year,
        "last": counted[-1].year,
        "first_month": found.asked.first_month,
        "historic_years": curve.years - len(counted),
        "regional_skew": found.asked.region.skew,
        "regional_skew_mse": found.asked.region.mse,
        "regional_skew_source": found.asked.region.source,
        "low": quantile.low,
        "high": quantile.high,
        "beyond": quantile.beyond,
        "known_at": found.known_at.isoformat(),
    }
    with told(Threshold), because("Return period used as threshold"), transaction.atomic():
        Station.everything.select_for_update().get(pk=found.station.pk)
        _end(found.station, class_code, now)
        return Threshold.objects.create(
            station=found.station,
            variable="discharge",
            kind="return_period",
            class_code=class_code,
            value=quantile.flow,
            return_period=period,
            valid_from=now,
            basis=basis,
            source_text=found.series.ref,
            made_by=user,
            **names_of(period),
        )


def _end(station: Station, class_code: str, now: Any) -> int:
    ended = 0
    for row in Threshold.objects.select_for_update().filter(
        station=station, variable="discharge", kind="return_period", class_code=class_code, valid_to=None
    ):
        row.valid_to = now
        row.save(update_fields=["valid_to"])
        ended += 1
    return ended


def end_threshold(threshold: Threshold, *, user: Account) -> None:
    """The threshold holds no longer. Raises ``Refused`` where it ended already."""
    with told(Threshold), because("Threshold ended"), transaction.atomic():
        row = Threshold.objects.select_for_update().get(pk=threshold.pk)
        if row.valid_to is not None:
            raise Refused(_("This threshold ended already."))
        row.valid_to = timezone.now()
        row.save(update_fields=["valid_to"])


def names_of(period: int) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            said = ngettext("Flood of %(years)s year", "Flood of %(years)s years", period)
            found[f"name_{language}"] = said % {"years": period}
    return found
