"""What the demonstration's centre told: models with their record, forecasts, an outlook, a warning's life, bulletins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from rafid.commons.records.change import Refused

from .bulletins.publish import draft_bulletin, publish_bulletin
from .demo_world import World, at, climate, sources, table
from .forecasting.calibrating import Doubted, activate, calibrate_model
from .forecasting.hindcasting import hindcast
from .forecasting.running import make_forecast
from .models import FloodWarning, RiverModel, RiverNode, Series, Station, Verification
from .outlook.making import make_outlook
from .warnings.acting import draft_warning, issue_warning, sign_warning

FORECAST_DAYS = 5
MADE_UP_LATITUDE = 36.5


def tell(world: World, series: dict[tuple[str, str], Series], stations: dict[str, Station]) -> list[str]:
    models = list(_models(world, series))
    if not world.small:  # its three years are too short to calibrate on the flow upstream and to be judged
        models += _routed(world, series)
    active = [one for one in models if one.state == "active"]
    forecasts = _forecasts(world, active)
    outlooks = _outlooks(world, active)
    warnings = _warnings(world, stations)
    bulletins = _bulletins(world)
    unproven = Verification.objects.filter(model__in=models, scores__crpss_persistence__lte=0).count()
    return [
        f"{len(models)} calibrated models, {len(active)} of them active; {unproven} leads no better than persistence;"
        f" {forecasts} forecasts, {outlooks} outlooks, {warnings} warnings, {bulletins} bulletins"
    ]


def _models(world: World, series: dict[tuple[str, str], Series]) -> Iterator[RiverModel]:
    """A model at each node of the country pack's table whose flow or inflow is measured, judged on what it never saw."""
    catchments = {one.node: one for one in sources()}
    rows = table("demo_models.csv")
    for row in rows[:2] if world.small else rows:
        node, station = row["node"], row["station"]
        observed = series.get((station, "discharge")) or series.get((station, "inflow"))
        if observed is None:
            continue
        source = catchments[row["catchment"]]
        forcing = {name: str(series[source.climate, name].pk) for name in ("precipitation", "temperature", "pet")}
        model = RiverModel.objects.create(
            node=RiverNode.objects.get(code=node),
            kind="gr4j_snow",
            forcing=forcing,
            observed=observed,
            area_km2=float(row["area_km2"]),
            latitude=MADE_UP_LATITUDE,
            bands=list(source.bands),
            reference_elevation=climate()[source.climate][2],
            owner=observed.owner,
            place=observed.place,
            sensitivity=observed.sensitivity,
            made_by=world.people.get("forecaster"),
        )
        years = 1 if world.small else 4
        calibrate_model(model, split=world.today - timedelta(days=365 * years), max_runs=120 if world.small else 1200)
        _switch_on(model)
        hindcast(model, issues=40 if world.small else 300, members=10 if world.small else 25)
        yield model


def _switch_on(model: RiverModel) -> None:
    """As its forecaster would: not one that the years it has not seen speak against. At Husaibah the dams upstream decide what
    comes, and no rain tells of it; forecasts below take the flow that is measured there as going on."""
    with suppress(Doubted):
        activate(model)


def _routed(world: World, series: dict[tuple[str, str], Series]) -> Iterator[RiverModel]:
    """Places whose water comes from others that are forecast, and through their reservoirs. Nobody makes their record better
    than it is: at some leads a flow that stays is the better forecast."""
    for row in table("demo_routed.csv"):
        observed = series[row["station"], "discharge"]
        model = RiverModel.objects.create(
            node=RiverNode.objects.get(code=row["node"]),
            kind="routing",
            observed=observed,
            area_km2=float(row["area_km2"]),
            latitude=MADE_UP_LATITUDE,
            owner=observed.owner,
            place=observed.place,
            sensitivity=observed.sensitivity,
            made_by=world.people.get("forecaster"),
        )
        calibrate_model(model, split=world.today - timedelta(days=365 * 4))
        _switch_on(model)
        hindcast(model)
        yield model


def _forecasts(world: World, models: list[RiverModel]) -> int:
    """A forecast each morning of the last days at each node."""
    count = 0
    for model in models[:1] if world.small else models:
        for before in range(1 if world.small else FORECAST_DAYS):
            moment = at(world.today - timedelta(days=before), 6.5)
            members = 10 if world.small else 50
            make_forecast(model, members=members, known_at=moment, issued_at=moment + timedelta(minutes=10))
            count += 1
    return count


def _outlooks(world: World, models: list[RiverModel]) -> int:
    """The seven months after this one, from what is known today."""
    season, count = _season(world), 0
    for model in models if not world.small else ():
        if model.kind == "routing":
            continue
        try:
            make_outlook(model, season=season, known_at=at(world.today, 6.5))
        except Refused:
            continue
        count += 1
    return count


def _season(world: World) -> str:
    first = world.today.year * 12 + world.today.month
    return "/".join(f"{month // 12}-{month % 12 + 1:02}" for month in (first, first + 6))


def _warnings(world: World, stations: dict[str, Station]) -> int:
    """The flood of spring at Baiji: a watch, its update to a severe warning with two signatures, and its end."""
    hydrologist, chief = world.people.get("hydrologist"), world.people.get("chief")
    if hydrologist is None or chief is None:
        return 0
    first = at(date(world.flood_year, 4, 15), 5)
    watch = _issued(world, stations["baiji"], "watch", first, hydrologist, chief)
    severe = _issued(world, stations["baiji"], "severe", first + timedelta(days=3), hydrologist, chief, updates=watch)
    FloodWarning.objects.filter(pk=severe.pk).update(state="expired", ended_at=severe.expires)
    tomorrow, later = at(world.today + timedelta(days=1), 6), at(world.today + timedelta(days=15))
    draft_warning(stations["nasiriyah"], "low", onset=tomorrow, expires=later, user=hydrologist)
    return 3


def _issued(
    world: World,
    station: Station,
    level: str,
    moment: datetime,
    by: object,
    second: object,
    updates: FloodWarning | None = None,
) -> FloodWarning:
    row = draft_warning(
        station, level, onset=moment + timedelta(hours=20), expires=moment + timedelta(days=6), user=by, updates=updates
    )
    if level == "severe":
        sign_warning(row, user=second)
    return issue_warning(row, user=by, at=moment, quietly=True)


def _bulletins(world: World) -> int:
    chief, hydrologist = world.people.get("chief"), world.people.get("hydrologist")
    count = 0

    def publish(kind: str, period: str, moment: datetime) -> None:
        nonlocal count
        row = draft_bulletin(kind, period, user=hydrologist, owner=world.ministry, known_at=moment)
        publish_bulletin(row, user=chief, at=moment + timedelta(minutes=20))
        count += 1

    for before in range(3 if world.small else 30):
        day = world.today - timedelta(days=before)
        publish("daily", day.isoformat(), at(day, 6.5))
    flood = date(world.flood_year, 4, 18)
    publish("flood", flood.isoformat(), at(flood, 6.5))
    first = world.today.replace(day=1)
    for _month in range(1 if world.small else 3):
        last = first - timedelta(days=1)
        publish("monthly_status", f"{last:%Y-%m}", datetime.combine(first, time(8), at(first).tzinfo))
        first = last.replace(day=1)
    if not world.small:
        publish("season", _season(world), at(world.today, 7))
    return count
