"""Units as files write them, to those that are kept here."""

from __future__ import annotations

import re
from collections.abc import Callable

from rafid.commons.records.tabular.errors import CellError

from .reading import FileError

FOOT, INCH, ACRE_FOOT = 0.3048, 25.4, 1233.48183754752e-6
CUBIC_FOOT = FOOT**3


def _times(factor: float) -> Callable[[float], float]:
    return lambda value: value * factor


_LENGTH: dict[str, Callable[[float], float]] = {
    "m": _times(1),
    "meter": _times(1),
    "metre": _times(1),
    "meters": _times(1),
    "metres": _times(1),
    "cm": _times(0.01),
    "mm": _times(0.001),
    "ft": _times(FOOT),
    "feet": _times(FOOT),
    "foot": _times(FOOT),
    "[ft_i]": _times(FOOT),
}
_FLOW: dict[str, Callable[[float], float]] = {
    "m3/s": _times(1),
    "cumec": _times(1),
    "cumecs": _times(1),
    "cms": _times(1),
    "l/s": _times(0.001),
    "ft3/s": _times(CUBIC_FOOT),
    "[ft_i]3/s": _times(CUBIC_FOOT),
    "cfs": _times(CUBIC_FOOT),
    "kcfs": _times(1000 * CUBIC_FOOT),
}
_DEPTH: dict[str, Callable[[float], float]] = {
    "mm": _times(1),
    "cm": _times(10),
    "m": _times(1000),
    "in": _times(INCH),
    "inch": _times(INCH),
    "inches": _times(INCH),
    "[in_i]": _times(INCH),
    "kg/m2": _times(1),
    "mm/d": _times(1),
    "mm/day": _times(1),
}
_VOLUME: dict[str, Callable[[float], float]] = {
    "mm3": _times(1),  # Mm³: case is gone
    "mcm": _times(1),
    "hm3": _times(1),
    "km3": _times(1000),
    "m3": _times(1e-6),
    "acre-ft": _times(ACRE_FOOT),
    "ac-ft": _times(ACRE_FOOT),
    "kaf": _times(1000 * ACRE_FOOT),
}
_HEAT: dict[str, Callable[[float], float]] = {
    "°c": _times(1),
    "degc": _times(1),
    "deg_c": _times(1),
    "c": _times(1),
    "cel": _times(1),
    "celsius": _times(1),
    "degree_celsius": _times(1),
    "k": lambda value: value - 273.15,
    "kelvin": lambda value: value - 273.15,
    "°f": lambda value: (value - 32) / 1.8,
    "degf": lambda value: (value - 32) / 1.8,
    "[degf]": lambda value: (value - 32) / 1.8,
    "f": lambda value: (value - 32) / 1.8,
}
_SHARE: dict[str, Callable[[float], float]] = {"%": _times(1), "percent": _times(1), "1": _times(100)}

_KINDS: dict[str, tuple[str, dict[str, Callable[[float], float]]]] = {
    **dict.fromkeys(("stage", "reservoir_level", "water_level_altimetry", "groundwater_level"), ("m", _LENGTH)),
    **dict.fromkeys(("discharge", "inflow", "release"), ("m³/s", _FLOW)),
    **dict.fromkeys(("precipitation", "evaporation", "pet", "swe"), ("mm", _DEPTH)),
    **dict.fromkeys(("temperature", "water_temperature"), ("°C", _HEAT)),
    **dict.fromkeys(("snow_cover", "soil_moisture"), ("%", _SHARE)),
    "storage": ("Mm³", _VOLUME),
    "conductivity": (
        "µS/cm",
        {"us/cm": _times(1), "umho/cm": _times(1), "ds/m": _times(1000), "ms/cm": _times(1000), "s/m": _times(10_000)},
    ),
    "tds": ("mg/L", {"mg/l": _times(1), "ppm": _times(1), "g/l": _times(1000), "g/m3": _times(1)}),
    "turbidity": ("NTU", dict.fromkeys(("ntu", "{ntu}", "jtu", "fnu", "ntru"), _times(1))),
    "ph": ("", dict.fromkeys(("", "1", "ph", "[ph]"), _times(1))),
}

