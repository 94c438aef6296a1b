"""/api/v1 of the room; each part has a router of its own in ``api_<part>.py``, added here."""

from __future__ import annotations

from ninja import Router

from . import api_submissions

router = Router(tags=["forms"])
router.add_router("", api_submissions.router)

beside: dict[str, Router] = {}
"""Routers of the room at addresses of their own: prefix → router."""
