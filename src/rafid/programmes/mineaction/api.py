"""Addresses of mine action, below ``/api/v1/mineaction``: each part has its own router."""

from __future__ import annotations

from ninja import Router

from .fieldbook.api import router as fieldbook
from .operations.api import router as operations
from .people.api import router as people
from .picture.api import router as picture
from .products.api import router as products

router = Router(tags=["mineaction"])
router.add_router("", picture)
router.add_router("", fieldbook)
router.add_router("", people)
router.add_router("", operations)
router.add_router("", products)
