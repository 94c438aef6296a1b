"""Pages of reports and sheets: which there are, a new one, one with its figures and files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.names import pick
from rafid.commons.products.papers.on_pages import whole
from rafid.commons.products.reports.beginning import open_to
from rafid.commons.records.change import Refused

from ..models import Product, ProductKind
from ..picture.asked import Asked
from ..picture.frame import frame
from ..picture.inputs import inputs_for
from ..picture.ledgers import state_of
from ..picture.scope import sees_exactly
from ..seeing import AUTHORITY, OPERATORS, held
from . import making, printing
from .files import answer, language_of
from .forms import FORMS
from .make import make, recompute
from .saying import document, title_of

PAGE = 50
DIFFERENCES = 100
LANGUAGES = (("ar", "العربية"), ("ckb", "کوردی"), ("en", "English"))


def products_seen(user: Any) -> Any:
    if not sees_exactly(user):
        raise Http404
    rows = Product.objects.visible_to(user)
    # A row can be reached by two ways, but stands once.
    return Product.objects.filter(pk__in=rows.values("pk")).select_related("place", "task", "subject", "made_by")


def may_make(user: Any) -> bool:
    return bool(held(user, AUTHORITY | OPERATORS, "export"))


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    rows = products_seen(request.user)
    kind = request.GET.get("kind", "")
    if kind in ProductKind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "products": [(one, title_of(one)) for one in page], "kinds": ProductKind.choices, "kind": kind,
        "may_make": may_make(request.user), "reports": _for_publication(request.user),
        "frame": frame(Asked(timezone.localdate()), None, Product.objects.none()),
    }  # fmt: skip
    return render(request, "mineaction/products/list.html", context)


def _for_publication(user: Any) -> list[tuple[str, str]]:
    return [(one.code, pick(one.title)) for programme, one in open_to(user) if programme.name == "mineaction"]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in FORMS or not sees_exactly(request.user):
        raise Http404
    if not may_make(request.user):
        raise PermissionDenied
    form = FORMS[kind](request.POST or None, user=request.user, initial=request.GET.dict())
    error = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            given: dict[str, Any] = {
                "before": getattr(form, "asked_before", None), "place": data.get("place"), "task": data.get("task"),
                "subject": data.get("subject"),
            }  # fmt: skip
            if kind in making.LONG:
                return redirect("task", making.begin(request.user, kind, form.asked, **given).pk)
            return redirect("mineaction-product", pk=make(request.user, kind, form.asked, **given).pk)
        except Refused as refusal:
            error = str(refusal)
    context = {
        "form": form,
        "kind": kind,
        "kinds": ProductKind.choices,
        "name": ProductKind(kind).label,
        "error": error,
    }
    return render(request, "mineaction/products/new.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_safe
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    product = get_object_or_404(products_seen(request.user), pk=pk)
    language = (get_language() or "ar")[:3].split("-")[0]
    tree = document(product, language)
    context = {
        "product": product, "tree": tree, "parts": whole(tree), "languages": LANGUAGES,
        "demonstration": product.figures.get("demonstration"), "recomputed": _again(request, product),
    }  # fmt: skip
    if context["recomputed"]:
        context["differences"] = context["recomputed"].differences[:DIFFERENCES]
    return render(request, "mineaction/products/product.html", context)


def _again(request: HttpRequest, product: Product) -> Any:
    check = request.GET.get("check")
    if check == "state":
        return recompute(product, request.user)
    if check == "now":
        now = state_of(inputs_for(request.user, product.place), Asked(product.on))
        return recompute(product, request.user, known=now)
    return None


@login_required
@require_safe
def file(request: HttpRequest, pk: UUID, format: str) -> HttpResponse:
    product = get_object_or_404(products_seen(request.user), pk=pk)
    found = answer(product, format, request.GET.get("lang"))
    if found is None:
        language = language_of(request.GET.get("lang"))
        return redirect("task", printing.begin(product, format, language, by=request.user).pk)
    return found
