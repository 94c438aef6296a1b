"""Addresses of monitoring, below ``/api/v1/monitoring``: each part has its own router."""

from __future__ import annotations

from ninja import Router

from .contracts.api import router as contracts
from .findings.api import router as findings
from .outcomes.api import router as outcomes
from .plans.api import router as plans
from .reports.api import router as reports
from .visits.api import router as visits
from .warnings.api import router as warnings
from .weeks.api import router as weeks

router = Router(tags=["monitoring"])
router.add_router("", plans)
router.add_router("", contracts)
router.add_router("", findings)
router.add_router("", reports)
router.add_router("", outcomes)
router.add_router("", visits)
router.add_router("", warnings)
router.add_router("", weeks)
