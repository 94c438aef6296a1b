"""A report as a file, as it leaves: its name, its headers, and what is known of it by its hash."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from rafid.commons.products.gallery.verifying import Known
from rafid.commons.programme import LANGUAGES

from ..models import Product
from . import printing
from .saying import state_text, title_of

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def language_of(asked: str | None) -> str:
    """The language that the address names, else the reader's."""
    return asked if asked and asked in LANGUAGES else (get_language() or "ar")[:3].split("-")[0]


def answer(product: Product, format: str, asked: str | None) -> HttpResponse | None:
    """Raises Http404 for a format that is not made. None: it is not printed yet, and a task must do it."""
    language = language_of(asked)
    if format not in MEDIA or language not in LANGUAGES:
        raise Http404
    data = printing.kept(product, format, language)
    if data is None:
        if format in printing.LONG:
            return None
        data = printing.make(product, format, language)
    name = f"{product.kind}-{product.on.isoformat()}-{product.sha256[:8]}-{language}.{format}"
    made_up = "DEMONSTRATION-" if product.figures.get("demonstration") else ""
    response = HttpResponse(data, content_type=MEDIA[format])
    response["Content-Disposition"] = content_disposition_header(format != "pdf", f"{made_up}{name}")
    response["Content-Language"] = language
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def known(sha256: str) -> Iterator[Known]:
    """What ``/verify`` answers about frozen figures with this hash. One that was made of the same, as of the same day, but
    later knows more."""
    for row in Product.objects.filter(sha256=sha256):
        newer = Product.objects.filter(
            kind=row.kind, owner=row.owner, organisation=row.organisation, place=row.place, task=row.task, subject=row.subject,
            on=row.on, before_on=row.before_on, known__gt=row.known,
        ).exclude(sha256=sha256)  # fmt: skip
        status = "superseded" if newer.exists() else "current"
        url = reverse("mineaction-product", args=[row.pk])
        yield Known("figures", status, title_of(row), state_text(row.on, row.known), url, row.known_at)
