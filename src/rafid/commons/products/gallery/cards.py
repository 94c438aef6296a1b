"""A product as the gallery shows it: title, kind, day, period, picture, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from rafid.commons.names import pick
from rafid.commons.programme import installed

from ..models import Edition, Recipe


@dataclass(frozen=True)
class Card:
    recipe: Recipe
    edition: Edition | None
    at: datetime
    url: str
    picture: str
    language_missing: bool

    @property
    def title(self) -> str:
        return (pick(self.edition.title) if self.edition else "") or self.recipe.name or self.recipe.code

    @property
    def summary(self) -> str:
        return pick(self.edition.summary if self.edition else self.recipe.summary)

    @property
    def kind(self) -> str:
        return str(self.recipe.get_kind_display())

    @property
    def period(self) -> str:
        return self.edition.period if self.edition else ""

    @property
    def demonstration(self) -> bool:
        """The recipe is of the demonstration, or the figures that froze in the edition are."""
        return self.recipe.demonstration or bool(self.edition and self.edition.figures.get("demonstration"))

    @property
    def programme(self) -> str:
        return programme_name(self.recipe.programme)


def cards_of(recipes: Iterable[Any]) -> list[Card]:
    """``recipes`` as ``finding.products_out`` gives them."""
    recipes = list(recipes)
    editions = Edition.objects.prefetch_related("files").in_bulk([one.newest for one in recipes if one.newest])
    return [card_of(one, editions.get(one.newest), one.out_at) for one in recipes]


def card_of(recipe: Recipe, edition: Edition | None, at: datetime) -> Card:
    language = get_language() or "ar"
    picture = ""
    if edition is not None and (edition.thumbnail or _has_picture(edition)):
        picture = reverse("product-thumbnail", args=[recipe.code, edition.number]) + f"?of={language}"
    url = recipe.get_absolute_url()
    if edition is None:
        url = live_page(recipe) or url
    return Card(recipe, edition, at, url, picture, edition is not None and lacks(edition, language))


def lacks(edition: Edition, language: str) -> bool:
    """Is the product there in other languages, and not in this one?"""
    files = {one.language for one in edition.files.all() if one.language}
    return (bool(files) and language not in files) or (
        edition.incomplete and not (edition.title.get(language) or "").strip()
    )


def live_page(recipe: Recipe) -> str:
    """Where a dashboard is looked at live; empty while that room is not there."""
    try:
        return reverse("dashboard", args=[recipe.code])
    except NoReverseMatch:
        return ""


def programme_name(code: str) -> str:
    programme = next((one for one in installed() if one.name == code), None)
    return pick(programme.names) if programme else code


def _has_picture(edition: Edition) -> bool:
    return any(
        one.media_type.startswith("image/") or one.media_type == "application/pdf" for one in edition.files.all()
    )
