"""The public gallery as one folder for a memory stick: pages in three languages, files, small pictures, data, and a search that
works from the disk. Nothing in it leads out but by what is printed, and nothing that is not public is in it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language_bidi, override

from rafid.commons import blobs
from rafid.commons.names import pick
from rafid.commons.programme import LANGUAGES
from rafid.methods.text import fold

from ..datasets import LICENCES
from ..models import DatasetVersion, Edition, Recipe
from . import product
from .cards import card_of, programme_name
from .errata import errata_of
from .finding import newest_of, picture_of, products_out
from .index import KIND
from .thumbnails import thumbnail

MARK = "rafid-gallery.json"
"""What tells a folder that we made from one that holds somebody's own."""
FONTS = {
    "noto-sans-arabic-400.woff2": "noto-sans-arabic/noto-sans-arabic-arabic-400-normal.woff2",
    "noto-sans-arabic-700.woff2": "noto-sans-arabic/noto-sans-arabic-arabic-700-normal.woff2",
}


class NotOurs(Exception):
    """The folder holds something that we did not put there."""


@dataclass
class Written:
    """What was made: paths with their hashes, and products with their number."""

    folder: Path
    hashes: dict[str, str] = field(default_factory=dict)
    products: int = 0
    size: int = 0

    def put(self, path: str, data: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.hashes[path] = sha256(data).hexdigest()
        self.size += len(data)

    def copy(self, path: str, blob: str) -> None:
        """From the store; a file that is not what its hash says goes into no bundle (``ValueError``)."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = sha256()
        with target.open("wb") as file:
            for chunk in blobs.chunks_of(blob):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != blob:
            target.unlink()
            raise ValueError(f"the store's file {blob} is damaged")
        self.hashes[path] = blob
        self.size += target.stat().st_size


@dataclass(frozen=True)
class One:
    recipe: Recipe
    edition: Edition
    folder: str
    files: list[tuple[str, Any]]
    data: list[tuple[str, str, Any]]


def make(folder: Path, *, programme: str = "", told: Callable[[str], Any] = lambda _line: None) -> Written:
    """Raises ``NotOurs`` for a folder with something of somebody's, ``LookupError`` where nothing is public."""
    nobody = AnonymousUser()
    rows = products_out(nobody).select_related("owner").order_by("-out_at", "-pk")
    rows = rows.filter(programme=programme) if programme else rows
    found = [(one, edition) for one in rows if (edition := newest_of(one, nobody)) is not None]
    if not found:
        raise LookupError(programme)
    _cleared(folder)
    written = Written(folder)
    ones = [_product(written, recipe, edition) for recipe, edition in found]
    for one in ones:
        written.products += 1
        told(one.recipe.code)
    _own_parts(written)
    for language in LANGUAGES:
        with override(language):
            _pages(written, ones, language)
    written.put("search-index.js", _search(ones))
    written.put("index.html", _page("products/gallery/bundle/start.html", {"root": "", "languages": product.OWN_NAMES}))
    written.put(
        MARK, json.dumps({"made": timezone.now().isoformat(), "programme": programme, "products": len(ones)}).encode()
    )
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(written.hashes.items()))
    (folder / "SHA256SUMS").write_text(lines, encoding="utf-8")
    return written


