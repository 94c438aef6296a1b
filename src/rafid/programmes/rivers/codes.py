"""Variables, their units, and what series say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Variable:
    """What is measured. ``flux`` sums up over time (rain), a state does not; ``lowest`` is what nothing falls below."""

    code: str
    name: Any
    unit: str
    lowest: float | None = None
    highest: float | None = None
    flux: bool = False


VARIABLES: dict[str, Variable] = {
    one.code: one
    for one in (
        Variable("stage", _("Stage"), "m"),
        Variable("discharge", _("Discharge"), "m³/s", 0),
        Variable("reservoir_level", _("Reservoir level"), "m"),
        Variable("storage", _("Storage"), "Mm³", 0),
        Variable("inflow", _("Inflow"), "m³/s", 0),
        Variable("release", _("Release"), "m³/s", 0),
        Variable("evaporation", _("Evaporation"), "mm", 0, flux=True),
        Variable("precipitation", _("Precipitation"), "mm", 0, flux=True),
        Variable("temperature", _("Temperature"), "°C", -60, 60),
        Variable("pet", _("Potential evapotranspiration"), "mm", 0, flux=True),
        Variable("swe", _("Snow-water equivalent"), "mm", 0),
        Variable("snow_cover", _("Snow cover"), "%", 0, 100),
        Variable("soil_moisture", _("Soil moisture"), "%", 0, 100),
        Variable("water_level_altimetry", _("Water level by altimetry"), "m"),
        Variable("conductivity", _("Conductivity"), "µS/cm", 0),
        Variable("tds", _("Total dissolved solids"), "mg/L", 0),
        Variable("ph", _("pH"), "", 0, 14),
        Variable("turbidity", _("Turbidity"), "NTU", 0),
        Variable("water_temperature", _("Water temperature"), "°C", -5, 50),
        Variable("groundwater_level", _("Groundwater level"), "m"),
    )
}


class StationKind(models.TextChoices):
    STAGE = "stage", pgettext_lazy("a station measures", "Stage")
    FLOW = "flow", pgettext_lazy("a station measures", "Flow")
    RAIN = "rain", pgettext_lazy("a station measures", "Rain")
    CLIMATE = "climate", pgettext_lazy("a station measures", "Climate")
    SNOW = "snow", pgettext_lazy("a station measures", "Snow")
    QUALITY = "quality", pgettext_lazy("a station measures", "Water quality")
    GROUNDWATER = "groundwater", pgettext_lazy("a station measures", "Groundwater")
    RESERVOIR = "reservoir", pgettext_lazy("a station measures", "Reservoir")
    VIRTUAL = "virtual", pgettext_lazy("a station measures", "Virtual station of a satellite")


class StationStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("a station is", "Planned")
    ACTIVE = "active", pgettext_lazy("a station is", "Active")
    SUSPENDED = "suspended", pgettext_lazy("a station is", "Suspended")
    CLOSED = "closed", pgettext_lazy("a station is", "Closed")


class NodeKind(models.TextChoices):
    GAUGE = "gauge", pgettext_lazy("a river node is", "Gauge")
    CONFLUENCE = "confluence", pgettext_lazy("a river node is", "Confluence")
    RESERVOIR = "reservoir", pgettext_lazy("a river node is", "Reservoir")
    BARRAGE = "barrage", pgettext_lazy("a river node is", "Barrage")
    DIVERSION = "diversion", pgettext_lazy("a river node is", "Diversion")
    INFLOW = "inflow", pgettext_lazy("a river node is", "Inflow")
    OUTFLOW = "outflow", pgettext_lazy("a river node is", "Outflow")
    BORDER = "border", pgettext_lazy("a river node is", "Border crossing")


class Step(models.TextChoices):
    """How far apart a series' values stand."""

    IRREGULAR = "irregular", pgettext_lazy("time between values", "Irregular")
    HOURLY = "1h", pgettext_lazy("time between values", "Hourly")
    SIX_HOURLY = "6h", pgettext_lazy("time between values", "Six-hourly")
    DAILY = "1d", pgettext_lazy("time between values", "Daily")
    MONTHLY = "1mo", pgettext_lazy("time between values", "Monthly")


class Aggregation(models.TextChoices):
    INSTANT = "instant", pgettext_lazy("a value is", "At that moment")
    MEAN = "mean", pgettext_lazy("a value is", "Mean")
    SUM = "sum", pgettext_lazy("a value is", "Sum")
    MIN = "min", pgettext_lazy("a value is", "Lowest")
    MAX = "max", pgettext_lazy("a value is", "Highest")


class Origin(models.TextChoices):
    OBSERVED = "observed", pgettext_lazy("a series is", "Observed")
    TELEMETRY = "telemetry", pgettext_lazy("a series is", "Telemetry")
    ALTIMETRY = "altimetry", pgettext_lazy("a series is", "Altimetry")
    SATELLITE = "satellite", pgettext_lazy("a series is", "Satellite")
    DERIVED = "derived", pgettext_lazy("a series is", "Derived")
    MODEL = "model", pgettext_lazy("a series is", "Model")
    FORECAST = "forecast", pgettext_lazy("a series is", "Forecast")


class Quality(models.IntegerChoices):
    """Flags of QARTOD."""

    GOOD = 1, pgettext_lazy("a value is judged", "Good")
    NOT_JUDGED = 2, pgettext_lazy("a value is judged", "Not judged")
    SUSPECT = 3, pgettext_lazy("a value is judged", "Suspect")
    FAIL = 4, pgettext_lazy("a value is judged", "Failed")
    MISSING = 9, pgettext_lazy("a value is judged", "Missing")


class FlowQuality(models.IntegerChoices):
    """What a flow from a rating rests on."""

    GAUGED = 0, _("Within the gauged range")
    EXTENDED = 1, _("Beyond the gauged range")
    FAR = 2, _("Beyond one and a half times the largest gauged flow")
    MISSING = 9, _("Missing")


class ThresholdKind(models.TextChoices):
    LEVEL = "level", pgettext_lazy("a threshold is", "Level")
    FLOW = "flow", pgettext_lazy("a threshold is", "Flow")
    RETURN_PERIOD = "return_period", pgettext_lazy("a threshold is", "Return period")
    PERCENTILE = "percentile", pgettext_lazy("a threshold is", "Percentile")
    STORAGE = "storage", pgettext_lazy("a threshold is", "Storage")


class ThresholdClass(models.TextChoices):
    WATCH = "watch", pgettext_lazy("a threshold", "Watch")
    WARNING = "warning", pgettext_lazy("a threshold", "Warning")
    SEVERE = "severe", pgettext_lazy("a threshold", "Severe")
    EXTREME = "extreme", pgettext_lazy("a threshold", "Extreme")
    LOW = "low", pgettext_lazy("a threshold", "Low")
    CRITICAL = "critical", pgettext_lazy("a threshold", "Critically low")


RISING = ("watch", "warning", "severe", "extreme")
FALLING = ("low", "critical")
"""The two ladders, from mild to severe."""


class Sector(models.TextChoices):
    DRINKING = "drinking", pgettext_lazy("water for", "Drinking water")
    IRRIGATION = "irrigation", pgettext_lazy("water for", "Irrigation")
    INDUSTRY = "industry", pgettext_lazy("water for", "Industry")
    MARSH = "marsh", pgettext_lazy("water for", "Marshes")
    ENVIRONMENT = "environment", pgettext_lazy("water for", "Environment")
    POWER = "power", pgettext_lazy("water for", "Power")
