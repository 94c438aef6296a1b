"""How the secrets of authenticator apps and recovery codes lie in the database: enciphered, and so in every backup of it."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ImproperlyConfigured

from rafid.commons.enciphering import SIGN, decipher, encipher

SALT = "rafid.people.second_factor"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Enciphers by a key that is derived from SECRET_KEY; reads what earlier keys (SECRET_KEY_FALLBACKS) enciphered, and
    what was kept before secrets were enciphered."""

    def encrypt(self, text: str) -> str:
        return encipher(text, SALT)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ``ImproperlyConfigured`` where the secret was enciphered under another key."""
        if not encrypted_text.startswith(SIGN):
            return encrypted_text
        try:
            return decipher(encrypted_text, SALT)
        except ValueError as error:
            raise ImproperlyConfigured(
                "The secret of an authenticator app was enciphered under another secret key. Set RAFID_SECRET_KEY to the "
                "one before, or remove the app of the account, so that its owner sets up another."
            ) from error
