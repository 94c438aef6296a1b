"""What stops an exchange, as a sentence with a remedy."""

from __future__ import annotations

from django.utils.translation import gettext as _


class Refused(ValueError):
    """Nothing was done; the message says what was wrong and what to do."""

    @classmethod
    def no_node(cls) -> Refused:
        return cls(_("This installation is no node yet. Give it a name first: ./rafid node init NAME."))
