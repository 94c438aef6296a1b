"""Which strings a page can show: gettext calls in Python and templates, ours and those of third parties."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATES = {".html", ".txt"}


@dataclass(frozen=True, order=True)
class Key:
    """What tells two messages apart: the text and its context."""

    text: str
    context: str = ""


@dataclass
class Word:
    """A message of the source: its plural where it has one, and the files that use it."""

    key: Key
    plural: str = ""
    files: set[str] = field(default_factory=set)


def _source(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    if path.suffix in TEMPLATES:
        # What templatize leaves between the calls is filler whose indentation means nothing.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    return text.encode()


def messages(path: Path) -> Iterator[tuple[Key, str]]:
    """(key, plural or "") of one file, in its order."""
    for _line, found, _comments, context in extract("python", io.BytesIO(_source(path)), keywords=KEYWORDS):
        texts = (found,) if isinstance(found, str) else tuple(found)
        if texts[0]:
            yield Key(texts[0], context or ""), texts[1] if len(texts) > 1 else ""


def words(paths: Iterable[Path], root: Path) -> dict[Key, Word]:
    """All messages of the files; names of files are told from ``root``."""
    found: dict[Key, Word] = {}
    for path in paths:
        for key, plural in messages(path):
            word = found.setdefault(key, Word(key))
            word.plural = word.plural or plural
            word.files.add(str(path.relative_to(root)))
    return found


def sources(folder: Path) -> list[Path]:
    """Files of a room that can hold messages; migrations and test data cannot."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and (path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in path.parts))
        and not {"migrations", "locale", "node_modules"} & set(path.parts)
    )


def third_party(listing: Path) -> Iterator[tuple[str, list[Path], Path]]:
    """(package, files, where the package lies) of each line ``package glob …`` of the list; ``FileNotFoundError`` where a
    glob finds nothing, because then an upgrade has moved what our pages show."""
    for line in listing.read_text(encoding="utf-8").splitlines():
        name, *globs = line.partition("#")[0].split()[:1] + line.partition("#")[0].split()[1:] or [""]
        if not name:
            continue
        spec = find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            raise FileNotFoundError(f"{listing.name}: the package {name} is not installed")
        folder = Path(spec.submodule_search_locations[0])
        files: list[Path] = []
        for glob in globs:
            found = sorted(folder.glob(glob))
            if not found:
                raise FileNotFoundError(f"{listing.name}: {name} has no {glob}")
            files += found
        yield name, files, folder
