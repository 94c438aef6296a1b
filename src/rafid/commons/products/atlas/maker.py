"""How the ladder of editions draws an atlas: page by page, each kept as it is made, joined at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import override

from rafid.commons import blobs
from rafid.commons.indicators.periods import is_period, span

from ..editions import progress
from ..editions.kinds import THUMBNAIL, Made, register
from ..maps.files import data_file, picture
from ..maps.kind import MapMaker
from ..models import DatasetVersion, Edition, EditionFile
from .body import places_of, problems
from .joining import joined
from .pages import Pages, bookmarks

KEPT = "~"
"""How the names of pages begin that wait to be joined; no reader gets them."""


class AtlasMaker:
    def __init__(self) -> None:
        self.maps = MapMaker()

    def problems(self, body: Mapping[str, Any]) -> list[dict[str, str]]:
        return [*problems(body), *(self.maps.problems(body["map"]) if body.get("map") else [])]

    def missing(self, body: Mapping[str, Any], languages: Iterable[str]) -> list[str]:
        return self.maps.missing(body.get("map") or {}, languages)

    def inputs(self, body: Mapping[str, Any]) -> list[DatasetVersion]:
        return self.maps.inputs(body.get("map") or {})

    def pinned(self, body: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
        made = {**body, "edition": edition.number, "period": edition.period}
        return made | {"map": self.maps.pinned(body["map"], edition)} if body.get("map") else made

    def figures(self, body: Mapping[str, Any], period: str, user: Any) -> dict[str, Any]:
        whole = {name: said for name, said in body["map"].items() if name != "extent"}
        figures = self.maps.figures(whole, period, user)
        return figures | {"pages": places_of(body, _day(figures, period))}

    def figure_rows(self, figures: Mapping[str, Any]) -> list[tuple[str, str]]:
        return self.maps.figure_rows(figures)

    def draw(self, edition: Edition, language: str) -> list[Made]:
        """A page that is kept already is not drawn again: a killed task goes on at the missing one."""
        with override(language):
            pdf, count = self._document(edition, language)
            name = f"{edition.recipe.code}-{edition.number}-{language}.pdf"
            made = [Made(name, "application/pdf", pdf, language, count)]
        if language == edition.recipe.languages[0]:
            made.append(Made("data.csv", "text/csv; charset=utf-8", data_file(edition.figures), language))
            made.append(Made(THUMBNAIL, "image/png", picture(pdf, width=480), language))
        edition.files.filter(name__startswith=f"{KEPT}{language}-").delete()
        return made

    def _document(self, edition: Edition, language: str) -> tuple[bytes, int]:
        pages = Pages(edition, language)
        # How long the contents are decides on which page the first map stands, and they say it.
        front, many = pages.contents(2)
        if many > 1:
            front, many = pages.contents(many + 1)
        hashes = list(self._kept(edition, language, pages, many))
        index, behind = pages.index(many + 1)
        parts = (part for part in (front, *map(blobs.read, hashes), index))
        author = edition.owner.name if edition.owner else ""
        pdf = joined(parts, title=pages.title, language=language, bookmarks=bookmarks(pages, many), author=author)
        return pdf, many + len(hashes) + behind

    def _kept(self, edition: Edition, language: str, pages: Pages, front: int) -> Iterator[str]:
        """The blobs of the maps, in their order; each is on the disk and in the database before the next is begun."""
        languages = list(edition.recipe.languages)
        count = len(pages.places)
        before = languages.index(language) * count if language in languages else 0
        there = dict(edition.files.filter(name__startswith=f"{KEPT}{language}-").values_list("name", "sha256"))
        for at in range(count):
            name = f"{KEPT}{language}-{at + 1:03}.pdf"
            if name not in there:
                blob = blobs.keep(pages.of_place(at, front + at + 1))
                # Two tasks may draw the same: the page of whoever was first stands.
                EditionFile.objects.get_or_create(
                    edition=edition, name=name,
                    defaults={"language": "", "media_type": "application/pdf", "sha256": blob.sha256, "size": blob.size,
                              "pages": 1},
                )  # fmt: skip
                there[name] = blob.sha256
            progress.tell(before + at + 1, len(languages) * count)
            yield there[name]


def _day(figures: Mapping[str, Any], period: str) -> Any:
    """The day whose borders the atlas follows: the newest of its layers'."""
    from datetime import date

    from django.utils import timezone

    days = [date.fromisoformat(one["on"]) for one in figures.get("layers", ()) if one.get("on")]
    if days:
        return max(days)
    return span(period).end if is_period(period) else timezone.localdate()


def ready() -> None:
    """Called once when the site starts."""
    register("atlas", AtlasMaker())
