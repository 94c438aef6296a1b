"""What a product's page tells: its edition, files by language, what changed, what it was made from, how to cite and show it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rafid.commons import writing
from rafid.commons.filters import Filters, small_number
from rafid.commons.names import pick
from rafid.commons.people.visibility import may_on
from rafid.commons.programme import LANGUAGES

from ..datasets import LICENCES
from ..models import DatasetVersion, Edition, EditionFile, Recipe
from ..release.decide import COMPOSE, PUBLISH
from .behind import indicators_behind
from .cards import lacks, live_page, programme_name
from .differing import changes_between, figures_of
from .errata import errata_of
from .finding import OUT, editions_seen, picture_of
from .questions import questions_of

OWN_NAMES = {"ar": "العربية", "ckb": "کوردی", "en": "English", "": ""}
_MOST_CHANGES = 60


@dataclass(frozen=True)
class Input:
    """A version of a dataset that the edition was made from; ``newer`` where a later one is out."""

    version: DatasetVersion
    newer: int | None

    @property
    def url(self) -> str:
        return reverse("dataset", args=[self.version.dataset.code])


def page_of(request: HttpRequest, recipe: Recipe, words: Filters) -> dict[str, Any]:
    editions = list(
        editions_seen(recipe, request.user)
        .select_related("owner")
        .prefetch_related("files", "inputs__version__dataset", "errata")
    )
    edition = _chosen(editions, words)
    language = get_language() or "ar"
    told: dict[str, Any] = {
        "recipe": recipe, "editions": editions, "edition": edition, "programme": programme_name(recipe.programme),
        "live": live_page(recipe) if recipe.kind == "dashboard" else "",
        "questions": questions_of(recipe), "ask": reverse("product-ask", args=[recipe.code]),
        "works": may_on(request.user, COMPOSE, recipe) or may_on(request.user, PUBLISH, recipe),
        "subscribe": reverse("subscribe") + f"?recipe={recipe.code}",
    }  # fmt: skip
    if edition is None:
        return told | {"title": recipe.name or recipe.code, "summary": pick(recipe.summary)}
    out = edition.state in OUT
    picture = picture_of(edition, language) if out else None
    before = next((one for one in editions if one.number < edition.number and one.state in OUT), None)
    inputs, indicators = _inputs(edition), indicators_behind(edition.body, request.user)
    newest = next((one for one in editions if one.state == "published" and one.period == edition.period), None)
    return told | {
        "title": pick(edition.title) or recipe.name or recipe.code,
        "summary": pick(edition.summary),
        "out": out,
        "picture": picture if picture and picture.media_type.startswith("image/") else None,
        "files": by_language(edition.files.all()) if out else [],
        "before": before,
        "changes": changes_between(before, edition)[:_MOST_CHANGES] if before and out else [],
        "inputs": inputs if out else [],
        "indicators": indicators if out else [],
        "newest": newest if newest is not None and newest.pk != edition.pk else None,
        "errata": errata_of(edition),
        "licences": _licences(inputs),
        "sources": list(dict.fromkeys([*_sources(inputs), *(_(one.source) for one in indicators if one.source)])),
        "cite": citation(request, recipe, edition),
        "embed": embed_code(request, recipe, edition),
        "lacks": [OWN_NAMES[code] for code in LANGUAGES if lacks(edition, code)] if out else [],
        "not_yours": out and lacks(edition, language),
        "incomplete": edition.incomplete,
        "verify": reverse("verify-hash", args=[edition.recipe_sha256]) if edition.recipe_sha256 else "",
        "oembed": reverse("oembed") + "?url=" + request.build_absolute_uri(recipe.get_absolute_url()),
    }


def _chosen(editions: list[Edition], words: Filters) -> Edition | None:
    """The edition of the address, else the newest that is out, else the newest of the withdrawn ones."""
    asked = words.query.get("edition", "")
    if asked:
        number = small_number(asked)
        found = next((one for one in editions if one.number == number), None)
        if found is not None:
            return found
        words.wrong("edition", _("Edition"), _("the newest"))
    published = [one for one in editions if one.state == "published"]
    if published:
        return max(published, key=lambda one: (one.published_at, one.number))  # type: ignore[arg-type, return-value]
    return editions[0] if editions else None


_DPI = re.compile(r"-(\d{2,4})\.png$")
_ORDER = ("application/pdf", "image/png", "image/webp", "text/csv")


def words_of(file: EditionFile) -> str:
    """What a file is, for a reader; its own name where nothing better is known."""
    if file.media_type == "application/pdf":
        return _("PDF, to print")
    if file.media_type == "image/png" and (found := _DPI.search(file.name)):
        return _("Picture (PNG), %(dpi)s dots per inch") % {"dpi": found[1]}
    if file.media_type.startswith("image/") and file.media_type != "image/svg+xml":
        return _("Picture (%s)") % file.name.rpartition(".")[2].upper()
    kind = file.name.rpartition(".")[2].upper()
    return _("Its figures (%s)") % kind if kind in ("CSV", "XLSX") else file.name


def _order(file: EditionFile) -> tuple[int, int, str]:
    """To print first, then pictures from the smallest, then figures and the rest."""
    found = _DPI.search(file.name)
    rank = _ORDER.index(file.media_type) if file.media_type in _ORDER else len(_ORDER)
    return rank, int(found[1]) if found else 0, file.name


def by_language(files: Iterable[EditionFile]) -> list[tuple[str, list[tuple[EditionFile, str]]]]:
    """The reader's language first, then the others, then what belongs to none; each file with what it is."""
    own = get_language() or "ar"
    groups: dict[str, list[tuple[EditionFile, str]]] = {}
    for one in sorted(files, key=_order):
        # Files without words are made once, with those of the first language; their names say none.
        language = one.language if re.search(rf"-{one.language}\b", one.name) else ""
        groups.setdefault(language, []).append((one, words_of(one)))
    order = sorted(groups, key=lambda code: (code != own, code == "", [*LANGUAGES, code].index(code)))
    return [(OWN_NAMES.get(code) or _("In all languages"), groups[code]) for code in order]


