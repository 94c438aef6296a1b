"""Sheets on paper: a page of HTML becomes a PDF in which Arabic and Sorani are shaped right.

Maps and charts are paths with labels as HTML above them: WeasyPrint draws SVG text unjoined.
"""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string


def render_pdf(template: str, context: dict[str, Any] | None = None, **more: Any) -> bytes:
    """The bytes of the PDF that ``template`` with ``context`` gives. WeasyPrint is heavy, so it is imported here."""
    from weasyprint import HTML

    return HTML(string=render_to_string(template, {**(context or {}), **more})).write_pdf() or b""
