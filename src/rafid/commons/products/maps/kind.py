"""What the ladder of editions asks of a map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.indicators.models import Indicator
from rafid.commons.names import pick
from rafid.commons.records.models import State
from rafid.commons.writing import number

from ..editions.kinds import THUMBNAIL, Made, register
from ..models import Dataset, DatasetVersion, Edition
from .body import CHOROPLETH, OUTLINE, POINTS, Body, Layer, Reading, read
from .values import map_figures, version_of


class MapMaker:
    def problems(self, body: Mapping[str, Any]) -> list[dict[str, str]]:
        reading = Reading(body)
        for at, layer in enumerate(reading.body.layers):
            for problem in self._of_layer(layer, reading.body, f"layers.{at}"):
                reading.problems.append(problem)
        return reading.problems

    def _of_layer(self, layer: Layer, body: Body, where: str) -> Iterable[dict[str, str]]:
        style = layer.style.kind
        counts = None
        if layer.dataset:
            version = version_of(layer)
            if version is None:
                known = Dataset.objects.filter(code=layer.dataset).exists()
                said = _("No version of %s has been released.") if known else _("There is no dataset %s.")
                yield {"where": f"{where}.dataset", "message": said % layer.dataset[:80]}
                return
            fields = {one["name"]: one for one in version.fields}
            shown = fields.get(layer.field)
            if shown is None and (layer.field or style not in (POINTS, OUTLINE)):
                there = ", ".join(name for name, one in fields.items() if one["kind"] in ("number", "integer"))
                yield {"where": f"{where}.field", "message": _("Choose a field with numbers: %s.") % (there or "–")}
                return
            if shown is not None:
                if shown["kind"] not in ("number", "integer"):
                    yield {"where": f"{where}.field", "message": _("The field %s holds no numbers.") % layer.field}
                    return
                counts = shown["kind"] == "integer" or shown.get("role") == "sensitive"
        elif layer.indicator:
            indicator = Indicator.objects.filter(code=layer.indicator, state="adopted").first()
            if indicator is None:
                yield {
                    "where": f"{where}.indicator", "message": _("There is no indicator %s.") % layer.indicator[:80],
                }  # fmt: skip
                return
            counts = indicator.counts
        if counts and style == CHOROPLETH and not any(body.text("counts").values()):
            yield {
                "where": f"{where}.style",
                "message": _(
                    "This is a count: areas filled by counts mostly show how large they are. Use circles or a rate,"
                    " or write on the page why counts are shown as colours."
                ),
            }

    def missing(self, body: Mapping[str, Any], languages: Iterable[str]) -> list[str]:
        found, asked = read(body), list(languages)
        missing = []
        for name in ("title", "subtitle", "note", "counts"):
            texts = found.text(name)
            if name == "title" or any(texts.values()):
                missing += [f"{name} ({code})" for code in asked if not texts.get(code)]
        return missing

    def inputs(self, body: Mapping[str, Any]) -> list[DatasetVersion]:
        found = {version.pk: version for layer in read(body).layers if layer.dataset and (version := version_of(layer))}
        return list(found.values())

    def pinned(self, body: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
        """The recipe as this edition means it: with the versions, its number and the state of the node."""
        layers = []
        for said, layer in zip(body.get("layers") or (), read(body).layers, strict=False):
            version = version_of(layer) if layer.dataset else None
            layers.append({**said, "version": version.number} if version else dict(said))
        return {**body, "layers": layers, "as_of": edition.known.isoformat(), "edition": edition.number}

    def figures(self, body: Mapping[str, Any], period: str, user: Any) -> dict[str, Any]:
        return map_figures(read(body), period, user)

    def figure_rows(self, figures: Mapping[str, Any]) -> list[tuple[str, str]]:
        rows = []
        for layer in figures.get("layers", ()):
            for key, ref, value, flag in layer["values"]:
                name = pick(figures["places"].get(ref, {})) or key
                text = number(value, layer["decimals"]) if value is not None else "*" if flag else _("no figure")
                rows.append((f"{pick(layer['title'])} · {name}", text))
        return rows

    def draw(self, edition: Edition, language: str) -> list[Made]:
        from .files import RESOLUTIONS, data_file, picture
        from .page import NoRoom, print_map
        from .plate import outline_svg

        body = read(edition.body)
        try:
            made = print_map(body, edition.figures, facts_of(edition), language)
        except NoRoom as full:
            raise ValidationError(str(full)) from full
        files = [Made(f"map-{language}.pdf", "application/pdf", made.pdf, language, 1)]
        files += [
            Made(f"map-{language}-{dpi}.png", "image/png", picture(made.pdf, dpi=dpi, frame=made.frame), language)
            for dpi in RESOLUTIONS
        ]
        if language == edition.recipe.languages[0]:
            files.append(Made("data.csv", "text/csv; charset=utf-8", data_file(edition.figures)))
            files.append(Made("outline.svg", "image/svg+xml", outline_svg(made.plate).encode()))
            files.append(Made(THUMBNAIL, "image/png", picture(made.pdf, width=480)))
        return files


def facts_of(edition: Edition) -> Any:
    from .page import Facts

    owner = edition.owner
    return Facts(
        made_on=timezone.localtime(edition.made_at).date(),
        edition=str(edition.number),
        period=edition.period,
        sha256=edition.recipe_sha256,
        author=owner.names if owner else None,
        draft=edition.state in (State.DRAFT, State.IN_REVIEW),
        incomplete=edition.incomplete,
    )


def ready() -> None:
    """Called once, when the site starts."""
    register("map", MapMaker())
