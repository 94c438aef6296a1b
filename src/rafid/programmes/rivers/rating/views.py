"""Pages of ratings: all rated stations; one with its gaugings and curves; what publishing would change."""

from __future__ import annotations

import math
import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rafid.commons.names import pick
from rafid.commons.people.visibility import may_on
from rafid.commons.records.change import Refused

from ..models import Gauging, GaugingMethod, Rating, SeriesFinding, Station
from ..models.ratings import RatingState
from ..values.numbers import read_number
from ..values.recording import NotRecorded
from ..values.times import read_time
from .comparing import compare
from .curves import seen, valid
from .draft_rating import draft_rating, shift_rating
from .drawing import drawn
from .gauge import DEVIATES, judged, keep_gauging
from .publish_rating import preview, publish_rating
from .received import giver_of
from .withdraw_rating import instead_of, preview_withdrawal, withdraw_rating

OFF = 10.0
SHOWN = 200


def seen_station(user: Any, code: str) -> Station:
    row: Station | None = Station.objects.visible_to(user).filter(code=code).first()
    if row is None:
        raise Http404
    return row


def seen_rating(user: Any, code: str, number: int) -> Rating:
    station = seen_station(user, code)
    row: Rating | None = seen(user).select_related("station").filter(station=station, number=number).first()
    if row is None:
        raise Http404
    return row


@require_safe
def ratings(request: HttpRequest) -> HttpResponse:
    """Every station that has gaugings or a curve."""
    now = timezone.now()
    current = seen(request.user).filter(station=OuterRef("pk"), state=RatingState.PUBLISHED, valid_from__lte=now)
    current = current.order_by("-valid_from")
    rows = (
        Station.objects.visible_to(request.user)
        .annotate(
            gauged=Count("gaugings"),
            last=Max("gaugings__time"),
            number=Subquery(current.values("number")[:1]),
            since=Subquery(current.values("valid_from")[:1]),
            published=Subquery(current.values("published_at")[:1]),
            error=Subquery(current.values("standard_error")[:1]),
        )
        .filter(gauged__gt=0)
        .order_by("river", "code")
    )
    shown = list(rows)
    off = set(_open(request.user).values_list("series__station", flat=True))
    for one in shown:
        one.off = one.pk in off
        one.percent = None if one.error is None else 100 * one.error
    return render(request, "rivers/rating/ratings.html", {"rows": shown})


def _open(user: Any) -> Any:
    """Runs of gaugings off their curve that nobody settled."""
    return SeriesFinding.objects.visible_to(user).filter(check_code=DEVIATES, state__in=("open", "confirmed"))


@require_safe
def station(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, seen_station(request.user, code))


def _page(request: HttpRequest, row: Station, *, error: str = "", status: int = 200) -> HttpResponse:
    curves = list(seen(request.user).filter(station=row).select_related("supersedes").order_by("-number"))
    chosen = _chosen(request, curves)
    gaugings = judged(row, valid([chosen]) if chosen is not None and chosen.state == RatingState.DRAFT else None)
    shown = [one for one in curves if one.state in (RatingState.PUBLISHED, RatingState.DRAFT) or one == chosen]
    used = set(chosen.gaugings.values_list("pk", flat=True)) if chosen else set()
    context = {
        "station": row,
        "curves": [_curve(one) for one in curves],
        "chosen": chosen,
        "segments": chosen.segments if chosen else [],
        "shifts": chosen.shifts.order_by("valid_from") if chosen else [],
        "gaugings": [_gauging(one, used) for one in reversed(gaugings[-SHOWN:])],
        "count": len(gaugings),
        "drawn": drawn(shown, gaugings, chosen),
        "findings": [pick(one.message) for one in _open(request.user).filter(series__station=row)],
        "methods": GaugingMethod.choices,
        "received": giver_of(row),
        "may_gauge": may_on(request.user, "gauge", row),
        "may_publish": may_on(request.user, "publish_rating", row),
        "error": error,
        "typed": request.POST if error else {},
    }
    return render(request, "rivers/rating/station.html", context, status=status)


