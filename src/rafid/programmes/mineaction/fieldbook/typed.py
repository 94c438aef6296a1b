"""What stands in a field book, as numbers: digits of any script, comma or point, degrees with minutes and seconds.

Nothing is guessed: what is no number is said with the remedy, and what was typed stays as it was typed.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

CIRCLES = {"degrees": 360, "mils": 6400, "gon": 400}
METRES = {"m": 1.0, "ft": 0.3048, "yd": 0.9144}
_PARTS = re.compile(r"[\s°º'′’\"″”:]+")
_HEMISPHERES = {"N": 1, "E": 1, "S": -1, "W": -1}


class NotTyped(ValueError):
    """A sentence for the person at the table."""


def number(text: str) -> float:
    return float(_decimal(text))


def _decimal(text: str) -> Decimal:
    plain = (
        text.strip().replace("٫", ".").replace("−", "-").replace("٬", "").replace("\u200f", "").replace("\u200e", "")
    )
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not math.isfinite(float(found)):
        raise NotTyped(_("“%(text)s” is no number. Type it as it stands in the book, digits only.") % {"text": text})
    return found


def bearing(text: str, unit: str) -> float:
    """Degrees. In degrees a bearing may have minutes and seconds: ``45 30 15`` or ``45°30′15″``."""
    circle = CIRCLES[unit]
    value = _sexagesimal(text) if unit == "degrees" else number(text)
    if not 0 <= value <= circle:
        raise NotTyped(
            _("the bearing %(text)s is not in 0 to %(circle)s. Check it in the book, or the unit of bearings.")
            % {"text": text.strip(), "circle": circle}
        )
    return value * 360 / circle


def distance(text: str, unit: str) -> float:
    """Metres."""
    value = number(text)
    if value <= 0:
        raise NotTyped(_("the distance %(text)s is not above 0. Check it in the book.") % {"text": text.strip()})
    return value * METRES[unit]


def degrees(text: str, notation: str = "") -> float:
    """Longitude or latitude: decimal (44.3338), with minutes (44 20.03) or with minutes and seconds (44 20 1.8), with or
    without N, E, S, W. ``notation`` dm or dms: a single number was meant so (44.2003 as 44° 20.03′)."""
    body = text.strip().upper()
    sign = 1
    for letter in _HEMISPHERES:
        if body.startswith(letter) or body.endswith(letter):
            sign, body = _HEMISPHERES[letter], body.strip("NESW ")
            break
    if notation and len([part for part in _PARTS.split(body) if part]) == 1:
        return sign * _packed(_decimal(body), notation, text)
    return sign * _sexagesimal(body)


def _packed(value: Decimal, notation: str, text: str) -> float:
    """47.305 as 47° 30.5′ (dm), 47.3015 as 47° 30′ 15″ (dms)."""
    whole = int(abs(value))
    minutes = (abs(value) - whole) * 100
    seconds = (minutes - int(minutes)) * 100
    if minutes >= 60 or (notation == "dms" and seconds >= 60):
        raise NotTyped(_("“%(text)s” has no such minutes or seconds. Take this reading back.") % {"text": text})
    found = whole + (float(minutes) / 60 if notation == "dm" else int(minutes) / 60 + float(seconds) / 3600)
    return math.copysign(found, value)


def _sexagesimal(text: str) -> float:
    parts = [part for part in _PARTS.split(text.strip()) if part]
    if not 1 <= len(parts) <= 3:
        raise NotTyped(_("“%(text)s” is no number. Type it as it stands in the book, digits only.") % {"text": text})
    values = [number(part) for part in parts]
    if any(not 0 <= value < 60 for value in values[1:]):
        raise NotTyped(_("“%(text)s” has 60 minutes or seconds, or more. Check it in the book.") % {"text": text})
    size = sum(abs(value) / 60**at for at, value in enumerate(values))
    return -size if parts[0].startswith(("-", "−")) else size
