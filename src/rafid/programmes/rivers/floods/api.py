"""``/api/v1/rivers/floods``: yearly peaks and their frequency, as known at any moment."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, invalid, not_found

from ..models import Station
from ..values.api import iso
from .asking import Unasked, asked_of
from .fitting import LEVEL, Curve
from .queries import LOW_DAYS, LOW_PERIOD, Peaks, Study, peaks_of, skews_of, study
from .saying import problem, reason, warnings

router = Router(tags=["rivers"])


class RiverFloodQuantileOut(Schema):
    """The flood of ``return_period`` years in m³/s with its interval of 90 %. ``beyond``: further than twice the record."""

    return_period: int
    aep: float
    flow: float
    low: float
    high: float
    beyond: bool


class RiverFloodFitOut(Schema):
    """``fit``: lp3, gev or gumbel. ``parameters`` of lp3 are those of log10. ``closeness``: correlation of peaks and fit."""

    fit: str
    used: bool
    parameters: dict[str, float]
    years: int
    closeness: float | None
    low_outliers: int
    quantiles: list[RiverFloodQuantileOut]


class RiverFloodYearOut(Schema):
    """A water year, named by the year in which it ends. ``counts`` is false where ``why`` is running or short."""

    year: int
    peak: float | None
    on: str | None
    days: int
    counts: bool
    why: str | None


class RiverPerceivedPeriodOut(Schema):
    """Water years in which every flood above ``threshold`` would have been noticed. ``used`` is false where ``why``: left_out,
    fact or gauged. ``source`` null: what the floods themselves say of their time."""

    first_year: int
    last_year: int
    threshold: float
    floods: int
    used: bool
    why: str | None
    source: str | None


class RiverRegionalSkewOut(Schema):
    """``basin`` null: of the whole country. ``mean_square_error`` null: it is held."""

    id: str
    basin: str | None
    skew: float
    mean_square_error: float | None
    source: str
    as_of: str | None


class RiverRegionalSkewsOut(Schema):
    items: list[RiverRegionalSkewOut]
    next: str | None = None


class RiverHistoricalFloodOut(Schema):
    """``used`` is false where ``why``: left_out, fact, threshold, gauged, outside or below. ``ranged``: it enters between
    ``flow_low`` and ``flow_high``; an end that is null is the crest."""

    year: int
    flow: float
    flow_low: float | None
    flow_high: float | None
    threshold: float | None
    known_since: int | None
    used: bool
    ranged: bool
    why: str | None
    source: str


class RiverFlowDurationOut(Schema):
    exceedance_pct: int
    flow: float


class RiverFlowMonthOut(Schema):
    month: int
    days: int
    low: float
    lower: float
    median: float
    upper: float
    high: float


class RiverLowFlowOut(Schema):
    """The lowest mean of ``days`` days that is not undercut more than once in ``return_period`` years."""

    days: int
    return_period: int
    flow: float | None
    years: int
    why: str | None


class RiverFloodDetailOut(Schema):
    series: str | None
    known_at: str
    first_month: int
    regional_skew: float | None
    regional_skew_mse: float | None
    regional_skew_source: str | None
    interval: float
    used: str | None
    reason: str
    problem: str | None
    warnings: list[str]
    fits: list[RiverFloodFitOut]
    peaks: list[RiverFloodYearOut]
    historical: list[RiverHistoricalFloodOut]
    historic_years: int
    historic_threshold: float | None
    perceived: list[RiverPerceivedPeriodOut]
    flow_duration: list[RiverFlowDurationOut]
    low_flow: RiverLowFlowOut
    months: list[RiverFlowMonthOut]
    demonstration: bool


class RiverFloodOut(Schema):
    """``years``: whole water years. ``detail`` where one station is asked for."""

    station: str
    name: str
    river: str
    years: int
    first: int | None
    last: int | None
    mean_peak: float | None
    highest_peak: float | None
    highest_in: int | None
    detail: RiverFloodDetailOut | None = None


class RiverFloodsOut(Schema):
    items: list[RiverFloodOut]
    next: str | None = None


class RiverFloodQuery(Schema):
    station: str | None = Field(None, max_length=40, description="the code of one station, with its fits")
    river: str | None = Field(None, max_length=60)
    series: str | None = Field(None, max_length=60, description="reference or id; the preferred flow without it")
    known_at: str | None = Field(None, max_length=40, description="as it was known at this moment")
    month: str | None = Field(None, max_length=2, description="first month of the water year; 10 without it")
    region: str | None = Field(None, max_length=40, description="id of a regional skew of the register, before skew")
    skew: str | None = Field(None, max_length=20, description="regional skew of log10")
    skew_mse: str | None = Field(None, max_length=20, description="its mean square error; held without it")
    fit: str | None = Field(None, max_length=8, description="lp3, gev or gumbel: the one to use")


@router.get(
    "/floods", response={200: RiverFloodsOut, **ERRORS}, summary="Yearly peaks; of one station the frequency of floods"
)
def floods(request: HttpRequest, query: Query[RiverFloodQuery]) -> Any:
    try:
        asked = asked_of({name: value for name, value in query.dict().items() if value is not None}, zone=None)
    except Unasked as wrong:
        raise invalid(wrong.field, str(wrong)) from wrong
    if query.station is None:
        rows = peaks_of(request.user, known_at=asked.known_at, first_month=asked.first_month, river=query.river or "")
        return {"items": [_row(one) for one in rows], "next": None}
    station = (
        Station.objects.visible_to(request.user)
        .select_related("owner")
        .filter(code=query.station.replace("\x00", ""))
        .first()
    )
    if station is None:
        raise not_found()
    return {"items": [show_study(study(request.user, station, asked))], "next": None}


@router.get(
    "/regional-skews", response={200: RiverRegionalSkewsOut, **ERRORS}, summary="Regional skews that a fit may take"
)
def regional_skews(request: HttpRequest) -> Any:
    return {
        "items": [
            {
                "id": str(one.pk), "basin": one.basin.code if one.basin else None, "skew": one.skew,
                "mean_square_error": one.error, "source": one.source_text,
                "as_of": one.as_of.isoformat() if one.as_of else None,
            }
            for one in skews_of(request.user)
        ],
        "next": None,
    }  # fmt: skip


def _row(one: Peaks) -> dict[str, Any]:
    return {
        "station": one.station.code,
        "name": one.station.name,
        "river": one.station.river,
        "years": one.years,
        "first": one.first,
        "last": one.last,
        "mean_peak": one.mean,
        "highest_peak": one.highest,
        "highest_in": one.highest_in,
    }


def show_study(found: Study) -> dict[str, Any]:
    fits, low = found.frequency, found.low
    counted = fits.counted
    top = max(counted, key=lambda one: one.peak or 0, default=None)
    return {
        "station": found.station.code,
        "name": found.station.name,
        "river": found.station.river,
        "years": len(counted),
        "first": counted[0].year if counted else None,
        "last": counted[-1].year if counted else None,
        "mean_peak": sum(fits.peaks) / len(counted) if counted else None,
        "highest_peak": top.peak if top else None,
        "highest_in": top.year if top else None,
        "detail": {
            "series": str(found.series.pk) if found.series else None,
            "known_at": iso(found.known_at),
            "first_month": found.asked.first_month,
            "regional_skew": fits.region.skew,
            "regional_skew_mse": fits.region.mse,
            "regional_skew_source": fits.region.source or None,
            "interval": LEVEL,
            "used": fits.used.code if fits.used else None,
            "reason": reason(fits),
            "problem": problem(fits) or None,
            "warnings": warnings(found),
            "fits": [_fit(one, one is fits.used) for one in fits.curves.values() if one.fit is not None],
            "peaks": [
                {
                    "year": one.year, "peak": one.peak, "on": one.on.isoformat() if one.on else None, "days": one.days,
                    "counts": one.counts, "why": one.why or None,
                }
                for one in fits.years
            ],
            "historical": [
                {
                    "year": one.flood.year, "flow": one.flood.flow, "flow_low": one.flood.flow_low,
                    "flow_high": one.flood.flow_high, "threshold": one.flood.threshold, "known_since": one.flood.known_since,
                    "used": not one.why, "ranged": one.ranged, "why": one.why or None, "source": one.flood.source_text,
                }
                for one in fits.history.told
            ],
            "historic_years": fits.history.years,
            "historic_threshold": fits.history.threshold,
            "perceived": [
                {
                    "first_year": one.first, "last_year": one.last, "threshold": one.threshold, "floods": len(one.floods),
                    "used": not one.why, "why": one.why or None, "source": one.row.source_text if one.row else None,
                }
                for one in fits.history.periods
            ],
            "flow_duration": [{"exceedance_pct": share, "flow": flow} for share, flow in found.duration],
            "low_flow": {
                "days": LOW_DAYS, "return_period": LOW_PERIOD, "flow": low.flow, "years": low.years, "why": low.why or None,
            },
            "months": [
                {
                    "month": one.month, "days": one.days, "low": one.low, "lower": one.lower, "median": one.middle,
                    "upper": one.upper, "high": one.high,
                }
                for one in found.months
            ],
            "demonstration": found.made_up,
        },
    }  # fmt: skip


def _fit(curve: Curve, used: bool) -> dict[str, Any]:
    fit = curve.fit
    assert fit is not None
    return {
        "fit": curve.code,
        "used": used,
        "parameters": dict(zip(fit.parameters.names, fit.parameters, strict=True)),
        "years": curve.years,
        "closeness": curve.closeness,
        "low_outliers": fit.low_outliers.count,
        "quantiles": [
            {
                "return_period": one.period, "aep": 1 / one.period, "flow": one.flow, "low": one.low, "high": one.high,
                "beyond": one.beyond,
            }
            for one in curve.quantiles
        ],
    }  # fmt: skip
