"""Whether a text that others read names a victim. Deciphered names stay in here: only yes or no leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from rafid.commons.enciphering import decipher
from rafid.methods.text import fold

from ..models import VictimName
from ..reading import NAME_SALT

NAMES_NOBODY = _("This text names a victim. Write it without the name: others read it.")
_WORD = re.compile(r"\w+")


def words_of(text: str) -> set[str]:
    return set(_WORD.findall(fold(text)))


def names_somebody(text: str, victims: Any) -> bool:
    """Does the text hold two parts of the name of one of these victims, or the whole of a name of one part?"""
    words = words_of(text)
    return bool(words) and any(_named(parts, words) for parts in _names(victims))


def _named(parts: list[str], words: set[str]) -> bool:
    known = [words_of(one) for one in parts]
    known = [one for one in known if one]
    found = sum(one <= words for one in known)
    return bool(known) and found >= min(2, len(known))


def _names(victims: Any) -> Iterator[list[str]]:
    rows = VictimName.objects.filter(victim__in=victims)
    for sealed in rows.values_list("sealed", flat=True).iterator():
        try:
            yield json.loads(decipher(sealed, NAME_SALT))
        except ValueError:
            continue  # enciphered under a key that is gone: nobody reads that name any more
