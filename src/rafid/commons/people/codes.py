"""One-time codes that are printed, read aloud and typed: invitations and new passwords."""

from __future__ import annotations

import secrets
import unicodedata

from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O 1 I L U: written by hand, read aloud over a bad line
GROUPS, LENGTH = 3, 4


def make_code() -> str:
    """``XXXX-XXXX-XXXX``: 5e17 possibilities, so that none is found by trying."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(GROUPS))


def typed(code: str) -> str:
    """What a person typed as one code: any case, blanks, dashes and digits of any script; empty if it cannot be one."""
    signs = []
    for sign in code[:100].upper():
        digit = unicodedata.decimal(sign, None)
        sign = str(digit) if digit is not None else sign
        if sign in ALPHABET:
            signs.append(sign)
        elif not (sign.isspace() or unicodedata.category(sign) in ("Pd", "Cf")):
            return ""
    if len(signs) != GROUPS * LENGTH:
        return ""
    return "-".join("".join(signs[start : start + LENGTH]) for start in range(0, len(signs), LENGTH))


def hash_of(code: str) -> str:
    """Keyed with the installation's secret: a copy of the database alone does not let anybody try codes."""
    return salted_hmac("rafid.people.code", typed(code), algorithm="sha256").hexdigest()
