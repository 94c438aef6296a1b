"""/api/v1 of the room; each part has a router of its own in ``api_<part>.py``, added here."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["forms"])

beside: dict[str, Router] = {}
"""Routers of the room at addresses of their own: prefix → router."""
