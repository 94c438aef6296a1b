"""What a designer sends: which of the files is the form, and the others kept in the store as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.blobs import TooLarge
from rafid.commons.writing import size
from rafid.methods.xforms import Problem

from .form_files import LARGEST_FILE, MOST_FILES
from .upload import LARGEST, FormRefused, Given

ENDINGS: Final = (".xlsx", ".xls", ".xlsm", ".md", ".xml")


def given_by(main: Any, others: Sequence[Any] = ()) -> Given:
    """From uploaded files. Without ``main`` it is the one of ``others`` that ends like a form. Raises ``FormRefused``."""
    others = list(others)
    if main is None:
        main = next((one for one in others if (one.name or "").lower().endswith(ENDINGS)), None)
        if main is None:
            raise FormRefused(
                [Problem("error", _("Choose the form first: a workbook (.xlsx, .xls) or an XForm (.xml)."))]
            )
        others.remove(main)
    if main.size > LARGEST:
        raise FormRefused([Problem("error", _too_large(main.name, LARGEST))])
    if len(others) > MOST_FILES:
        raise FormRefused([Problem("error", _("More than %s files cannot belong to a form.") % MOST_FILES)])
    kept = []
    for one in others:
        try:
            kept.append((one.name, blobs.receive(one.chunks(), limit=LARGEST_FILE)))
        except TooLarge:
            raise FormRefused([Problem("error", _too_large(one.name, LARGEST_FILE))]) from None
    return Given(main.name or "", main.read(), kept)


def _too_large(name: str, limit: int) -> str:
    return _("“%(name)s” is larger than %(limit)s.") % {"name": name, "limit": size(limit)}
