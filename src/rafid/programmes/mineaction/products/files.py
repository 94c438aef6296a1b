"""A report as a file, printed from its frozen figures alone: the same again whenever it is asked."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override

from rafid.commons.products.papers.pdf import as_pdf
from rafid.commons.products.papers.word import as_docx
from rafid.commons.products.papers.workbook import as_xlsx
from rafid.commons.programme import LANGUAGES

from ..models import Product
from .saying import about, document, grids_of

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def printed(product: Product, format: str, language: str) -> bytes:
    if format == "xlsx":
        with override(language):
            return as_xlsx(language, grids_of(product), about(product))
    tree = document(product, language)
    return as_pdf(tree)[0] if format == "pdf" else as_docx(tree)


def answer(product: Product, format: str, asked: str | None) -> HttpResponse:
    language = asked if asked in LANGUAGES else (get_language() or "ar")[:3].split("-")[0]
    if format not in MEDIA or language not in LANGUAGES:
        raise Http404
    name = f"{product.kind}-{product.on.isoformat()}-{product.sha256[:8]}-{language}.{format}"
    made_up = "DEMONSTRATION-" if product.figures.get("demonstration") else ""
    response = HttpResponse(printed(product, format, language), content_type=MEDIA[format])
    response["Content-Disposition"] = content_disposition_header(format != "pdf", f"{made_up}{name}")
    response["Content-Language"] = language
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
