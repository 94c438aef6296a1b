"""The sentence for each reason why a submission's entity part was not applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def entity_sentence(evidence: Mapping[str, Any]) -> str:
    """What ``Finding.evidence`` of an ``entity_problem`` says, in the reader's language."""
    name = str(evidence.get("list", ""))
    sentences = {
        "no_list": _("There is no entity list “%s”."),
        "view": _("The entity list “%s” shows another register; forms cannot change it."),
        "no_id": _("The entity for the list “%s” has no valid identity, so nothing was made or changed."),
        "no_label": _("The new entity for the list “%s” has no label, so it was not made."),
        "exists": _("The list “%s” has an entity of this identity already; it was not made again."),
        "unknown": _("The list “%s” has no entity of this identity that the sender may change."),
        "deleted": _("The entity was deleted from the list “%s” before this change came."),
        "unknown_version": _("The change names a version that the entity in the list “%s” never had."),
    }
    told = sentences.get(
        str(evidence.get("problem", "")), _("The change to the list “%s” was refused by the database.")
    )
    return told % name
