"""Secrets that must be read again later lie in the database enciphered, and so in every backup of it.

The key is derived from SECRET_KEY and a salt per purpose; what earlier keys (SECRET_KEY_FALLBACKS) enciphered is still read.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

SIGN = "fernet:"
"""How an enciphered secret begins; neither base32 nor hexadecimal has a colon."""


def encipher(text: str, salt: str) -> str:
    return SIGN + cipher(salt).encrypt(text.encode()).decode("ascii")


def decipher(text: str, salt: str) -> str:
    """Raises ``ValueError`` where it was enciphered under another key, or never."""
    if not text.startswith(SIGN):
        raise ValueError("not enciphered")
    try:
        return cipher(salt).decrypt(text.removeprefix(SIGN)).decode()
    except InvalidToken as error:
        raise ValueError("enciphered under another secret key") from error


def cipher(salt: str) -> MultiFernet:
    return _made((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), salt)


@lru_cache(maxsize=16)
def _made(keys: Sequence[str], salt: str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key, salt))) for key in keys])


def _derived(key: str, salt: str) -> bytes:
    return salted_hmac(salt, "key", secret=key, algorithm="sha256").digest()
