"""A thing has its name in three languages; this is how it is stored and how the reader's one is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import get_language, gettext, override

FALLBACK = {"ar": ("ar", "ckb", "en"), "ckb": ("ckb", "ar", "en"), "en": ("en", "ar", "ckb")}


def pick(names: Mapping[str, str], language: str | None = None) -> str:
    """The name in ``language`` (today's reader by default), else in the next language that has one."""
    for code in FALLBACK.get(language or get_language() or "ar", FALLBACK["ar"]):
        if names.get(code):
            return names[code]
    return ""


def in_three(message: str, **params: Any) -> dict[str, str]:
    """A translatable message (marked with ``gettext_noop``) in all languages, for what is stored and read later.

    A parameter that is itself a mapping of three names gives each language its own.
    """
    said = {}
    for language in FALLBACK:
        with override(language):
            own = {key: pick(value, language) if isinstance(value, Mapping) else value for key, value in params.items()}
            said[language] = gettext(message) % own if params else gettext(message)
    return said


class Named(models.Model):
    """``name_ar``, ``name_ckb``, ``name_en``; ``names`` for JSON; ``name`` in the reader's language."""

    name_ar = models.CharField(max_length=300, blank=True)
    name_ckb = models.CharField(max_length=300, blank=True)
    name_en = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def names(self) -> dict[str, str]:
        return {"ar": self.name_ar, "ckb": self.name_ckb, "en": self.name_en}

    @property
    def name(self) -> str:
        return pick(self.names)
