"""/api/v1/records: imports and the registers of all programmes. Beside it /api/v1/exchange, for other nodes."""

from ninja import Router

from .exchange.api import router as exchange
from .registers_api import router as registers

router = Router()
router.add_router("", registers)
beside: dict[str, Router] = {"/exchange": exchange}
