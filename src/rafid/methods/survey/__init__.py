"""Survey: from a field book to a shape, what a wrong entry may have meant, and what is wrong with a shape.

Angles in degrees clockwise from north, distances in metres, east before north, longitude before latitude.
"""

from rafid.methods.survey.areas import Areas, ground_area
from rafid.methods.survey.bearings import BearingReading, explain_bearings
from rafid.methods.survey.checks import Finding, check_polygons
from rafid.methods.survey.declinations import declination
from rafid.methods.survey.grids import grid_factors, to_wgs84
from rafid.methods.survey.offsets import OffsetReading, explain_offset
from rafid.methods.survey.overlapping import Overlaps, overlaps
from rafid.methods.survey.reading import Reading, is_number, readings
from rafid.methods.survey.traverses import Traverse, adjust, traverse

__all__ = [
    "Areas",
    "BearingReading",
    "Finding",
    "OffsetReading",
    "Overlaps",
    "Reading",
    "Traverse",
    "adjust",
    "check_polygons",
    "declination",
    "explain_bearings",
    "explain_offset",
    "grid_factors",
    "ground_area",
    "is_number",
    "overlaps",
    "readings",
    "to_wgs84",
    "traverse",
]
