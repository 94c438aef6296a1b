"""How the secrets of authenticator apps and recovery codes lie in the database: enciphered, and so in every backup of it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

SIGN = "fernet:"
"""How an enciphered secret begins; neither base32 nor hexadecimal has a colon."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Enciphers by a key that is derived from SECRET_KEY; reads what earlier keys (SECRET_KEY_FALLBACKS) enciphered, and
    what was kept before secrets were enciphered."""

    def encrypt(self, text: str) -> str:
        return SIGN + _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ``ImproperlyConfigured`` where the secret was enciphered under another key."""
        if not encrypted_text.startswith(SIGN):
            return encrypted_text
        try:
            return _cipher().decrypt(encrypted_text.removeprefix(SIGN)).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "The secret of an authenticator app was enciphered under another secret key. Set RAFID_SECRET_KEY to the "
                "one before, or remove the app of the account, so that its owner sets up another."
            ) from error


def _cipher() -> MultiFernet:
    return _made((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _made(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return salted_hmac("rafid.people.second_factor", "key", secret=key, algorithm="sha256").digest()
