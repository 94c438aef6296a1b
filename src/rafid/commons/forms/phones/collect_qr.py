"""How ODK Collect is set up: its settings as the text of a QR code. Source: docs.getodk.org/collect-import-export."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any


def settings_text(server_url: str, project: str) -> str:
    """Base64 of the deflated settings, as Collect reads them."""
    settings = {
        "general": {
            "server_url": server_url,
            "form_update_mode": "match_exactly",
            "automatic_update": True,
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": project},
    }
    return base64.b64encode(zlib.compress(json.dumps(settings, ensure_ascii=False).encode(), 9)).decode()


def qr_path(text: str) -> dict[str, Any]:
    """A QR code as one SVG path: ``path`` and its ``size`` in modules, with the quiet zone of four that readers need."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=4)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    dark = [(x, y) for y, row in enumerate(matrix) for x, on in enumerate(row) if on]
    return {"path": "".join(f"M{x} {y}h1v1h-1z" for x, y in dark), "size": len(matrix)}
