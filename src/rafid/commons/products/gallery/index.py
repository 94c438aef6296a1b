"""What the search of the gallery looks in: one folded text per product, in three languages at once, with its places.

It lies in the index of all registers (``SearchEntry``). Spellings that a reader calls the same are the same there; where no
word is found so, words that are nearly the same are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import QuerySet

from rafid.commons.indicators.models import Indicator
from rafid.commons.places.models import Place
from rafid.commons.programme import installed
from rafid.commons.records.models import SearchEntry
from rafid.methods.text import fold

from ..models import Kind, Recipe
from .behind import codes_in

KIND = "rafid_products.recipe"
NEAR = 0.55
"""How much of a word must be found in another one (share of its runs of three letters) where no word is the same."""
_MOST_PLACES = 60
_WORDS = ("name", "names", "title", "titles", "subtitle", "label", "labels")


def index_product(recipe: Recipe) -> None:
    """Puts a product in the index, as its newest edition says; whether it is shown is asked when somebody searches."""
    edition = recipe.editions.filter(state="published").order_by("-number").first()
    said: list[str] = [recipe.code, *recipe.names.values(), *recipe.summary.values(), recipe.theme]
    if edition is not None:
        said += [*edition.title.values(), *edition.summary.values(), edition.period]
        said += [
            name
            for one in edition.inputs.select_related("version__dataset")
            for name in one.version.dataset.names.values()
        ]
    programme = next((one for one in installed() if one.name == recipe.programme), None)
    said += list(programme.names.values()) if programme else [recipe.programme]
    body = edition.body if edition is not None else recipe.body
    said += list(_titles(body))
    said += [
        name
        for one in Indicator.objects.filter(state="adopted", code__in=list(codes_in(body)))
        for name in one.names.values()
    ]
    places = list(
        Place.objects.filter(ref__in=list(dict.fromkeys(refs_in(body)))[:_MOST_PLACES]).only("search", "lineage")
    )
    above = Place.objects.filter(pk__in={pk for place in places for pk in place.lineage}, level__gt=0).values_list(
        "ref", flat=True
    )
    text = " ".join(dict.fromkeys(word for one in said if one for word in fold(str(one)).split()))
    text += " " + " ".join(place.search for place in places)[:3000]
    marks = " ".join(f"#{ref}#" for ref in sorted(set(above)))
    SearchEntry.objects.update_or_create(
        kind=KIND,
        record_id=recipe.pk,
        defaults={"title": recipe.names, "url": recipe.get_absolute_url()[:300], "text": f"{text[:6000]} {marks}"},
    )


def refs_in(body: Any) -> Iterator[str]:
    """References of places that a recipe names, wherever they stand in it."""
    if isinstance(body, dict):
        for name, value in body.items():
            if name in ("place", "places", "ref", "refs") and isinstance(value, str):
                yield value
            elif name in ("places", "place", "refs") and isinstance(value, list):
                yield from (one for one in value if isinstance(one, str))
            else:
                yield from refs_in(value)
    elif isinstance(body, list):
        for one in body:
            yield from refs_in(one)


def _titles(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for name, value in body.items():
            if name in _WORDS and isinstance(value, str):
                yield value
            elif name in _WORDS and isinstance(value, dict):
                yield from (text for text in value.values() if isinstance(text, str))
            else:
                yield from _titles(value)
    elif isinstance(body, list):
        for one in body:
            yield from _titles(one)


def found_by(text: str) -> tuple[QuerySet[SearchEntry, UUID], bool] | None:
    """Ids of products whose text holds all the words, and whether only nearly; None where nothing was asked."""
    words = fold(text.replace("\x00", " "))[:200].split()[:12]
    if not words:
        return None
    entries = SearchEntry.objects.filter(kind=KIND)
    exact = entries
    for word in words:
        exact = exact.filter(text__contains=word)
    if exact.exists():
        return exact.values("record_id"), False
    near = entries
    for n, word in enumerate(words):
        near = near.annotate(**{f"near{n}": TrigramWordSimilarity(word, "text")}).filter(**{f"near{n}__gte": NEAR})
    return near.values("record_id"), True


def about_place(place: Place) -> QuerySet[SearchEntry, UUID]:
    """Ids of products about the place or something within it."""
    return SearchEntry.objects.filter(kind=KIND, text__contains=f"#{place.ref}#").values("record_id")


def kinds() -> dict[str, str]:
    return {str(value): str(label) for value, label in Kind.choices}
