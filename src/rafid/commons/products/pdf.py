"""Sheets on paper: a page of HTML becomes a PDF in which Arabic and Sorani are shaped right.

Maps and charts are paths with labels as HTML above them: WeasyPrint draws SVG text unjoined. The fonts are those of the web
pages, under names of their own, so that a machine without fonts, or with others of the same name, prints the same.
"""

from __future__ import annotations

import atexit
import functools
import logging
import os
import re
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

_DAWN = "946684800"
"""The moment (2000-01-01) that embedded fonts say they were changed at: what is drawn again is the same bytes."""

_BDI = re.compile(r"<bdi((?:\s[^>]*)?)>")
log = logging.getLogger(__name__)

LATIN, ARABIC = "Rafid Sans", "Rafid Sans Arabic"
_FILES = {
    (LATIN, 400): "noto-sans/noto-sans-latin-400-normal.woff",
    (LATIN, 700): "noto-sans/noto-sans-latin-700-normal.woff",
    (ARABIC, 400): "noto-sans-arabic/noto-sans-arabic-arabic-400-normal.woff",
    (ARABIC, 700): "noto-sans-arabic/noto-sans-arabic-arabic-700-normal.woff",
}


class FontMissing(RuntimeError):
    """A font of the sheets is not installed: Arabic would come out as empty boxes."""


@functools.cache
def stylesheet() -> str:
    """``@font-face`` rules and the look that all sheets share. Raises ``FontMissing``."""
    rules = []
    for (family, weight), name in _FILES.items():
        found = finders.find(name)
        if not found:
            raise FontMissing(f"the font {name} is missing; install the browser packages: ./rafid up does it")
        source = Path(str(found)).resolve().as_uri()
        rules.append(f'@font-face{{font-family:"{family}";font-weight:{weight};src:url("{source}") format("woff")}}')
    look = Path(__file__).with_name("sheet.css").read_text(encoding="utf-8")
    return "".join(rules) + f'html{{font-family:"{LATIN}","{ARABIC}",sans-serif}}' + look


def _fetcher() -> Any:
    """Fonts of this machine alone: a sheet never asks another host for anything."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("file",), allow_redirects=False, fail_on_errors=True)


def isolated(html: str) -> str:
    """``<bdi>`` by the characters that isolate: WeasyPrint knows the element but not what it means."""
    return _BDI.sub("<span\\1>\u2068", html).replace("</bdi>", "\u2069</span>")


_shared = threading.local()
"""The fonts and the common rules of this thread: read once, not for each document."""
atexit.register(_shared.__dict__.clear)  # while what they are closed with is still there


def _common() -> tuple[Any, Any, Any]:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    found = getattr(_shared, "common", None)
    if found is None:
        os.environ.setdefault("SOURCE_DATE_EPOCH", _DAWN)  # fontTools asks it while the document is written
        fonts, fetcher = FontConfiguration(), _fetcher()
        found = _shared.common = (
            fonts, fetcher, CSS(string=stylesheet(), font_config=fonts, url_fetcher=fetcher),
        )  # fmt: skip
    return found


def _document(html: str, css: str) -> Any:
    from weasyprint import CSS, HTML

    fonts, fetcher, common = _common()
    own = [CSS(string=css, font_config=fonts, url_fetcher=fetcher)] if css else []
    return HTML(string=isolated(html), url_fetcher=fetcher).render(stylesheets=[common, *own], font_config=fonts)


def laid_out(html: str, css: str = "") -> Any:
    """The pages as they would be printed, to measure them: ``anchors`` of each are its ids with their place in pixels."""
    return _document(html, css).pages


def document(html: str, *, css: str = "") -> tuple[bytes, int]:
    """A document of several pages, tagged for those who read with their ears, and the number of its pages.

    ``<html lang>`` and ``<title>`` become its own.
    """
    made = _document(html, css)
    return made.write_pdf(pdf_tags=True) or b"", len(made.pages)


class Press:
    """Prints many pages that share one stylesheet: fonts and rules are read once."""

    def __init__(self, css: str = "") -> None:
        from weasyprint import CSS

        self._fonts, self._fetcher, common = _common()
        self._sheets = [common, CSS(string=css, font_config=self._fonts, url_fetcher=self._fetcher)]

    def print(self, html: str, *, css: str = "") -> tuple[bytes, int]:
        """A document and the number of its pages; ``css`` are the few rules that are this page's own."""
        from weasyprint import CSS, HTML

        own = [CSS(string=css, font_config=self._fonts, url_fetcher=self._fetcher)] if css else []
        made = HTML(string=isolated(html), url_fetcher=self._fetcher).render(
            stylesheets=[*self._sheets, *own], font_config=self._fonts
        )
        return made.write_pdf() or b"", len(made.pages)


def one_page(template: str, contexts: Iterable[dict[str, Any]], *, css: str = "") -> bytes:
    """The first of the ``contexts`` that fits on one page, each shorter than the one before; the last one as it is."""
    document: Any = None
    for context in contexts:
        document = _document(render_to_string(template, context), css)
        if len(document.pages) == 1:
            break
    if document is None:
        raise ValueError("there is nothing to print")
    if len(document.pages) > 1:
        log.warning("%s takes %s pages", template, len(document.pages))
    return document.write_pdf() or b""
