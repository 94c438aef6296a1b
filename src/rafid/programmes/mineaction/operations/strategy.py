"""Targets of the strategy, and how far each has come by what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Area
from django.db.models import F, Sum
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.history import because
from rafid.commons.people.visibility import places_within
from rafid.commons.records.change import Refused
from rafid.commons.records.queries import period_days

from ..hazards.consent import closings
from ..models import EoreSession, HazardStep, OrdnanceFind, Release, StrategyTarget
from ..refusals import told


@dataclass(frozen=True)
class Measure:
    name: Promise
    unit: str


MEASURES: dict[str, Measure] = {
    "released_m2": Measure(gettext_lazy("Ground released"), "m²"),
    "cleared_m2": Measure(gettext_lazy("Ground cleared"), "m²"),
    "reduced_m2": Measure(gettext_lazy("Ground reduced"), "m²"),
    "cancelled_m2": Measure(gettext_lazy("Ground cancelled"), "m²"),
    "hazards_closed": Measure(gettext_lazy("Hazards closed"), ""),
    "items_destroyed": Measure(gettext_lazy("Items destroyed"), ""),
    "eore_people": Measure(gettext_lazy("People reached by risk education"), ""),
}


@dataclass(frozen=True)
class Standing:
    """``expected``: the share of the period that is over. ``percent`` is None where it is not measured here."""

    target: StrategyTarget
    name: str
    unit: str
    measured: float | None
    percent: float | None
    expected: float

    @property
    def behind(self) -> bool:
        return self.percent is not None and self.percent < 90 * self.expected


def standings(targets: Any, today: date | None = None) -> list[Standing]:
    today = today or timezone.localdate()
    found = []
    for one in targets.select_related("owner", "place").order_by("-period", "owner__ref", "indicator"):
        measure = MEASURES.get(one.indicator)
        days = period_days(one.period)
        measured = measured_of(one, days, today) if days is not None and measure is not None else None
        percent = 100 * measured / one.value if measured is not None and one.value else None
        expected = min(max((today - days[0]).days / max((days[1] - days[0]).days, 1), 0), 1) if days else 0
        name = one.name or (str(measure.name) if measure else one.indicator)
        found.append(Standing(one, name, one.unit or (measure.unit if measure else ""), measured, percent, expected))
    return found


def measured_of(one: StrategyTarget, days: tuple[date, date], today: date) -> float:
    """From the first day of the period to its last, or to today. Areas: what the accepted releases measure; where two lie on
    one another both have it (the ledger's pages have each metre once)."""
    first, last = days[0], min(days[1] - timedelta(days=1), today)
    within: dict[str, Any] = {"on__gte": first, "on__lte": last}
    of = {"owner": one.owner}
    if one.place_id:
        of["place__in"] = places_within(one.place_id)
    if one.indicator.endswith("_m2"):
        return _area(one.indicator.removesuffix("_m2"), {**of, **within})
    if one.indicator == "hazards_closed":
        steps = closings(
            HazardStep.objects.filter(**within, **{f"hazard__{name}": value for name, value in of.items()})
        )
        return float(steps.values("hazard").distinct().count())
    if one.indicator == "items_destroyed":
        rows = OrdnanceFind.objects.filter(destroyed_on__gte=first, destroyed_on__lte=last, deleted_at=None, **of)
        return float(rows.aggregate(sum=Sum("quantity"))["sum"] or 0)
    heads = F("men") + F("women") + F("boys") + F("girls")
    sessions = EoreSession.objects.filter(deleted_at=None, **of, **within)
    return float(sessions.aggregate(sum=Sum(heads))["sum"] or 0)


def _area(kind: str, of: dict[str, Any]) -> float:
    rows = Release.objects.filter(deleted_at=None, replaced_by=None, **of)
    if kind != "released":
        rows = rows.filter(type=kind)
    measured = rows.annotate(m2=Area(Cast("ground", GeometryField(geography=True)))).aggregate(sum=Sum("m2"))["sum"]
    return float(getattr(measured, "sq_m", measured) or 0)


def aim(
    *, owner: Any, by: Any, period: str, indicator: str, value: float, place: Any = None, source: str = ""
) -> StrategyTarget:
    """A target of a year, quarter or month. Raises ``Refused``."""
    if period_days(period) is None:
        raise Refused(_("“%(period)s” is no period. Write 2026, 2026Q1 or 202609.") % {"period": period})
    if indicator not in MEASURES:
        raise Refused(_("Choose what is aimed at from the list."))
    if value <= 0:
        raise Refused(_("A target is more than 0."))
    with told(StrategyTarget), because("target entered"):
        return StrategyTarget.objects.create(
            owner=owner, place=place, period=period, indicator=indicator, value=value, source=source,
            unit=MEASURES[indicator].unit, made_by=by,
        )  # fmt: skip
