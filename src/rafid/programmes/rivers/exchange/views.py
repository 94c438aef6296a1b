"""``/rivers/agreements/``: who gets which series, from when, after which embargo; and what goes to which node."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may
from rafid.commons.records.change import Refused
from rafid.commons.records.models import ExchangeParcel, Node

from ..models import Series
from ..seeing import PROGRAMME
from . import agreed
from .giving import allowed
from .lines import CODE


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    givers = agreed.givers(request.user)
    error = ""
    if request.method == "POST":
        if not givers:
            raise PermissionDenied
        try:
            row = _made(request, givers)
        except Refused as refusal:
            error = str(refusal)
        else:
            messages.success(
                request,
                _("From %(day)s on %(receiver)s sees what the agreement opens.")
                % {"day": row.starts_on.isoformat(), "receiver": row.receiver.name},
            )
            return redirect("rivers-agreements")
    shown = agreed.shown(request.user)
    context: dict[str, Any] = {
        "shown": shown,
        "error": error,
        "givers": givers,
        "receivers": Organisation.objects.filter(active=True).order_by("ref") if givers else (),
        "series": Series.objects.filter(owner__in=givers, sensitivity=1).select_related("station").order_by("ref")
        if givers
        else (),
        "nodes": _nodes() if may(request.user, "approve", PROGRAMME) else (),
        "typed": request.POST,
        "chosen": request.POST.getlist("series"),
    }
    return render(request, "rivers/exchange/agreements.html", context, status=422 if error else 200)


def _made(request: HttpRequest, givers: list[Organisation]) -> Any:
    giver = next((one for one in givers if str(one.pk) == request.POST.get("giver")), None)
    receiver = Organisation.objects.filter(active=True, ref=request.POST.get("receiver", "")).first()
    if giver is None or receiver is None:
        raise Refused(_("Choose who gives and who receives."))
    wanted = {one for one in request.POST.getlist("series") if one}
    rows = list(Series.objects.filter(owner=giver, ref__in=wanted))
    if len(rows) != len(wanted):
        raise Refused(_("A chosen series is not the giver's. Choose again."))
    if not rows and request.POST.get("all") != "yes":
        raise Refused(_("Choose the series, or say that all are opened."))
    try:
        days = int(request.POST.get("embargo_days") or 0)
        starts, ends = (_day(request.POST.get(name, "")) for name in ("starts_on", "ends_on"))
    except ValueError as error:
        raise Refused(_("Write days as whole numbers and dates as 2026-03-31.")) from error
    if not 0 <= days <= 3650:
        raise Refused(_("The embargo is 0 to 3,650 days."))
    return agreed.open_series(
        request.user,
        giver,
        receiver,
        rows,
        starts_on=starts,
        ends_on=ends,
        embargo_days=days,
        may_republish=request.POST.get("may_republish") == "yes",
        document=request.POST.get("document", "")[:500],
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text.strip()) if text.strip() else None


@login_required
@require_POST
def end(request: HttpRequest, pk: Any) -> HttpResponse:
    one = next((one for one in agreed.shown(request.user) if one.row.pk == pk), None)
    if one is None:
        raise Http404
    try:
        agreed.end(request.user, one.row, request.POST.get("reason", "").replace("\x00", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The agreement has ended. Nothing more is given; what was given stays."))
    return redirect("rivers-agreements")


def _nodes() -> list[dict[str, Any]]:
    """What each other node gets from this one, and when it last had it."""
    own = Node.objects.filter(own=True).first()
    if own is None or own.organisation_id is None:
        return []
    found = []
    for node in (
        Node.objects.filter(own=False, revoked_at=None).exclude(organisation=None).select_related("organisation")
    ):
        last = ExchangeParcel.objects.filter(giver=own.name, receiver=node.name, code=CODE).order_by("-at").first()
        had = (
            ExchangeParcel.objects.filter(giver=own.name, receiver=node.name, code=CODE)
            .exclude(had_at=None)
            .order_by("-had_at")
            .first()
        )
        found.append({"node": node, "series": len(allowed(own, node)), "written": last, "had": had})
    return found
