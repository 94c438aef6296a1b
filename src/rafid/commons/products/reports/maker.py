"""How the ladder of editions draws a report: the programme says its figures, the papers' room prints them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from rafid.commons.places.models import Place
from rafid.commons.writing import period

from ..editions import progress
from ..editions.kinds import THUMBNAIL, Made, register
from ..models import DatasetVersion, Edition
from ..papers.frozen import sha256_of
from ..papers.grids import Grid
from ..papers.grids import said as written
from ..papers.pdf import as_pdf
from ..papers.tree import Document, Heading, Part, Text, code
from ..papers.word import as_docx
from ..papers.workbook import as_xlsx
from ..sheets.maker import XLSX, first_page
from ..sheets.paper import verify_address
from .declared import named, of_body
from .paper import Paper

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CODE = "report"
"""Where frozen figures keep the code of what they are figures of."""


class ReportMaker:
    def problems(self, body: Mapping[str, Any]) -> list[dict[str, str]]:
        try:
            report = of_body(body)
        except LookupError:
            return [{"where": CODE, "message": _("No programme declares this report.")}]
        place = str(body.get("place") or "")
        if report.of_place and not Place.objects.filter(ref=place).exists():
            return [{"where": "place", "message": _("Choose the place that it is about.")}]
        return []

    def missing(self, body: Mapping[str, Any], languages: Iterable[str]) -> list[str]:
        return []

    def inputs(self, body: Mapping[str, Any]) -> list[DatasetVersion]:
        return []

    def pinned(self, body: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
        """With its number and period: its hash tells one edition from another."""
        return {**body, "edition": edition.number, "period": edition.period}

    def figures(self, body: Mapping[str, Any], period: str, user: Any) -> dict[str, Any]:
        report = of_body(body)
        found = {**named(report.gather)(body, period, user), CODE: report.code}
        return {**found, "sha256": sha256_of(found)}

    def figure_rows(self, figures: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [one for grid in said(figures).grids for one in _rows(grid)]

    def draw(self, edition: Edition, language: str) -> list[Made]:
        at, of = edition.recipe.languages.index(language), len(edition.recipe.languages)
        with override(language):
            paper = said(edition.figures)
            document = with_edition(paper.document, edition)
            pdf, pages = as_pdf(document)
            progress.tell(2 * at + 1, 2 * of)
            name = f"{edition.recipe.code}-{edition.number}-{language}"
            book = as_xlsx(language, paper.grids, [*paper.about, *_about(edition)])
            made = [
                Made(f"{name}.pdf", "application/pdf", pdf, language, pages),
                Made(f"{name}.docx", DOCX, as_docx(document), language),
                Made(f"{name}.xlsx", XLSX, book, language),
            ]
        if at == 0:
            made.append(Made(THUMBNAIL, "image/png", first_page(pdf), language))
        progress.tell(2 * at + 2, 2 * of)
        return made


def said(figures: Mapping[str, Any]) -> Paper:
    """In the active language."""
    paper: Paper = named(of_body(figures).say)(figures)
    return paper


def with_edition(document: Document, edition: Edition) -> Document:
    """The programme's document, with which edition it is and where one asks whether it is genuine."""
    line = _("Edition %s") % edition.number
    if edition.period:
        line += f" · {period(edition.period)}"
    end: list[Part] = [
        Heading("genuine", _("Genuine and current?"), 1),
        Text(_("This address says whether this edition is genuine, and whether a newer one is out:"), "small"),
        Text(code(verify_address(edition.recipe_sha256)), "code"),
    ]
    return replace(document, under=[line, *document.under], parts=[*document.parts, *end])


def _about(edition: Edition) -> list[tuple[str, str]]:
    rows = [(_("Edition"), str(edition.number))]
    rows += [(_("Period"), period(edition.period))] if edition.period else []
    return [*rows, (_("Genuine and current?"), verify_address(edition.recipe_sha256))]


def _rows(grid: Grid) -> Iterable[tuple[str, str]]:
    """Each cell with its table, its row and its column."""
    for row in grid.rows:
        for column, value in zip(grid.columns[1:], row[1:], strict=True):
            if value not in (None, ""):
                yield f"{grid.title} · {written(row[0], None)} · {column.text}", written(value, column.places)


def ready() -> None:
    """Called once when the site starts."""
    register("report", ReportMaker())
