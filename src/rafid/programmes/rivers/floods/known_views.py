"""What is known beside the gauge, entered on the floods' pages: periods of perception of a station, regional skews of all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rafid.commons.people.visibility import may
from rafid.commons.records.change import Refused

from ..models import Basin, PerceivedPeriod, RegionalSkew
from ..seeing import PROGRAMME
from ..values.numbers import read_number
from ..values.times import read_date
from .keep_known import keep_period, keep_skew, leave_out_period, leave_out_skew
from .views import back, may_tell, page, seen_station, year


@login_required
@require_POST
def perceive(request: HttpRequest, code: str) -> HttpResponse:
    """A period of perception is entered."""
    row = seen_station(request.user, code)
    if not may_tell(request.user, row):
        raise PermissionDenied
    post = request.POST
    try:
        first, last = year(post, "first_year"), year(post, "last_year")
        if first is None or last is None:
            raise ValueError(_("A period has a first and a last water year. Enter both."))
        keep_period(
            row, first_year=first, last_year=last, threshold=read_number(post.get("threshold", "")),
            source_text=_text(post, "source"), as_of=read_date(post.get("as_of", "")), user=request.user,
        )  # fmt: skip
    except (Refused, ValueError) as reason:
        return page(request, row, post, error=str(reason), status=422, form="period")
    messages.success(request, _("The period is kept."))
    return back(row, post)


@login_required
@require_POST
def perceive_not(request: HttpRequest, code: str, pk: Any) -> HttpResponse:
    """A period of perception is left out, with a reason."""
    row = seen_station(request.user, code)
    if not may_tell(request.user, row):
        raise PermissionDenied
    one = PerceivedPeriod.objects.visible_to(request.user).filter(station=row, pk=pk).first()
    if one is None:
        raise Http404
    try:
        leave_out_period(one, reason=_text(request.POST, "reason"))
    except Refused as reason:
        return page(request, row, request.POST, error=str(reason), status=422)
    return back(row, request.POST)


def may_tell_of_regions(user: Any) -> bool:
    return bool(user.is_authenticated and may(user, "forecast", PROGRAMME))


@require_http_methods(["GET", "HEAD", "POST"])
def skews(request: HttpRequest) -> HttpResponse:
    """The register of regional skews; those who forecast enter one."""
    post, error = request.POST, ""
    if request.method == "POST":
        if not may_tell_of_regions(request.user):
            raise PermissionDenied
        try:
            keep_skew(
                _basin(request.user, post.get("basin", "")), skew=read_number(post.get("skew", "")),
                error=read_number(post["error"]) if post.get("error", "").strip() else None,
                source_text=_text(post, "source"), as_of=read_date(post.get("as_of", "")), user=request.user,
            )  # fmt: skip
        except (Refused, ValueError) as reason:
            error = str(reason)
        else:
            messages.success(request, _("The regional skew is kept. It is offered at each fit."))
            return redirect("rivers-flood-skews")
    return _skews(request, error)


def _skews(request: HttpRequest, error: str) -> HttpResponse:
    rows = RegionalSkew.objects.visible_to(request.user).select_related("basin", "made_by")
    context = {
        "rows": rows.order_by(F("left_out_at").asc(nulls_first=True), F("as_of").desc(nulls_last=True), "-known_at"),
        "basins": Basin.objects.visible_to(request.user).order_by("code"),
        "may_tell": may_tell_of_regions(request.user),
        "typed": request.POST if error else {},
        "error": error,
    }
    return render(request, "rivers/floods/skews.html", context, status=422 if error else 200)


@login_required
@require_POST
def skew_not(request: HttpRequest, pk: Any) -> HttpResponse:
    """A regional skew is left out, with a reason: it is offered no longer."""
    if not may_tell_of_regions(request.user):
        raise PermissionDenied
    one = RegionalSkew.objects.visible_to(request.user).filter(pk=pk).first()
    if one is None:
        raise Http404
    try:
        leave_out_skew(one, reason=_text(request.POST, "reason"))
    except Refused as reason:
        return _skews(request, str(reason))
    return redirect("rivers-flood-skews")


def _basin(user: Any, code: str) -> Basin | None:
    if not code.strip():
        return None
    row: Basin | None = Basin.objects.visible_to(user).filter(code=code.replace("\x00", "")).first()
    if row is None:
        raise ValueError(_("There is no such basin. Choose one of the list, or the whole country."))
    return row


def _text(post: Any, name: str) -> str:
    return str(post.get(name, "")).replace("\x00", "")
