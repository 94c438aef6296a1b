from .matches import RememberedMatch
from .overview import BorderOverview
from .place import Level, Place, PlaceLink, PlaceVersion, search_text
from .place_import import BUSY, OPEN, ImportKind, ImportState, PlaceImport

__all__ = [
    "BUSY",
    "OPEN",
    "BorderOverview",
    "ImportKind",
    "ImportState",
    "Level",
    "Place",
    "PlaceImport",
    "PlaceLink",
    "PlaceVersion",
    "RememberedMatch",
    "search_text",
]
