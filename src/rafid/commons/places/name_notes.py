"""What the country pack notes about how a name was made, in words for those who look after the places.

The pack writes it in short English, parts divided by semicolons; what every reader should know of a place stands in the
pack's ``notes`` and ``bars``, in three languages and with its source.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_noop

SENTENCES = {
    "DEMONSTRATION": gettext_noop("DEMONSTRATION: invented records"),
    "ckb hand-typed, wants a speaker's review": gettext_noop("A speaker of Sorani should review the Sorani name."),
    "ckb written for Rafid, wants a speaker's review": gettext_noop(
        "A speaker of Sorani should review the Sorani name."
    ),
    "ar written for Rafid": gettext_noop("The Arabic name was written for Rafid."),
    "ar and ckb written for Rafid, want a speaker's review": gettext_noop(
        "The Arabic and Sorani names were written for Rafid; speakers should review them."
    ),
    "ar: hamza written, the source has none": gettext_noop("The Arabic name has a hamza that its source leaves out."),
    "doubtful: inferred from COSIT's English spelling": gettext_noop(
        "The Arabic and Sorani names are doubtful: they were inferred from the English spelling."
    ),
    "reference derived at the import of its borders: a number within its parent": gettext_noop(
        "Its code was made at the import of its borders: a number within its parent."
    ),
}
_PATTERNS = (
    (re.compile(r"ar and ckb are those of (\S+)"), gettext_noop("The Arabic and Sorani names are those of %s.")),
    (
        re.compile(r"(\S+) is today's name of its main part, kept in other names"),
        gettext_noop("%s is today’s name of its main part; it stands among the other names."),
    ),
)


def sentences(note: str) -> list[str]:
    """A stored note in the reader's language; parts that nobody has words for stay as they were written."""
    return list(dict.fromkeys(_sentence(part.strip()) for part in note.split(";") if part.strip()))


def _sentence(part: str) -> str:
    if part in SENTENCES:
        return gettext(SENTENCES[part])
    for pattern, said in _PATTERNS:
        found = pattern.fullmatch(part)
        if found:
            return gettext(said) % found[1]
    return part