def _chosen(request: HttpRequest, curves: list[Rating]) -> Rating | None:
    asked = request.GET.get("version", "")
    for one in curves:
        if str(one.number) == asked:
            return one
    now = timezone.now()
    current = [
        one
        for one in curves
        if one.state == RatingState.PUBLISHED and one.valid_from <= now and (one.valid_to is None or one.valid_to > now)
    ]
    return next(iter(current or curves), None)


def _curve(row: Rating) -> dict[str, Any]:
    error = row.standard_error
    return {"row": row, "percent": None if error is None else 100 * error, "gaugings": row.curve.get("gaugings")}


def _gauging(one: Any, used: set[Any]) -> dict[str, Any]:
    known = not math.isnan(one.deviation)
    return {
        "row": one.gauging,
        "version": one.version or None,
        "deviation": one.deviation if known and not math.isinf(one.deviation) else None,
        "off": known and abs(one.deviation) > OFF,
        "used": one.gauging.pk in used,
    }


@login_required
@require_POST
def gauge(request: HttpRequest, code: str) -> HttpResponse:
    row = _mine(request, code, "gauge")
    post = request.POST
    try:
        facts: dict[str, Any] = {
            name: read_number(post[name]) for name in ("area", "mean_velocity", "uncertainty_pct") if post.get(name)
        }
        method = post.get("method", "")
        kept = keep_gauging(
            row,
            time=read_time(post.get("time", ""), zone=settings.TIME_ZONE),
            stage=read_number(post.get("stage", "")),
            discharge=read_number(post.get("discharge", "")),
            method=method if method in GaugingMethod.values else GaugingMethod.CURRENT_METER,
            measured_by=post.get("measured_by", "").strip()[:120],
            user=request.user,
            **facts,
        )
    except (Refused, ValueError) as reason:
        return _page(request, row, error=str(reason), status=422)
    messages.success(request, _("The gauging is kept: %(flow)s m³/s.") % {"flow": f"{kept.discharge:g}"})
    return redirect("rivers-rating", row.code)


@login_required
@require_POST
def leave_out(request: HttpRequest, code: str, pk: Any) -> HttpResponse:
    """Leaves a gauging out of the next curve with a reason, or takes it in again."""
    row = _mine(request, code, "gauge")
    one = Gauging.objects.visible_to(request.user).filter(station=row, pk=pk).first()
    if one is None:
        raise Http404
    reason = request.POST.get("reason", "").replace("\x00", "").strip()
    if not one.left_out and not reason:
        return _page(request, row, error=_("Say why this gauging is left out."), status=422)
    one.left_out = "" if one.left_out else reason
    one.save(update_fields=["left_out"])
    return redirect("rivers-rating", row.code)


@login_required
@require_POST
def draft(request: HttpRequest, code: str) -> HttpResponse:
    row = _mine(request, code, "gauge")
    post = request.POST
    try:
        rows = Gauging.objects.visible_to(request.user).filter(station=row, left_out="")
        if post.get("since"):
            rows = rows.filter(time__gte=read_time(post["since"], zone=settings.TIME_ZONE))
        made = draft_rating(
            row,
            gaugings=list(rows),
            breaks=[read_number(one) for one in re.split(r"[;\s]+", post.get("breaks", "").strip()) if one],
            valid_from=read_time(post.get("valid_from", ""), zone=settings.TIME_ZONE),
            valid_to=read_time(post["valid_to"], zone=settings.TIME_ZONE) if post.get("valid_to") else None,
            note=post.get("note", "").strip(),
            user=request.user,
        )
    except (Refused, ValueError) as reason:
        return _page(request, row, error=str(reason), status=422)
    return redirect("rivers-rating-version", row.code, made.number)


