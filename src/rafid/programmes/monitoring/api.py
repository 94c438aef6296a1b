"""Addresses of monitoring, below ``/api/v1/monitoring``: each part has its own router."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["monitoring"])