_NAMES = {
    "stage": "stage",
    "water level": "stage",
    "waterlevel": "stage",
    "river stage": "stage",
    "gauge height": "stage",
    "gage height": "stage",
    "river level": "stage",
    "water_surface_height_above_reference_datum": "stage",
    "water_surface_reference_datum_altitude": "stage",
    "discharge": "discharge",
    "river discharge": "discharge",
    "streamflow": "discharge",
    "stream flow": "discharge",
    "flow": "discharge",
    "water_volume_transport_in_river_channel": "discharge",
    "reservoir level": "reservoir_level",
    "reservoir_level": "reservoir_level",
    "lake level": "reservoir_level",
    "storage": "storage",
    "reservoir storage": "storage",
    "inflow": "inflow",
    "outflow": "release",
    "release": "release",
    "precipitation": "precipitation",
    "rainfall": "precipitation",
    "rain": "precipitation",
    "lwe_thickness_of_precipitation_amount": "precipitation",
    "precipitation_amount": "precipitation",
    "rainfall_amount": "precipitation",
    "evaporation": "evaporation",
    "lwe_thickness_of_water_evaporation_amount": "evaporation",
    "pet": "pet",
    "potential evapotranspiration": "pet",
    "temperature": "temperature",
    "air temperature": "temperature",
    "air_temperature": "temperature",
    "water temperature": "water_temperature",
    "water_temperature": "water_temperature",
    "snow water equivalent": "swe",
    "swe": "swe",
    "lwe_thickness_of_surface_snow_amount": "swe",
    "surface_snow_amount": "swe",
    "snow cover": "snow_cover",
    "snow_cover": "snow_cover",
    "surface_snow_area_fraction": "snow_cover",
    "soil moisture": "soil_moisture",
    "soil_moisture": "soil_moisture",
    "water level by altimetry": "water_level_altimetry",
    "water_level_altimetry": "water_level_altimetry",
    "conductivity": "conductivity",
    "specific conductance": "conductivity",
    "electrical conductivity": "conductivity",
    "sea_water_electrical_conductivity": "conductivity",
    "total dissolved solids": "tds",
    "tds": "tds",
    "ph": "ph",
    "turbidity": "turbidity",
    "groundwater level": "groundwater_level",
    "groundwater_level": "groundwater_level",
}

KNOWN = frozenset(_NAMES.values())
"""The variables that names stand for."""


def variable_named(*names: str) -> str:
    """The variable's code by the first of the names, in English, that is one; else the first name itself, so that it can be
    mapped."""
    for name in names:
        plain = " ".join(name.strip().lower().replace("-", " ").split())
        for written in (plain, plain.replace(" ", "_"), plain.replace("_", " ")):
            if written in _NAMES:
                return _NAMES[written]
    return next((name.strip() for name in names if name.strip()), "")


def plain_unit(unit: str) -> str:
    """m^3 s-1, m**3/s, m³·s⁻¹ and m3/s are one."""
    text = unit.strip().lower().translate(str.maketrans("²³⁻¹µμ·", "23-1uu ")).replace("**", "").replace("^", "")
    text = re.sub(r"\s*(?:\.|\s)\s*([a-z]+)-1\b", r"/\1", text)
    text = re.sub(r"\s*(?:\.|\s)\s*([a-z]+)-2\b", r"/\g<1>2", text)
    return re.sub(r"\s+", "", text) if "/" in text else text


def converter(variable: str, unit: str) -> tuple[str, Callable[[float], float], str]:
    """(unit kept here, how values become it, doubt). A variable that is not known keeps its unit; one without a unit is taken
    to have its own, which is doubted. Raises ``CellError`` for a unit that is no unit of the variable."""
    if variable not in _KINDS:
        return unit.strip(), _times(1), ""
    kept, known = _KINDS[variable]
    if not unit.strip() and "" not in known:
        return kept, _times(1), "no_unit"
    found = known.get(plain_unit(unit))
    if found is None:
        raise CellError("unknown_unit", value=unit, variable=variable)
    return kept, found, ""


def file_converter(variable: str, unit: str) -> tuple[str, Callable[[float], float], str]:
    """As :func:`converter` for a unit that the whole file has: ``FileError``."""
    try:
        return converter(variable, unit)
    except CellError as error:
        raise FileError(error.code, **error.params) from error
