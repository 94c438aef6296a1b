"""How a form is handled: titles, reviewers, sensitivity, retention, corrections from outside, limits of the checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from rafid.commons.history import because

from ..models import Form

SETTINGS: Final = (
    "title_ar", "title_ckb", "title_en", "reviews_needed", "sensitivity", "accept_edits", "retention_days", "limits",
)  # fmt: skip


@transaction.atomic
def settle(form: Form, values: Mapping[str, Any]) -> Form:
    """Saves what differs; ``KeyError`` for what is no setting."""
    locked = Form.objects.select_for_update().get(pk=form.pk)
    changed = []
    for name, value in values.items():
        if name not in SETTINGS:
            raise KeyError(name)
        if getattr(locked, name) != value:
            setattr(locked, name, value)
            changed.append(name)
    if changed:
        with because(_("settings of the form")):
            locked.save(update_fields=changed)
    return locked
