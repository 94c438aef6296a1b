"""How the ladder of editions draws a sheet or a bulletin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from rafid.commons.names import pick
from rafid.commons.writing import period

from ..editions.kinds import THUMBNAIL, Made, register
from ..models import DatasetVersion, Edition
from . import body as bodies
from .cells import versions_of
from .datafile import as_csv, as_xlsx
from .fields import CHANGE, SHARE_OF_CHANGE
from .gather import gather
from .paper import about, make_pdf
from .saying import cell_text, described, field_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetMaker:
    def problems(self, body: Mapping[str, Any]) -> list[dict[str, str]]:
        return bodies.problems(body)

    def missing(self, body: Mapping[str, Any], languages: Iterable[str]) -> list[str]:
        return bodies.missing(body, languages)

    def pinned(self, body: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
        """The recipe as this edition has it: its hash tells one edition from another."""
        return {**body, "edition": edition.number, "period": edition.period}

    def inputs(self, body: Mapping[str, Any]) -> list[DatasetVersion]:
        return versions_of(bodies.lives_of(body))

    def figures(self, body: Mapping[str, Any], period: str, user: Any) -> dict[str, Any]:
        return gather(body, period, user)

    def figure_rows(self, figures: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Without the edition's period: the same question of two editions is compared; lines over time keep theirs."""
        indicators = figures.get("indicators") or {}
        found = []
        for frozen in (figures.get("fields") or {}).values():
            unit = frozen.get("unit") or indicators.get(frozen.get("code", ""), {}).get("unit", "")
            what = described(frozen | {"period": ""}, figures)
            if frozen.get("how") in (CHANGE, SHARE_OF_CHANGE):
                what = _("%(what)s, change") % {"what": what}
            found.append((what, field_text(frozen, unit)))
        for block in (figures.get("blocks") or {}).values():
            found += _block_rows(block, indicators)
        return found

    def draw(self, edition: Edition, language: str) -> list[Made]:
        with override(language):
            lacks = [one for one in self.missing(edition.body, [language]) if one.endswith(f"({language})")]
            pdf = make_pdf(edition, language, lacks)
            name = f"{edition.recipe.code}-{edition.number}-{language}"
            made = [
                Made(f"{name}.pdf", "application/pdf", pdf.data, language, pdf.pages),
                Made(f"{name}.csv", "text/csv", as_csv(edition.figures), language),
                Made(f"{name}.xlsx", XLSX, as_xlsx(edition.figures, about(edition, language)), language),
            ]
        if language == edition.recipe.languages[0]:
            made.append(Made(THUMBNAIL, "image/png", first_page(pdf.data), language))
        return made


def _block_rows(block: Mapping[str, Any], indicators: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    def name(code: str) -> str:
        return pick(indicators.get(code, {}).get("names") or {}) or code

    for row in block.get("rows") or ():
        for column in block["columns"]:
            if column["code"] in row["cells"]:
                what = f"{name(column['code'])} · {pick(row['place_names'])}"
                yield what, cell_text(row["cells"][column["code"]], column["decimals"])
    decimals = block.get("decimals", 0)
    for point in block.get("points") or ():
        yield (
            f"{name(block['code'])} · {pick(block['place_names'])} · {period(point['period'])}",
            cell_text(point, decimals),
        )
    for place in block.get("places") or ():
        yield f"{name(block['code'])} · {pick(place['place_names'])}", cell_text(place, decimals)


def first_page(pdf: bytes, *, width: int = 480) -> bytes:
    """The first page as a picture."""
    import io

    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        image = page.render(scale=width / page.get_width()).to_pil()
    finally:
        document.close()
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def ready() -> None:
    """Called once when the site starts: the kinds, the clock of schedules."""
    from . import tasks  # noqa: F401 - it registers when it is imported

    for kind in ("sheet", "bulletin"):
        register(kind, SheetMaker())
