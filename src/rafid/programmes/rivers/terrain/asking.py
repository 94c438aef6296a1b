"""Who does what on the ground, for whom, and a file that is sent with a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may, may_at
from rafid.commons.records.imports.uploads import Limited, too_large
from rafid.commons.records.tabular.errors import size

from ..models import ElevationModel, FloodMap
from ..seeing import PROGRAMME


def owners(user: Any, action: str) -> list[Organisation]:
    """The organisations for which this person does it; the own one first. 403 without any."""
    if not (user.is_authenticated and may(user, action, PROGRAMME)):
        raise PermissionDenied
    found = [one for one in Organisation.objects.filter(active=True) if may_at(user, action, PROGRAMME, one.pk, None)]
    if not found:
        raise PermissionDenied
    return sorted(found, key=lambda one: (one.pk != user.organisation_id, one.kind != "ministry", one.ref))


def may_here(user: Any, action: str) -> bool:
    return bool(user.is_authenticated and may(user, action, PROGRAMME))


def seen_elevation(user: Any, ref: str) -> ElevationModel:
    row: ElevationModel | None = ElevationModel.objects.visible_to(user).select_related("owner").filter(ref=ref).first()
    if row is None:
        raise Http404
    return row


def seen_flood(user: Any, ref: str) -> FloodMap:
    row: FloodMap | None = (
        FloodMap.objects.visible_to(user)
        .select_related("owner", "elevation", "station", "reach", "compared")
        .filter(ref=ref)
        .first()
    )
    if row is None:
        raise Http404
    return row


def taking_a_file(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A signed-in page that takes a file: the upload handler is set before anything reads the body, and that is before the
    token in it is looked at."""
    inner = csrf_protect(view)

    @login_required
    @csrf_exempt
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            request.upload_handlers = [Limited(request)]
        return inner(request, *args, **kwargs)

    outer.__name__ = view.__name__
    return outer


def refused_size(request: HttpRequest) -> str:
    """Why the file is too large; empty if it is not."""
    if not too_large(request):
        return ""
    return _("This file is larger than %(limit)s. Split it.") % {"limit": size(settings.RAFID_UPLOAD_LIMIT)}
