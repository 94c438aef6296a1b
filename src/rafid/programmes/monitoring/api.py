"""Addresses of monitoring, below ``/api/v1/monitoring``: each part has its own router."""

from __future__ import annotations

from ninja import Router

from .contracts.api import router as contracts
from .findings.api import router as findings
from .plans.api import router as plans
from .visits.api import router as visits

router = Router(tags=["monitoring"])
router.add_router("", plans)
router.add_router("", contracts)
router.add_router("", findings)
router.add_router("", visits)
