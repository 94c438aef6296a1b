"""The lists of hazards and tasks that forms take along: are they there, what do they hold, which forms use them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import organisations_within

from ..seeing import AUTHORITY, held, may_here
from .declared import FORMS
from .lists import refresh, standing


def _owners(user: Any) -> list[Organisation]:
    """Authorities whose forms this person designs, the own one first."""
    scopes = held(user, AUTHORITY, "design")
    if not scopes:
        raise PermissionDenied
    rows = Organisation.objects.filter(kind="authority", active=True).order_by("ref")
    if all(one.organisation for one in scopes):
        reached = Q(pk=None)
        for one in scopes:
            reached |= Q(pk__in=organisations_within(one.organisation))
        rows = rows.filter(reached)
    found = list(rows)
    return sorted(found, key=lambda one: one.pk != user.organisation_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    owners = _owners(request.user)
    if request.method == "POST":
        owner = next(
            (one for one in owners if str(one.pk) == request.POST.get("owner", "")), owners[0] if owners else None
        )
        if owner is None or not may_here(request.user, "design", owner=owner.pk, side="authority"):
            raise PermissionDenied
        done = refresh(owner, by=request.user)
        messages.success(
            request,
            ngettext("%(count)s list was made or mended.", "%(count)s lists were made or mended.", done)
            % {"count": done}
            if done
            else _("Both lists are there and as they should be; what they hold follows the registers by itself."),
        )
        return redirect("mineaction-form-lists")
    context = {"rows": standing(request.user), "owners": owners, "forms": FORMS}
    return render(request, "mineaction/arriving/lists.html", context)
