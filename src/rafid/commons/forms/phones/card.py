"""The card that sets a phone up: a code to scan, and short steps in the three languages of the people who hold phones."""

from __future__ import annotations

import base64
import io
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import AppUser
from .collect_qr import qr_path, settings_text

DIRECTIONS = {"ar": "rtl", "ckb": "rtl", "en": "ltr"}


def card(phone: AppUser, server: str, project: str) -> dict[str, Any]:
    return {
        "phone": phone,
        "server": server,
        "qr": qr_path(settings_text(server, project)),
        "texts": [_in(language) for language, _name in settings.LANGUAGES],
    }


def _in(language: str) -> dict[str, Any]:
    with translation.override(language):
        return {
            "language": language,
            "direction": DIRECTIONS.get(language, "ltr"),
            "phone": pgettext("a device", "Phone"),
            "title": _("Set up this phone"),
            "steps": [
                _("Install ODK Collect or KoboCollect and open it."),
                _("Tap “Configure with QR code” (or the circle at the top, “Add project”) and scan the code."),
                _("Fill forms with “Start new form”; no line is needed."),
                _("In the evening, on a line: “Ready to send”, then “Send selected”."),
            ],
            "keep": _("Whoever has this card can send as this phone. Lost? Tell the office: it is shut out at once."),
        }


def qr_png(text: str) -> str:
    """A QR code (error correction L) as a PNG, in base64."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=4, box_size=6)
    code.add_data(text)
    code.make(fit=True)
    out = io.BytesIO()
    code.make_image().save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()
