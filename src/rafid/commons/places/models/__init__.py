from .boundary_import import BoundaryImport, BoundaryState
from .matches import RememberedMatch
from .overview import BorderOverview
from .place import Level, Place, PlaceLink, PlaceVersion, search_text

__all__ = [
    "BorderOverview",
    "BoundaryImport",
    "BoundaryState",
    "Level",
    "Place",
    "PlaceLink",
    "PlaceVersion",
    "RememberedMatch",
    "search_text",
]
