"""Addresses of rivers, below ``/api/v1/rivers``: each part has its own router."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["rivers"])
