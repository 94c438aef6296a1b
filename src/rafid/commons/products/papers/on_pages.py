"""A report as a page shows it: the same tree as on paper, its drawings within the page."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .tree import Cell, Document, Drawing, Figures, Heading, Pictures, Plate, Table, Text


@dataclass(frozen=True)
class Shown:
    """``kind`` chooses how the template writes it."""

    kind: str
    part: Any
    rows: list[Any] | None = None


def section(document: Document, name: str) -> list[Shown]:
    """What stands below the heading of that name; pictures of visits stand on the visits' pages and in the files."""
    found: list[Shown] = []
    inside = False
    for part in document.parts:
        if isinstance(part, Heading) and part.level == 1:
            inside = part.name == name
            continue
        if inside:
            found += _shown(part)
    return found


def whole(document: Document) -> list[Shown]:
    return [shown for part in document.parts for shown in _shown(part)]


def _shown(part: Any) -> list[Shown]:
    if isinstance(part, Pictures):
        return []
    if isinstance(part, Table):
        rows = [
            {
                "head": cell(row[0]),
                "cells": [(cell(one), head.number) for one, head in zip(row[1:], part.heads[1:], strict=True)],
                "total": part.total and at == len(part.rows) - 1,
            }
            for at, row in enumerate(part.rows)
        ]
        return [Shown("table", part, rows)]
    if isinstance(part, Plate):
        return [Shown("plate", part, [plate(part.drawing)])]
    kinds = {Heading: "heading", Text: "text", Figures: "figures"}
    return [Shown(kinds[type(part)], part)]


def cell(given: Cell) -> SafeString | str:
    if isinstance(given, Drawing):
        data = base64.b64encode(given.png).decode()
        return format_html(
            '<img class="report-drawing" src="data:image/{};base64,{}" alt="{}" width="160" height="19">',
            given.kind,
            data,
            given.alt,
        )
    return given


def plate(drawing: Drawing) -> SafeString:
    data = base64.b64encode(drawing.png).decode()
    return format_html(
        '<img class="report-plate" src="data:image/{};base64,{}" alt="{}">', drawing.kind, data, drawing.alt
    )
