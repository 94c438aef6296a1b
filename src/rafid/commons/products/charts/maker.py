"""What the ladder of editions asks of a chart: a recipe whose body is the description of one chart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.utils.translation import get_language_bidi, override
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.names import pick
from rafid.commons.people.visibility import holder
from rafid.commons.programme import LANGUAGES

from ..catalogue.fields import FLAG
from ..catalogue.finding import newest
from ..editions.kinds import THUMBNAIL, Made, register
from ..exports.csv import disarmed
from ..models import Dataset, DatasetVersion, Edition, VersionState
from ..pdf import document
from . import spec as charts
from .figures import WITHHELD, Asked, Figures, NotThere, figures_from
from .pictures import picture
from .reading import Reading
from .spec import ChartSpec

NOBODY = AnonymousUser()
CSS = Path(__file__).with_name("paper.css")


class ChartMaker:
    def problems(self, body: Mapping[str, Any]) -> list[dict[str, str]]:
        found = charts.problems(body)
        if not found and body.get("kind") not in charts.DRAWN:
            found.append({"where": "kind", "message": _("This kind is shown on dashboards only.")})
        return found

    def missing(self, body: Mapping[str, Any], languages: Iterable[str]) -> list[str]:
        title = charts.from_json(body).title
        return [f"{_('Title')} ({code})" for code in languages if not title.get(code, "").strip()]

    def inputs(self, body: Mapping[str, Any]) -> list[DatasetVersion]:
        """The public version; where there is none, the one that most may have."""
        dataset = Dataset.objects.filter(code=charts.from_json(body).dataset).first()
        if dataset is None:
            return []
        found = newest(dataset, NOBODY) or (
            dataset.versions.filter(state=VersionState.PUBLISHED).order_by("sensitivity", "-number").first()
        )
        return [found] if found else []

    def figures(self, body: Mapping[str, Any], period: str, user: Any) -> dict[str, Any]:
        """In each language, since names of places and periods freeze too. ``sensitivity``: who sees each of them."""
        spec = charts.from_json(body)
        reader = user
        if spec.dataset and any(one.sensitivity == 0 for one in self.inputs(body)):
            reader = NOBODY
        found: dict[str, Any] = {}
        for language in LANGUAGES:
            with override(language):
                found[language] = _read(spec, period, reader)
        with override("en"):
            found["sensitivity"] = _sensitivity(spec, period, found["en"])
        return found

    def figure_rows(self, figures: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The frozen figures for people to compare."""
        frozen = pick({code: code for code in LANGUAGES if figures.get(code)})
        if not frozen or "error" in figures[frozen]:
            return []
        found = figures_from(figures[frozen])
        return [
            (" · ".join(filter(None, (row.label, series.label))), text)
            for at, row in enumerate(found.rows)
            for series, text in zip(found.series, found.texts(at), strict=True)
        ]

    def draw(self, edition: Edition, language: str) -> list[Made]:
        spec = charts.from_json(edition.body)
        frozen = edition.figures.get(language) or {}
        with override(language):
            if "error" in frozen or not frozen:
                raise ValueError(frozen.get("error") or "no figures are frozen")
            figures = figures_from(frozen)
            title = spec.title.get(language) or spec.name
            name = f"{edition.recipe.code}-{edition.number}-{language}"
            png = picture(spec, figures, title=title)
            pdf, pages = _paper(spec, figures, edition, title)
            made = [
                Made(f"{name}.png", "image/png", png, language),
                Made(f"{name}.pdf", "application/pdf", pdf, language, pages),
                Made(f"{name}.csv", "text/csv", as_csv(figures), language),
            ]
        if language == edition.recipe.languages[0]:
            made.append(Made(THUMBNAIL, "image/png", _small(png), language))
        return made


def _read(spec: ChartSpec, period: str, user: Any) -> dict[str, Any]:
    try:
        return Reading(user).figures(spec, Asked(period=period)).as_json()
    except NotThere as nothing:
        return {"error": str(nothing)}


def _sensitivity(spec: ChartSpec, period: str, frozen: Mapping[str, Any]) -> int:
    """0 where the public sees each of these figures, 1 where partners do, else 2."""
    for level, other in enumerate((NOBODY, holder("platform.author"))):
        if _comparable(_read(spec, period, other)) == _comparable(frozen):
            return level
    return 2


def _comparable(frozen: Mapping[str, Any]) -> Any:
    return [[cell["value"] for cell in row] for row in frozen.get("cells", ())], [
        one["key"] for one in frozen.get("rows", ())
    ]


def as_csv(figures: Figures) -> bytes:
    """One line a figure; a withheld one has ``*`` in the column beside it."""
    into = io.StringIO(newline="")
    out = csv.writer(into, lineterminator="\r\n")
    out.writerow(["code", "row", "series", "value", "value" + FLAG, "unit"])
    for row, cells in zip(figures.rows, figures.cells, strict=True):
        for series, cell in zip(figures.series, cells, strict=True):
            value = "" if cell.value is None else repr(cell.value).removesuffix(".0")
            flag = "*" if cell.state == WITHHELD else ""
            out.writerow(
                [
                    disarmed(row.key),
                    disarmed(row.label),
                    disarmed(series.label),
                    value,
                    flag,
                    _(figures.unit) if figures.unit else "",
                ]
            )
    return into.getvalue().encode()


def _paper(spec: ChartSpec, figures: Figures, edition: Edition, title: str) -> tuple[bytes, int]:
    """The picture lies in the store under its hash meanwhile: its address goes into the bytes, which must come again."""
    drawn = blobs.keep(picture(spec, figures))
    context = {
        "title": title, "figures": figures, "picture": blobs.path_of(drawn.sha256).resolve().as_uri(), "edition": edition,
        "rows": [(row, figures.texts(at)) for at, row in enumerate(figures.rows)],
        "direction": "rtl" if get_language_bidi() else "ltr",
    }  # fmt: skip
    return document(render_to_string("products/charts/paper.html", context), css=CSS.read_text(encoding="utf-8"))


def _small(png: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        made = opened.convert("RGB")
    made.thumbnail((480, 480))
    into = io.BytesIO()
    made.save(into, "PNG", optimize=True)
    return into.getvalue()


def ready() -> None:
    """Called once when the site starts."""
    register("chart", ChartMaker())
