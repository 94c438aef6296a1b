"""Texts of forms and people on a page: in which direction they run."""

from __future__ import annotations

import re
from typing import Any, Final

from django import template
from django.utils.translation import get_language_bidi

register = template.Library()
_FROM_THE_RIGHT: Final = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@register.filter
def facing(text: Any) -> str:
    """The ``dir`` of a text. Left to itself a browser goes by the first letter, and a code in front would turn a name that is
    Arabic or Sorani otherwise: "KIR-02 تل الفرس" begins at the right on a page that does."""
    return "rtl" if get_language_bidi() and _FROM_THE_RIGHT.search(str(text or "")) else "auto"
