"""/api/v1 of the room; each part has a router of its own in ``api_<part>.py``, added here."""

from __future__ import annotations

from ninja import Router

from .design import api as api_design
from .entities import api as api_entities
from .exports import api as api_exports
from .phones import api as api_phones
from .quality import api as api_quality
from .submissions import api as api_submissions

router = api_design.router
"""The room's own address is a form's; a router added at an empty prefix would answer at ``/forms/``."""
router.add_router("", api_submissions.router)
router.add_router("", api_exports.router)
router.add_router("", api_quality.router)

beside: dict[str, Router] = {
    "/entity-lists": api_entities.router,
    "/app-users": api_phones.app_users,
    "/public-links": api_phones.public_links,
}
"""Routers of the room at addresses of their own: prefix → router."""