def _inputs(edition: Edition) -> list[Input]:
    found = []
    for one in edition.inputs.all():
        version = one.version
        newer = (
            DatasetVersion.objects.filter(
                dataset=version.dataset_id,
                number__gt=version.number,
                state="published",
                sensitivity__lte=version.sensitivity,
            )
            .order_by("-number")
            .values_list("number", flat=True)
            .first()
        )
        found.append(Input(version, newer))
    return sorted(found, key=lambda one: one.version.dataset.code)


def _licences(inputs: list[Input]) -> list[tuple[str, str]]:
    codes = dict.fromkeys(one.version.dataset.licence for one in inputs if one.version.dataset.licence)
    return [LICENCES.get(code, (code, "")) for code in codes]


def _sources(inputs: list[Input]) -> list[str]:
    said = (one.version.dataset.said("attribution") or one.version.dataset.name for one in inputs)
    return list(dict.fromkeys(filter(None, said)))


def citation(request: HttpRequest, recipe: Recipe, edition: Edition) -> str:
    owner = recipe.owner.name if recipe.owner else _("Rafid")
    at = edition.published_at or edition.made_at
    parts = [
        f"{owner} ({at.year}).",
        f"{pick(edition.title) or recipe.name}.",
        " · ".join(
            filter(None, (_("Edition %s") % edition.number, writing.period(edition.period) if edition.period else ""))
        )
        + ",",
        f"{writing.day(at)}.",
        request.build_absolute_uri(edition.get_absolute_url()),
    ]
    return " ".join(parts)


def embed_code(request: HttpRequest, recipe: Recipe, edition: Edition) -> str:
    """The code that somebody copies: text on our page, escaped there as all text is."""
    if edition.sensitivity != 0:
        return ""
    address = request.build_absolute_uri(reverse("embed", args=[recipe.code])) + f"?lang={get_language() or 'ar'}"
    return frame(address, pick(edition.title) or recipe.name, 640, 480)


def frame(address: str, title: str, width: int, height: int) -> str:
    code = format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer"></iframe>',
        address, title, width, height,
    )  # fmt: skip
    return "".join(code)  # plain text: where it is shown, it is escaped like all text


def figures_shown(edition: Edition) -> list[tuple[str, str]]:
    """A handful of its figures, for a frame that has no picture of it."""
    return list(figures_of(edition).items())[:6]
