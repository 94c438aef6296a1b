"""Codes of places as people type them, and codes that belong to another country."""

from __future__ import annotations

import functools
import re

from babel import Locale
from babel.core import get_global

from rafid.methods.text import to_ascii_digits

from .country import country

# IQG17Q04, SY0702, TUR063; the second also SY-HL, which a name in capitals may look like.
_PCODE = re.compile(r"([A-Z]{2,3})[A-Z]?[-_. ]?\d{1,10}(?:[A-Z]\d+)*")
_ISO = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")


def plain(text: str) -> str:
    """A code as it is compared: capitals, digits 0-9, nothing between them.

    >>> plain(" iqg17-q04 "), plain("IQ.TS"), plain("١١٠١")
    ('IQG17Q04', 'IQTS', '1101')
    """
    return re.sub(r"[\s._-]+", "", to_ascii_digits(text)).upper()


def looks_like_code(text: str) -> bool:
    return bool(_PCODE.fullmatch(to_ascii_digits(text.strip()).upper()))


def foreign_country(text: str, *, names_excluded: bool = False) -> str | None:
    """ISO 3166 alpha-2 of another country whose code this looks to be.

    ``names_excluded``: it is known to be no name, so that ``SY-HL`` is read as a code as well.

    >>> foreign_country("SY0702"), foreign_country("SYR01"), foreign_country("IQG17"), foreign_country("AL-KUT")
    ('SY', 'SY', None, None)
    """
    written = to_ascii_digits(text.strip()).upper()
    found = _PCODE.fullmatch(written) or (_ISO.fullmatch(written) if names_excluded else None)
    if not found:
        return None
    territories = Locale("en").territories
    for prefix in dict.fromkeys((found[1], found[1][:2])):
        other = prefix if len(prefix) == 2 else _of_three_letters().get(prefix)
        if other and other in territories:
            return None if other == country().code else other
    return None


@functools.cache
def _of_three_letters() -> dict[str, str]:
    """Alpha-3 to alpha-2, by CLDR."""
    return {
        code: found[0]
        for code, found in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and found
    }
