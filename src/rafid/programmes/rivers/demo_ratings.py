"""Ratings of the demonstration: what the rivers' beds are, what was gauged, and which curve was known when."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rafid.methods.hydrology import RatingCurve, fit_rating

from .demo_network import thresholds
from .demo_world import F64, World, at, chance
from .models import Gauging, Rating, Series, Station

SCOURED = "baiji"
DEEPER = 0.35
"""By so much the flood deepened the bed there, in m."""
PUBLISHED_AFTER = timedelta(days=62)
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bed:
    """Q = a (h - h0)^b, as the river really has it; ``scoured`` from that day of the record on it lies deeper."""

    a: float
    h0: float
    b: float
    scoured: int | None = None

    def zero(self, days: NDArray[np.int64]) -> F64:
        return (
            np.where(days >= self.scoured, self.h0 - DEEPER, self.h0)
            if self.scoured is not None
            else np.full(days.shape, self.h0)
        )

    def stage(self, flow: F64, days: NDArray[np.int64]) -> F64:
        return np.power(np.maximum(flow, 0.05) / self.a, 1 / self.b) + self.zero(days)


class Ratings:
    """The beds of all gauges, their gaugings and curves; ``save`` writes them."""

    def __init__(self, world: World, stations: dict[str, Station]) -> None:
        self.world = world
        self.stations = {code: one for code, one in stations.items() if one.station_kind == "stage"}
        self.beds = {code: self._bed(code) for code in self.stations}
        self.gaugings: dict[str, tuple[NDArray[np.int64], F64, F64]] = {}
        self.curves: dict[str, list[RatingCurve]] = {}
        self.count = self.gauged = 0
        for code in self.stations:
            self._gauge(code)

    def _bed(self, code: str) -> Bed:
        flow, throws = self.world.water.flow[code], chance(f"bed {code}")
        b, h0 = float(throws.uniform(1.55, 1.85)), float(throws.uniform(0.3, 0.9))
        usual = float(np.percentile(flow, 50)) / float(throws.uniform(1.6, 2.4)) ** b
        # The highest flood stays below the bridge.
        a = max(usual, float(flow.max()) / 10.0**b)
        return Bed(a, h0, b, self.world.index(self.world.scoured_on) if code == SCOURED else None)

    def _gauge(self, code: str) -> None:
        """Gaugings through the record, more of them after the scour."""
        throws, world = chance(f"gaugings {code}"), self.world
        days = np.unique(throws.integers(20, world.days - 20, 16 if world.small else 44))
        if code == SCOURED:
            start = world.index(world.scoured_on)
            days = np.unique(np.concatenate([days, start + np.arange(6, 52, 5)]))
        bed, flow = self.beds[code], world.water.flow[code][days]
        stage = np.round(bed.stage(flow, days), 2)
        discharge = np.round(flow * np.exp(throws.normal(0, 0.035, days.size)), 2)
        keep = (discharge > 0) & (stage > bed.zero(days) + 0.05)
        self.gaugings[code] = days[keep], stage[keep], discharge[keep]
        before = days[keep] < (bed.scoured if bed.scoured is not None else world.days)
        self.curves[code] = [fit_rating(stage[keep][before], discharge[keep][before])]
        if bed.scoured is not None:
            self.curves[code].append(fit_rating(stage[keep][~before], discharge[keep][~before]))

    def published_at(self) -> datetime:
        """When the curve of the scoured bed was published."""
        return at(self.world.scoured_on) + PUBLISHED_AFTER

    def save(self, series: dict[tuple[str, str], Series]) -> None:
        engineer = self.world.people.get("rating_engineer")
        for code, station in self.stations.items():
            days, stage, discharge = self.gaugings[code]
            gaugings = Gauging.objects.bulk_create(
                Gauging(
                    station=station,
                    time=at(self.world.dates[day], 8),
                    stage=float(height),
                    discharge=float(flow),
                    method="adcp" if flow > 200 else "current_meter",
                    uncertainty_pct=5,
                    measured_by="Field team (demonstration)",
                    made_by=engineer,
                    known_at=at(self.world.dates[day], 14),
                )
                for day, height, flow in zip(days.tolist(), stage, discharge, strict=True)
            )
            self.gauged += len(gaugings)
            self._save_curves(code, station, days, gaugings)

    def _save_curves(self, code: str, station: Station, days: Any, gaugings: list[Gauging]) -> None:
        world, curves = self.world, self.curves[code]
        scour = at(world.scoured_on)
        made: list[Rating] = []
        for number, curve in enumerate(curves, 1):
            first = number == 1
            made.append(
                Rating.objects.create(
                    station=station,
                    number=number,
                    curve=asdict(curve),
                    segments=[asdict(one) for one in curve.segments],
                    standard_error=curve.standard_error,
                    valid_from=ALWAYS if first else scour,
                    valid_to=scour if first and len(curves) > 1 else None,
                    state="published",
                    supersedes=None if first else made[0],
                    published_at=at(world.first, 1) if first else self.published_at(),
                    published_by=world.people.get("chief"),
                    ended_at=self.published_at() if first and len(curves) > 1 else None,
                    note="" if first else "The flood deepened the bed; ten gaugings since.",
                )
            )
            before = self.beds[code].scoured if self.beds[code].scoured is not None else world.days
            chosen = [one for day, one in zip(days, gaugings, strict=True) if (day < before) == first]
            made[-1].gaugings.set(chosen)
        self.count += len(made)
        flow = world.water.flow[code]
        levels = {
            name: float(self.beds[code].stage(np.array([np.percentile(flow, share)]), np.array([0]))[0])
            for name, share in (("watch", 97.0), ("warning", 99.0), ("severe", 99.6), ("extreme", 99.95))
        }
        levels["extreme"] = max(levels["extreme"], levels["severe"] + 0.2)
        thresholds(station, "stage", levels)
        flows = {
            "watch": 97.0,
            "warning": 99.0,
            "severe": 99.6,
            "extreme": 99.97,
        }
        ladder = {name: float(np.percentile(flow, share)) for name, share in flows.items()}
        ladder["extreme"] = max(ladder["extreme"], ladder["severe"] * 1.1)
        thresholds(
            station,
            "discharge",
            {**ladder, "low": float(np.percentile(flow, 10)), "critical": float(np.percentile(flow, 3)) * 0.95},
        )
