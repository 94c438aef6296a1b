"""An import of reports that were approved elsewhere, before a second person: compared with the other system as one.

Whoever imported them answers for the operators' approval; a second person of the authority compares, a third accepts each.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from rafid.commons.people.models import Account
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source

from ..models import FieldReport, ReportState, ReportType
from ..reports import decide
from ..reports.gates import COMPARES
from ..seeing import AUTHORITY, held, may_here

PAGE = 50


def _rows(user: Any, run: UUID) -> Any:
    return FieldReport.objects.visible_to(user).filter(source=Source.IMPORT, source_id=run, endorsed_by__isnull=False)


def waiting(user: Any) -> list[dict[str, Any]]:
    """Imports that a second person has to compare: how many reports of each wait."""
    if not any(held(user, AUTHORITY, action) for action in COMPARES):
        return []
    rows = FieldReport.objects.visible_to(user).filter(
        source=Source.IMPORT, state=ReportState.OPERATOR_APPROVED, checked_by=None, endorsed_by__isnull=False
    )
    return list(
        rows.exclude(endorsed_by=user)
        .values("source_id", "document_name")
        .annotate(count=Count("pk"), since=Min("known_at"))
        .order_by("since")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, run: UUID) -> HttpResponse:
    rows = _rows(request.user, run)
    first = rows.select_related("owner", "endorsed_by").first()
    if first is None:
        raise Http404
    open_ = rows.filter(state=ReportState.OPERATOR_APPROVED, checked_by=None)
    checks = any(may_here(request.user, action, owner=first.owner_id, side="authority") for action in COMPARES)
    error = ""
    if request.method == "POST":
        if not checks:
            raise PermissionDenied
        if not request.POST.get("compared"):
            error = _("Say that you compared them, or go back.")
        else:
            try:
                count = decide.check_imported(run, by=request.user, owner=first.owner)
            except Refused as refused:
                error = str(refused)
            else:
                messages.success(
                    request,
                    ngettext(
                        "%(count)s report was compared. A third person accepts it.",
                        "%(count)s reports were compared. A third person accepts each.",
                        count,
                    )
                    % {"count": count},
                )
                return redirect("mineaction-import-compare", run)
    kinds = dict(ReportType.choices)
    told = rows.aggregate(at=Max("endorsed_at"), first=Min("on"), last=Max("on"))
    context = {
        "run": run,
        "file": first.document_name,
        "owner": first.owner,
        "people": Account.objects.filter(pk__in=rows.values("endorsed_by")),
        "compared_by": Account.objects.filter(pk__in=rows.values("checked_by")),
        "told": told,
        "count": rows.count(),
        "open": open_.count(),
        "kinds": [
            (kinds[one["type"]], one["count"])
            for one in rows.values("type").annotate(count=Count("pk")).order_by("-count", "type")
        ],
        "page": Paginator(rows.select_related("organisation", "place").order_by("source_row", "pk"), PAGE).get_page(
            request.GET.get("page")
        ),
        "may": checks and not open_.filter(endorsed_by=request.user).exists(),
        "own": open_.filter(endorsed_by=request.user).exists(),
        "error": error,
    }
    return render(request, "mineaction/carrying/compare.html", context, status=422 if error else 200)
