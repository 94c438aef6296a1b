"""Words that letters, feeds and programs share."""

from __future__ import annotations

from django.utils.translation import gettext_noop

WHAT_HAPPENED = {
    "published": gettext_noop("Published"),
    "withdrawn": gettext_noop("Withdrawn"),
    "erratum": gettext_noop("Erratum"),
    "test": gettext_noop("A trial, to see whether it arrives"),
}
