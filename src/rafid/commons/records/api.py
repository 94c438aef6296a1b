"""/api/v1/records: imports and the registers of all programmes."""

from ninja import Router

from .registers_api import router as registers

router = Router()
router.add_router("", registers)
