"""How stations, series, agreements and values travel: as lines of JSON, by references that are the same at both nodes."""

from __future__ import annotations

from datetime import date
from typing import Any

from rafid.commons.people.models import Agreement
from rafid.methods.exchange import file_hash
from rafid.methods.exchange.change import canonical

from ..models import AgreedSeries, Series, Station

CODE = "rivers.values"
NAMES = ("name_ar", "name_ckb", "name_en")
STATION = (
    *NAMES, "code", "station_kind", "status", "river", "gauge_zero_m", "datum", "catchment_km2", "lowest_m", "highest_m",
    "foreign", "source_text", "sensitivity", "ref",
)  # fmt: skip
SERIES = (
    "variable", "unit", "step", "aggregation", "origin", "origin_name", "embargo_hours", "rules", "preferred", "sensitivity",
    "ref",
)  # fmt: skip
LABELS = ("rafid_rivers.station", "rafid_rivers.series")


def station_line(one: Station) -> dict[str, Any]:
    return {
        "station": str(one.pk),
        **{name: getattr(one, name) for name in STATION},
        "zero_as_of": one.zero_as_of and one.zero_as_of.isoformat(),
        "point": [one.point.x, one.point.y],
        "node": one.node.code if one.node else None,
        "owner": one.owner.ref,
        "place": one.place.ref if one.place else None,
    }


def series_line(one: Series) -> dict[str, Any]:
    return {
        "series": str(one.pk),
        "of": str(one.station_id),
        **{name: getattr(one, name) for name in SERIES},
        "owner": one.owner.ref,
        "place": one.place.ref if one.place else None,
    }


def agreement_line(one: Agreement) -> dict[str, Any]:
    """What was agreed, its end included: the receiver's node stops with it."""
    named = AgreedSeries.objects.filter(agreement=one).order_by("series")
    return {
        "agreement": str(one.pk),
        "giver": one.giver.ref,
        "receiver": one.receiver.ref,
        "reads": one.reads,
        "place": one.place.ref if one.place else None,
        "starts_on": one.starts_on.isoformat(),
        "ends_on": one.ends_on and one.ends_on.isoformat(),
        "embargo_days": one.embargo_days,
        "ended_at": one.ended_at and one.ended_at.isoformat(),
        "records": sorted(set(one.records) & set(LABELS)),
        "names": [[str(row.series_id), row.may_republish] for row in named],
    }


def mark_of(line: dict[str, Any]) -> str:
    """By which a line is known to have been given already."""
    return file_hash(canonical(line).encode())[:16]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
