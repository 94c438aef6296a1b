"""Organisations: added, renamed, moved, closed. They own records, so that none is ever deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.places.models import Place

from .administration import may_organise
from .models import Account, Organisation
from .models.organisation import Kind

_REF = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,38}[A-Z0-9])?")


def _allowed(by: Account | None, organisation: Organisation | None) -> None:
    if by is not None and not may_organise(by, organisation):
        raise PermissionDenied(_("This part of the tree of organisations lies outside your scope."))


def _named(names: Mapping[str, str]) -> dict[str, str]:
    clean = {f"name_{language}": " ".join(names.get(language, "").split())[:300] for language in ("ar", "ckb", "en")}
    if not any(clean.values()):
        raise ValidationError({"name_ar": _("Give a name in at least one language.")})
    return clean


@transaction.atomic
def add(
    by: Account | None,
    ref: str,
    names: Mapping[str, str],
    *,
    kind: str = Kind.OTHER,
    parent: Organisation | None = None,
    place: Place | None = None,
) -> Organisation:
    """``ref`` is the short code, such as ``MOP-CSO``. Raises PermissionDenied outside the scope, ValidationError by field."""
    _allowed(by, parent)
    ref = ref.strip().upper()
    if not _REF.fullmatch(ref):
        raise ValidationError({"ref": _("1 to 40 Latin capitals, digits and hyphens.")})
    if Organisation.objects.filter(ref=ref).exists():
        raise ValidationError({"ref": _("Another organisation has this code.")})
    return Organisation.objects.create(ref=ref, kind=kind, parent=parent, place=place, **_named(names))


@transaction.atomic
def change(
    organisation: Organisation,
    by: Account | None,
    names: Mapping[str, str],
    *,
    kind: str,
    parent: Organisation | None,
    place: Place | None,
    reason: str = "",
) -> None:
    """Renames or moves it. Both the old and the new parent must lie within the scope; a circle is refused."""
    _allowed(by, organisation)
    if parent != organisation.parent:
        _allowed(by, organisation.parent)
        _allowed(by, parent)
    for name, value in _named(names).items():
        setattr(organisation, name, value)
    organisation.kind, organisation.parent, organisation.place = kind, parent, place
    try:
        with because(reason or "changed"), transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        raise ValidationError({"parent": _("An organisation cannot lie inside itself.")}) from error


@transaction.atomic
def set_active(organisation: Organisation, by: Account | None, active: bool, reason: str) -> None:
    """A closed organisation is offered nowhere; its records, members and grants stay as they are."""
    _allowed(by, organisation)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    organisation.active = active
    with because(reason.strip()):
        organisation.save(update_fields=["active"])
