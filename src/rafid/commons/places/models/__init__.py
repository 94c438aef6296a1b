from .matches import RememberedMatch
from .place import Place, PlaceLink, PlaceVersion

__all__ = ["Place", "PlaceLink", "PlaceVersion", "RememberedMatch"]
