"""What stands where, at a moment: by a fixed number of statements, however many stations there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from rafid.commons.writing import number

from ..codes import FALLING, RISING, VARIABLES
from ..models import (
    FloodWarning,
    Reservoir,
    ReservoirFact,
    Series,
    SeriesFinding,
    Station,
    Threshold,
)
from ..seeing import embargo_of_others, of_staff
from ..units import unit_said
from ..values.reading import Latest, latest_of
from .words import CLASSES, river_name

SHOWN = ("discharge", "stage", "precipitation", "tds", "swe")
"""The variables of which a station shows one, the first that it has."""
STALE = timedelta(hours=36)
"""A daily reading that is older than this is late."""
CHANGE = timedelta(hours=30)
"""The change is that from a day before."""


@dataclass
class Standing:
    """A station today: its latest values by variable, the class that its thresholds give, and whether the reading is late."""

    station: Station
    values: dict[str, Latest] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    before: dict[str, Latest] = field(default_factory=dict)
    threshold: Threshold | None = None
    findings: int = 0
    late: bool = False
    judged: bool = False

    @property
    def klass(self) -> str:
        """The class of its threshold; ``normal`` where none is passed, ``unknown`` without a reading or a threshold."""
        if self.threshold is not None:
            return str(self.threshold.class_code)
        return "normal" if self.values and self.judged else "unknown"

    @property
    def class_name(self) -> Any:
        return CLASSES[self.klass]

    @property
    def river_name(self) -> str:
        return river_name(self.station.river)

    @property
    def other(self) -> str:
        """What a station tells that has neither stage nor flow."""
        latest = self.latest
        if self.shown in ("stage", "discharge") or latest is None or latest.value is None:
            return ""
        return f"{VARIABLES[self.shown].name} {number(latest.value)} {unit_said(self.units[self.shown])}"

    @property
    def shown(self) -> str:
        return next((one for one in SHOWN if one in self.values), next(iter(self.values), ""))

    @property
    def latest(self) -> Latest | None:
        return self.values.get(self.shown)

    @property
    def unit(self) -> str:
        """Of what is shown, and of its change."""
        return self.units.get(self.shown, "")

    @property
    def change(self) -> float | None:
        now, then = self.values.get(self.shown), self.before.get(self.shown)
        if now is None or then is None or now.value is None or then.value is None:
            return None
        return now.value - then.value


@dataclass
class Fill:
    """A reservoir today. ``share`` of its preferred capacity, None where either is not known."""

    reservoir: Reservoir
    level: float | None = None
    storage: float | None = None
    inflow: float | None = None
    release: float | None = None
    time: datetime | None = None
    capacity: float | None = None
    capacities: list[ReservoirFact] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        return self.storage / self.capacity if self.storage is not None and self.capacity else None

    @property
    def percent(self) -> float | None:
        return None if self.share is None else 100 * self.share


@dataclass(frozen=True)
class Status:
    at: datetime
    known_at: datetime | None
    standings: list[Standing]
    fills: list[Fill]
    warnings: list[FloodWarning]
    findings: int
    counts: Counter[str]

    @property
    def late(self) -> int:
        return sum(one.late for one in self.standings)


def status(user: Any, *, at: datetime | None = None, known_at: datetime | None = None) -> Status:
    """The status at ``at`` (now) as known at ``known_at``, of what ``user`` sees: a dozen statements, whatever the country's
    size. Where the demonstration or an import ends earlier, the latest value is that of its end."""
    moment = at or known_at or timezone.now()
    stations = list(
        Station.objects.visible_to(user)
        .filter(status__in=("active", "suspended"))
        .select_related("place", "owner", "node")
    )
    series = list(Series.objects.visible_to(user).filter(station__in=[one.pk for one in stations]))
    latest, before = _values(user, series, moment, known_at)
    standings = {one.pk: Standing(one) for one in stations}
    for one in _preferred(series):
        standing = standings[one.station_id]
        if (found := latest.get(one.pk)) is not None:
            standing.values[one.variable], standing.units[one.variable] = found, one.unit
        if (found := before.get(one.pk)) is not None:
            standing.before[one.variable] = found
    for threshold in _thresholds(user, stations, moment):
        _judge(standings[threshold.station_id], threshold)
    findings = _findings(user)
    for pk, standing in standings.items():
        standing.findings = findings.get(pk, 0)
        standing.late = standing.latest is None or standing.latest.time < moment - STALE
    ordered = sorted(standings.values(), key=lambda one: (-_rank(one.klass), one.station.river, -one.station.point.y))
    fills = _fills(user, standings)
    known = known_at or timezone.now()
    warnings = list(
        FloodWarning.objects.visible_to(user)
        .filter(Q(ended_at=None) | Q(ended_at__gt=known), issued_at__lte=known, expires__gte=moment)
        .select_related("station")
        .order_by("-onset", "ref")
    )
    return Status(
        moment, known_at, ordered, fills, warnings, sum(findings.values()), Counter(one.klass for one in ordered)
    )


def _rank(klass: str) -> int:
    order = ("unknown", "normal", "low", "watch", "critical", "warning", "severe", "extreme")
    return order.index(klass) if klass in order else 0


def _preferred(series: list[Series]) -> list[Series]:
    """One series for each variable of a station: the preferred, else one that people read, before models and satellites."""
    order = {"observed": 0, "derived": 1, "telemetry": 2, "altimetry": 3, "satellite": 4, "model": 5, "forecast": 6}
    best: dict[tuple[Any, str], Series] = {}
    for one in sorted(series, key=lambda one: (not one.preferred, order.get(one.origin, 9), str(one.pk))):
        if one.origin != "forecast":
            best.setdefault((one.station_id, one.variable), one)
    return list(best.values())


def _values(
    user: Any, series: list[Series], moment: datetime, known_at: datetime | None
) -> tuple[dict[Any, Latest], dict[Any, Latest]]:
    """The latest values and those of a day before, each by one statement for all whose embargo is the same."""
    chosen = _preferred(series)
    own = set(Series.objects.filter(of_staff(user), pk__in=[one.pk for one in chosen]).values_list("pk", flat=True))
    groups: dict[timedelta, list[Any]] = {}
    for one in chosen:
        groups.setdefault(timedelta(0) if one.pk in own else embargo_of_others(user, one), []).append(one.pk)
    latest: dict[Any, Latest] = {}
    before: dict[Any, Latest] = {}
    for embargo, ids in groups.items():
        # Asked again later, the same question has the same answer: the embargo counts from what is asked for.
        until = min(moment, (known_at or timezone.now()) - embargo) if embargo else moment
        found = latest_of(ids, before=until, known_at=known_at)
        latest.update(found)
        if found:
            newest = max(one.time for one in found.values())
            before.update(latest_of(ids, before=newest - timedelta(hours=18), known_at=known_at, within=CHANGE))
    return latest, before


def _thresholds(user: Any, stations: list[Station], moment: datetime) -> list[Threshold]:
    rows = Threshold.objects.visible_to(user).filter(
        Q(valid_to=None) | Q(valid_to__gt=moment), valid_from__lte=moment, station__in=[one.pk for one in stations]
    )
    return list(rows.order_by("station", "variable", "value"))


def _judge(standing: Standing, threshold: Threshold) -> None:
    """Keeps the most severe threshold that is passed; a flood outranks a shortage."""
    now = standing.values.get(threshold.variable)
    if now is None or now.value is None or now.quality >= 4:
        return
    standing.judged = True
    code = threshold.class_code
    passed = (
        now.value >= threshold.value if code in RISING else now.value <= threshold.value if code in FALLING else False
    )
    if passed and (standing.threshold is None or _rank(code) > _rank(standing.threshold.class_code)):
        standing.threshold = threshold


def _findings(user: Any) -> dict[Any, int]:
    rows = SeriesFinding.objects.visible_to(user).filter(state="open")
    return Counter(rows.values_list("series__station", flat=True))


def _fills(user: Any, standings: dict[Any, Standing]) -> list[Fill]:
    reservoirs = (
        Reservoir.objects.visible_to(user).filter(station__in=list(standings)).select_related("node", "station")
    )
    found = {one.pk: Fill(one) for one in reservoirs}
    for fact in ReservoirFact.objects.filter(reservoir__in=list(found), name="capacity").order_by("-preferred"):
        fill = found[fact.reservoir_id]
        fill.capacities.append(fact)
        if fact.preferred:
            fill.capacity = fact.value
    for fill in found.values():
        values = standings[fill.reservoir.station_id].values
        fill.level, fill.storage, fill.inflow, fill.release = (
            values[name].value if name in values else None
            for name in ("reservoir_level", "storage", "inflow", "release")
        )
        fill.time = values["storage"].time if "storage" in values else None
    return sorted(found.values(), key=lambda one: -(one.capacity or 0))
