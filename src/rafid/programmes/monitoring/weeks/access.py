"""Who enters these pages: the third party. For all others there is nothing here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rafid.commons.people.models import Organisation

from ..seeing import OFFICE, THIRD_PARTY, held, may_anywhere, may_here
from .queries import office_of

View = Callable[..., HttpResponse]


def for_roles(roles: Iterable[str]) -> Callable[[View], View]:
    wanted = frozenset(roles)

    def decorated(view: View) -> View:
        @login_required
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not held(request.user, wanted):
                raise Http404
            return view(request, *args, **kwargs)

        return answered

    return decorated


third_party = for_roles(THIRD_PARTY)
office = for_roles(OFFICE)


def owner_asked(request: HttpRequest) -> Organisation | None:
    """The third party of the page: that of the address (``owner``), else the one with most visits."""
    return office_of(request.user, request.GET.get("owner", "").replace("\x00", ""))


def must_schedule(request: HttpRequest, owner: Any = None, place: Any = None) -> None:
    """Raises ``PermissionDenied``."""
    allowed = (
        may_here(request.user, "schedule", owner=owner, place=place)
        if owner is not None
        else may_anywhere(request.user, "schedule")
    )
    if not allowed:
        raise PermissionDenied(_("Weeks are planned by the monitoring manager and officers."))
