"""Addresses of rivers, below ``/api/v1/rivers``: each part has its own router."""

from __future__ import annotations

from ninja import Router

from .bulletins.api import router as bulletins
from .checking.api import router as checking
from .droughts.api import router as droughts
from .exporting.api import router as exporting
from .floods.api import router as floods
from .forecasting.api import router as forecasting
from .network.api import router as network
from .outlook.api import router as outlook
from .rating.api import router as ratings
from .reservoirs.api import router as reservoirs
from .station.api import router as station
from .status.api import router as status
from .terrain.api import router as terrain
from .values.api import router as values
from .warnings.api import router as warnings

router = Router(tags=["rivers"])
router.add_router("", values)
router.add_router("", forecasting)
router.add_router("", outlook)
router.add_router("", ratings)
router.add_router("", status)
router.add_router("", network)
router.add_router("", reservoirs)
router.add_router("", station)
router.add_router("", bulletins)
router.add_router("", warnings)
router.add_router("", terrain)
router.add_router("", droughts)
router.add_router("", floods)
router.add_router("", checking)
router.add_router("", exporting)