def _cleared(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise NotOurs(str(folder))
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise NotOurs(str(folder))
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def _product(written: Written, recipe: Recipe, edition: Edition) -> One:
    """Its files, the files of the versions behind it, and a small picture per language."""
    base = f"files/{recipe.code}"
    files = []
    for one in edition.files.order_by("name"):
        path = f"{base}/{_plain(one.name)}"
        written.copy(path, one.sha256)
        files.append((path, one))
    data = []
    for version in _versions(edition):
        for resource in version.resources.order_by("format"):
            path = f"data/{version.dataset.code}-v{version.number}.{resource.format}"
            if path not in written.hashes:
                written.copy(path, resource.sha256)
            data.append((path, f"{version.dataset.code} {version.number}", resource))
    for language in LANGUAGES:
        try:
            written.put(f"pictures/{recipe.code}-{language}.webp", thumbnail(edition, language))
        except (LookupError, FileNotFoundError):
            continue
    return One(recipe, edition, base, files, data)


def _versions(edition: Edition) -> Iterator[DatasetVersion]:
    for one in edition.inputs.select_related("version__dataset"):
        if one.version.sensitivity == 0 and one.version.state in ("published", "superseded"):
            yield one.version


def _plain(name: str) -> str:
    return name.replace("/", "_").replace("\\", "_").lstrip(".") or "file"


def _own_parts(written: Written) -> None:
    for name, static in FONTS.items():
        found = finders.find(static)
        if found:
            written.put(f"fonts/{name}", Path(str(found)).read_bytes())
    # No static file: its fonts lie beside it in the bundle, not where the site keeps its own.
    written.put("bundle.css", Path(__file__).with_name("bundle.css").read_bytes())
    written.put("bundle.js", Path(str(finders.find("products/bundle.js"))).read_bytes())


def _pages(written: Written, ones: list[One], language: str) -> None:
    cards = [
        (card_of(one.recipe, one.edition, one.edition.published_at), _small(written, one, language)) for one in ones
    ]  # type: ignore[arg-type]
    context: dict[str, Any] = {"root": "../", "cards": cards}
    written.put(f"{language}/index.html", _page("products/gallery/bundle/index.html", context))
    for one in ones:
        edition = one.edition
        inputs = list(_versions(edition))
        picture = picture_of(edition, language)
        licences = dict.fromkeys(version.dataset.licence for version in inputs if version.dataset.licence)
        context = {
            "root": "../", "one": one, "edition": edition, "recipe": one.recipe,
            "title": pick(edition.title) or one.recipe.name,
            "summary": pick(edition.summary), "programme": programme_name(one.recipe.programme), "inputs": inputs,
            "licences": [LICENCES.get(code, (code, ""))[0] for code in licences],
            "sources": list(dict.fromkeys(version.dataset.said("attribution") or version.dataset.name for version in inputs)),
            "errata": errata_of(edition), "small": _small(written, one, language),
            "picture": f"{one.folder}/{_plain(picture.name)}" if picture and picture.media_type.startswith("image/") else "",
        }  # fmt: skip
        written.put(f"{language}/{one.recipe.code}.html", _page("products/gallery/bundle/product.html", context))
    written.put(
        f"{language}/licences.html",
        _page("products/gallery/bundle/licences.html", {"root": "../", "is_licences": True, "rows": _licences(ones)}),
    )


def _small(written: Written, one: One, language: str) -> str:
    path = f"pictures/{one.recipe.code}-{language}.webp"
    return path if path in written.hashes else ""


def _licences(ones: list[One]) -> list[tuple[str, str, str, str]]:
    found = {}
    for one in ones:
        for version in _versions(one.edition):
            dataset = version.dataset
            name, address = LICENCES.get(dataset.licence, (dataset.licence, ""))
            found[dataset.code] = (dataset.name or dataset.code, dataset.said("attribution"), name, address)
    return [found[code] for code in sorted(found)]


def _search(ones: list[One]) -> bytes:
    """A script that holds the index: a page from the disk may load a script, and read no file. Folded like the site's."""
    from rafid.commons.records.models import SearchEntry

    texts = dict(
        SearchEntry.objects.filter(kind=KIND, record_id__in=[one.recipe.pk for one in ones]).values_list(
            "record_id", "text"
        )
    )
    rows = [
        {
            "code": one.recipe.code,
            "text": str(texts.get(one.recipe.pk, "")).split(" #", 1)[0] or fold(" ".join(one.edition.title.values())),
        }
        for one in ones
    ]
    return b"var RAFID_FOLD = " + _json(_letters()) + b";\nvar RAFID_INDEX = " + _json(rows) + b";\n"


def _letters() -> dict[str, str]:
    """How the letters of the three scripts are folded, for the search of the bundle."""
    ranges = [
        *range(0x41, 0x5B),
        *range(0xC0, 0x250),
        *range(0x600, 0x700),
        *range(0x200B, 0x2010),
        *range(0xFB50, 0xFE00),
        *range(0xFE70, 0xFEFD),
    ]
    found = {}
    for code in ranges:
        sign, folded = chr(code), fold(chr(code))
        if folded != sign:
            found[sign] = folded
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("</", "<\\/").encode()


def _page(template: str, context: dict[str, Any]) -> bytes:
    from django.utils.translation import get_language

    language = get_language() or "ar"
    own = {"language": language, "direction": "rtl" if get_language_bidi() else "ltr", "own_names": product.OWN_NAMES}
    return render_to_string(template, {**own, **context}).encode()