@login_required
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A draft, and what publishing it would change."""
    return _version(request, seen_rating(request.user, code, number))


def _version(request: HttpRequest, row: Rating, *, error: str = "", status: int = 200) -> HttpResponse:
    is_draft = row.state == RatingState.DRAFT
    staff = may_on(request.user, "gauge", row.station) or may_on(request.user, "publish_rating", row.station)
    if is_draft and not staff:
        raise Http404
    may_withdraw = row.state == RatingState.PUBLISHED and may_on(request.user, "publish_rating", row.station)
    given = request.POST if error else request.GET
    instead, others = _instead(row, given.get("instead", "")), _comparable(request, row)
    with_ = next((one for one in others if str(one.number) == request.GET.get("with", "")), None)
    context = {
        "row": row,
        "station": row.station,
        "curve": _curve(row),
        "preview": preview(row, user=request.user) if is_draft else None,
        "others": others,
        "with": with_,
        "compared": compare(row, with_) if with_ else [],
        "may_withdraw": may_withdraw,
        "candidates": instead_of(row) if may_withdraw else [],
        "instead": instead,
        "withdrawal": preview_withdrawal(row, instead, user=request.user)
        if may_withdraw and "instead" in given
        else None,
        "drawn": drawn([*_others(request, row), row], judged(row.station, valid([row])), row),
        "may_publish": is_draft and may_on(request.user, "publish_rating", row.station),
        "may_shift": row.state == RatingState.PUBLISHED and may_on(request.user, "publish_rating", row.station),
        "shifts": row.shifts.order_by("valid_from"),
        "error": error,
        "typed": request.POST if error else {},
    }
    return render(request, "rivers/rating/version.html", context, status=status)


def _comparable(request: HttpRequest, row: Rating) -> list[Rating]:
    """Every other version that the person sees; drafts too for those who work there."""
    return list(seen(request.user).filter(station=row.station_id).exclude(pk=row.pk).order_by("-number"))


def _instead(row: Rating, number: str) -> Rating | None:
    return next((one for one in instead_of(row) if str(one.number) == number), None)


def _others(request: HttpRequest, row: Rating) -> list[Rating]:
    rows = seen(request.user).filter(station=row.station_id, state=RatingState.PUBLISHED)
    return list(rows.exclude(pk=row.pk).order_by("valid_from"))


@login_required
@require_POST
def publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    row = seen_rating(request.user, code, number)
    if not may_on(request.user, "publish_rating", row.station):
        raise PermissionDenied
    try:
        done = publish_rating(row, user=request.user)
    except Refused as reason:
        return _version(request, row, error=str(reason), status=409)
    messages.success(
        request,
        _("Version %(number)s is published; %(count)s flows became others.")
        % {"number": number, "count": done.accepted},
    )
    return redirect("rivers-rating", row.station.code)


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str, number: int) -> HttpResponse:
    row = seen_rating(request.user, code, number)
    if not may_on(request.user, "publish_rating", row.station):
        raise PermissionDenied
    post = request.POST
    instead = _instead(row, post.get("instead", ""))
    if post.get("instead") and instead is None:
        return _version(request, row, error=_("That version cannot take its place. Choose another one."), status=422)
    try:
        done = withdraw_rating(
            row, instead=instead, reason=post.get("reason", "").replace("\x00", ""), user=request.user
        )
    except Refused as reason:
        return _version(request, row, error=str(reason), status=422 if not post.get("reason", "").strip() else 409)
    messages.success(
        request,
        _("Version %(number)s is withdrawn; %(count)s flows became others.")
        % {"number": number, "count": done.accepted},
    )
    return redirect("rivers-rating", code)


@login_required
@require_POST
def shift(request: HttpRequest, code: str, number: int) -> HttpResponse:
    row = seen_rating(request.user, code, number)
    if not may_on(request.user, "publish_rating", row.station):
        raise PermissionDenied
    post = request.POST
    try:
        done = shift_rating(
            row,
            shift_m=read_number(post.get("shift_m", "")),
            valid_from=read_time(post.get("valid_from", ""), zone=settings.TIME_ZONE),
            valid_to=read_time(post["valid_to"], zone=settings.TIME_ZONE) if post.get("valid_to") else None,
            reason=post.get("reason", ""),
            user=request.user,
        )
    except (Refused, NotRecorded, ValueError) as reason:
        return _version(request, row, error=str(reason), status=422)
    messages.success(request, _("The shift is kept; %(count)s flows became others.") % {"count": done.accepted})
    return redirect("rivers-rating-version", code, number)


def _mine(request: HttpRequest, code: str, action: str) -> Station:
    row = seen_station(request.user, code)
    if not may_on(request.user, action, row):
        raise PermissionDenied
    return row
