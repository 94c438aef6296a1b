"""Addresses of rivers, below ``/api/v1/rivers``: each part has its own router."""

from __future__ import annotations

from ninja import Router

from .values.api import router as values

router = Router(tags=["rivers"])
router.add_router("", values)
