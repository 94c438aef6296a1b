"""Who makes forms where: ``design`` in the form's programme, for its organisation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import allowing, may, may_at
from rafid.commons.programme import installed

from ..models import Form


def programmes_to_design(user: Any) -> list[tuple[str, str]]:
    """Code and name of each programme in which this person makes forms."""
    return [(one.name, pick(one.names)) for one in installed() if owners_for(user, one.name)]


def owners_for(user: Any, programme: str) -> list[Organisation]:
    """The organisations in whose name this person makes forms there, their own first. A role for one place makes none: a form
    has no place."""
    fitting = [scope for scope in allowing(user, "design", programme) if scope.place is None]
    if not fitting:
        return []
    rows = Organisation.objects.filter(active=True).order_by("ref")
    heads = {scope.organisation for scope in fitting}
    found = [one for one in rows if None in heads or heads & set(one.lineage)]
    return sorted(found, key=lambda one: one.pk != user.organisation_id)


def may_design(user: Any, form: Form) -> bool:
    return may_at(user, "design", form.programme, form.owner_id, None)


def must_design(user: Any, form: Form) -> None:
    """Raises PermissionDenied for a form that is seen and not this person's to change."""
    if not may_design(user, form):
        raise PermissionDenied(_("This form is made by others. Ask who may make forms in this programme."))


def sees_forms(user: Any) -> bool:
    """Has this person anything to do with forms?"""
    return (
        any(may(user, action, one.name) for one in installed() for action in ("design", "collect", "review"))
        or Form.objects.visible_to(user).exists()
    )


def form_or_404(request: HttpRequest, pk: UUID) -> Form:
    return get_object_or_404(Form.objects.visible_to(request.user).select_related("owner"), pk=pk)
