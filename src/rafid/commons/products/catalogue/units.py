"""Units that people write at the fields of their own datasets, so that these are read in each language, too."""

from __future__ import annotations

from django.utils.translation import gettext_noop

KNOWN = (
    gettext_noop("cases"),
    gettext_noop("households"),
    gettext_noop("families"),
    gettext_noop("persons"),
    gettext_noop("litres"),
    gettext_noop("tonnes"),
    gettext_noop("visits"),
)
