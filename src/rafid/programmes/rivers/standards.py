"""What variables and units are called outside: standard names and units of CF, units of UCUM, flags of QARTOD.

A variable for which CF has no name that means the same has none here: a stage above a gauge's zero is a height above a
reference datum, the pH of a river is not that of sea water.
"""

from __future__ import annotations

from typing import Any

from .codes import VARIABLES

CF_NAMES = {
    "stage": "water_surface_height_above_reference_datum",
    "reservoir_level": "water_surface_height_above_reference_datum",
    "water_level_altimetry": "water_surface_height_above_reference_datum",
    "discharge": "water_volume_transport_in_river_channel",
    "precipitation": "lwe_thickness_of_precipitation_amount",
    "evaporation": "lwe_thickness_of_water_evaporation_amount",
    "temperature": "air_temperature",
    "swe": "lwe_thickness_of_surface_snow_amount",
    "snow_cover": "surface_snow_area_fraction",
}
"""CF standard names, table 86."""

UDUNITS = {
    "m": "m",
    "m³/s": "m3 s-1",
    "Mm³": "hm3",
    "mm": "mm",
    "°C": "degree_Celsius",
    "%": "percent",
    "µS/cm": "uS cm-1",
    "mg/L": "mg L-1",
    "NTU": "NTU",
    "": "1",
}
"""Units as UDUNITS-2 reads them; 10⁶ m³ are a cubic hectometre. NTU is in no table of units: it stays as it is."""

UCUM = {
    "m": "m",
    "m³/s": "m3/s",
    "Mm³": "hm3",
    "mm": "mm",
    "°C": "Cel",
    "%": "%",
    "µS/cm": "uS/cm",
    "mg/L": "mg/L",
    "NTU": "{NTU}",
    "": "[pH]",
}
UNIT_NAMES = {
    "m": "metre",
    "m³/s": "cubic metre per second",
    "Mm³": "million cubic metres",
    "mm": "millimetre",
    "°C": "degree Celsius",
    "%": "percent",
    "µS/cm": "microsiemens per centimetre",
    "mg/L": "milligram per litre",
    "NTU": "nephelometric turbidity unit",
    "": "pH",
}

QARTOD = {1: "good", 2: "not_evaluated", 3: "suspect", 4: "fail", 9: "missing"}
CELL_METHODS = {"instant": "point", "mean": "mean", "sum": "sum", "min": "minimum", "max": "maximum"}

MADE_UP = "DEMONSTRATION: invented records"
"""Stands in files and answers for programs, which have no language."""


def definition(variable: str) -> str:
    """An address or name that says what the variable is."""
    name = CF_NAMES.get(variable)
    return f"http://vocab.nerc.ac.uk/standard_name/{name}/" if name else f"urn:rafid:variable:{variable}"


def english(variable: str) -> str:
    from django.utils.translation import override

    with override("en"):
        return str(VARIABLES[variable].name)


def is_made_up(record: Any) -> bool:
    return bool(record.source == "demonstration")
