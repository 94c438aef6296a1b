"""Finding and comparing words in Arabic, Sorani Kurdish and English: the ground that every programme stands on.

Text is stored and shown as it was written; what these functions give serves search and comparison only.
"""

from rafid.methods.text.folding import fold, to_ascii_digits, tokens
from rafid.methods.text.language import detect_language
from rafid.methods.text.names import name_key
from rafid.methods.text.sms import sms_parts
from rafid.methods.text.stemming import stem

__all__ = ["detect_language", "fold", "name_key", "sms_parts", "stem", "to_ascii_digits", "tokens"]
