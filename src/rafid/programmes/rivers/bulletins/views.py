"""Pages of bulletins: all of them, a new one, one with its figures, its files and what was corrected since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rafid.commons.people.visibility import may, may_on
from rafid.commons.products.papers.on_pages import whole
from rafid.commons.products.papers.pdf import as_pdf
from rafid.commons.products.papers.workbook import as_xlsx
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.change import Refused

from ..models import Bulletin, BulletinKind
from ..seeing import PROGRAMME
from .publish import (
    OutAlready,
    corrected_since,
    discard_bulletin,
    draft_bulletin,
    publish_bulletin,
    recompute,
    take_up_bulletin,
)
from .saying import about, document, grids_of

PAGE = 50
SORTED_OUT = ("draft", "discarded")
"""States that staff look for alone."""
NAMES = (("ar", "العربية"), ("ckb", "کوردی"), ("en", "English"))
MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def language_of(asked: str | None = None) -> str:
    language = asked or (get_language() or "ar")
    return language if language in LANGUAGES else "ar"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    rows = Bulletin.objects.visible_to(request.user).select_related("corrects").order_by("-period", "-data_known_at")
    kind = request.GET.get("kind", "")
    if kind in BulletinKind.values:
        rows = rows.filter(bulletin_kind=kind)
    state = request.GET.get("state", "")
    drafts, discarded = (rows.filter(state=one).exists() for one in SORTED_OUT)
    rows = rows.filter(state=state) if state in SORTED_OUT else rows.exclude(state="discarded")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    may_draft = may(request.user, "bulletin", PROGRAMME)
    context = {
        "page": page,
        "rows": [(one, bool(may_draft and one.state == "published" and corrected_since(one))) for one in page],
        "kinds": BulletinKind.choices,
        "kind": kind,
        "state": state,
        "drafts": drafts,
        "discarded": discarded,
        "may_draft": may_draft,
        "today": today.isoformat(),
        "periods": {
            "daily": today.isoformat(),
            "monthly": (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m"),
        },
        "demonstration": any(one.content.get("demonstration") for one in page),
    }
    return render(request, "rivers/bulletins/list.html", context)


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "bulletin", PROGRAMME):
        raise PermissionDenied
    corrects = None
    if ref := request.POST.get("corrects", ""):
        corrects = one(request, ref)
    kind = corrects.bulletin_kind if corrects else request.POST.get("kind", "")
    period = corrects.period if corrects else request.POST.get("period", "").strip()
    note = {language: text for language in LANGUAGES if (text := request.POST.get(f"note_{language}", "").strip())}
    owner = request.user.organisation
    if owner is None:
        raise PermissionDenied
    try:
        made = draft_bulletin(kind, period, user=request.user, owner=owner, corrects=corrects, note=note)
    except OutAlready as reason:
        messages.error(request, str(reason))
        return redirect("rivers-bulletin", ref=reason.published.ref)
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect("rivers-bulletins")
    return redirect("rivers-bulletin", ref=made.ref)


def one(request: HttpRequest, ref: str) -> Bulletin:
    rows = Bulletin.objects.visible_to(request.user).select_related("owner", "corrects", "published_by")
    found: Bulletin | None = rows.filter(ref=ref).first() if "\x00" not in ref else None
    if found is None:
        raise Http404
    return found


@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    row = one(request, ref)
    tree = document(row, language_of())
    check = recompute(row) if request.GET.get("check") and row.published_at else None
    may_write = may_on(request.user, "bulletin", row)
    context: dict[str, Any] = {
        "row": row,
        "tree": tree,
        "parts": whole(tree),
        "languages": NAMES,
        "check": check,
        "differences": check.differs[:100] if check else [],
        "successor": row.corrections.filter(state="published").first(),
        "may_publish": row.state == "draft" and may(request.user, "publish_bulletin", PROGRAMME),
        "may_discard": row.state == "draft" and may_write,
        "may_take_up": row.state == "discarded" and may_write,
        "may_correct": row.state == "published" and may(request.user, "bulletin", PROGRAMME),
        "demonstration": row.content.get("demonstration"),
    }
    return render(request, "rivers/bulletins/page.html", context)


@require_POST
def publish(request: HttpRequest, ref: str) -> HttpResponse:
    row = one(request, ref)
    if not may(request.user, "publish_bulletin", PROGRAMME):
        raise PermissionDenied
    try:
        publish_bulletin(row, user=request.user)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("The bulletin is published. It stays as it is."))
    return redirect("rivers-bulletin", ref=row.ref)


@require_POST
def discard(request: HttpRequest, ref: str) -> HttpResponse:
    return _written(
        request, ref, discard_bulletin, _("The draft is discarded. Nobody was told; you can take it up again.")
    )


@require_POST
def take_up(request: HttpRequest, ref: str) -> HttpResponse:
    return _written(request, ref, take_up_bulletin, _("The draft is here again."))


def _written(request: HttpRequest, ref: str, verb: Callable[[Bulletin], Bulletin], done: str) -> HttpResponse:
    row = one(request, ref)
    if not may_on(request.user, "bulletin", row):
        raise PermissionDenied
    try:
        verb(row)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, done)
    return redirect("rivers-bulletin", ref=row.ref)


@require_safe
def file(request: HttpRequest, ref: str, format: str) -> HttpResponse:
    """The same bytes of figures in another dress: printed from what is frozen, whenever it is asked."""
    if format not in MEDIA:
        raise Http404
    row, language = one(request, ref), language_of(request.GET.get("lang"))
    if format == "pdf":
        body = as_pdf(document(row, language))[0]
    else:
        with override(language):
            body = as_xlsx(language, grids_of(row), about(row))
    made_up = "DEMONSTRATION-" if row.content.get("demonstration") else ""
    name = f"{made_up}rivers-{row.bulletin_kind}-{row.period.replace('/', '--')}-{row.sha256[:8]}-{language}.{format}"
    response = HttpResponse(body, content_type=MEDIA[format])
    response["Content-Disposition"] = content_disposition_header(format != "pdf", name)
    response["Content-Language"] = language
    response["X-Content-Type-Options"] = "nosniff"
    return response
