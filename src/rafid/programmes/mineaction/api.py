"""Addresses of mine action, below ``/api/v1/mineaction``: each part has its own router."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["mineaction"])
