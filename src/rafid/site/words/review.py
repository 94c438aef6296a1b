"""The review of all rooms: each string against the catalogue of its room, of the site, and of the third party itself."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path

from django.conf import settings

from rafid.site.cli.catalogues import compile_catalogue

from .catalogues import Translation, blank, path_of, read, write
from .extraction import Key, Word, sources, third_party, words
from .judgement import faults

HERE = Path(__file__).parent
LANGUAGES = ("ar", "ckb")
SITE = "site"


@dataclass(frozen=True)
class Room:
    """Where strings are used and where their translations lie."""

    name: str
    folder: Path
    locale: Path


def rooms() -> list[Room]:
    """The site, the rooms of the commons, the programmes wherever they lie."""
    source = settings.ROOT / "src/rafid"
    found = [Room(SITE, source / "site", source / "site/locale")]
    folders = [path for path in sorted((source / "commons").iterdir()) if (path / "apps.py").is_file()]
    folders += [Path(str(import_module(package).__file__)).parent for package in settings.RAFID_PACKAGES]
    return found + [Room(folder.name, folder, folder / "locale") for folder in folders]


def shown(path: Path) -> str:
    return str(path.relative_to(settings.ROOT) if path.is_relative_to(settings.ROOT) else path)


def own_words(room: Room) -> dict[Key, Word]:
    """The strings that the room's files use. What belongs to no room (``commons/api.py``) is the site's."""
    files = sources(room.folder)
    if room.name == SITE:
        files += sorted((settings.ROOT / "src/rafid/commons").glob("*.py"))
    return words(files, settings.ROOT if room.folder.is_relative_to(settings.ROOT) else room.folder.parent)


@cache
def foreign_words() -> dict[Key, tuple[str, Word]]:
    """Strings of third parties that our pages can show, each with the package that may translate it itself."""
    found: dict[Key, tuple[str, Word]] = {}
    for package, files, folder in third_party(HERE / "third_party.txt"):
        for key, word in words(files, folder.parent).items():
            found.setdefault(key, (package, word))
    return found


@cache
def _their_catalogue(package: str, language: str) -> gettext.NullTranslations:
    folder = Path(str(import_module(package).__file__)).parent
    places = [folder / "locale", folder / "conf/locale", *folder.glob("contrib/*/locale")]
    merged: gettext.NullTranslations = gettext.NullTranslations()
    for place in places:
        if (place / language / "LC_MESSAGES/django.mo").is_file():
            one = gettext.translation("django", place, [language])
            one.add_fallback(merged)
            merged = one
    return merged


def theirs(package: str, word: Word, language: str) -> bool:
    """Has the third party its own translation?"""
    catalogue = _their_catalogue(package, language)
    key = word.key
    if word.plural:
        if key.context:
            return catalogue.npgettext(key.context, key.text, word.plural, 5) not in (key.text, word.plural)
        return catalogue.ngettext(key.text, word.plural, 5) not in (key.text, word.plural)
    if key.context:
        return catalogue.pgettext(key.context, key.text) != key.text
    return catalogue.gettext(key.text) != key.text


def same_texts() -> frozenset[str]:
    return frozenset((HERE / "same.txt").read_text(encoding="utf-8").splitlines())


def needed(room: Room, language: str, site: dict[Key, Translation]) -> dict[Key, Word]:
    """The strings whose translation must be in the room's catalogue: those of its files that the site's has not already,
    and for the site those of third parties that have none of their own."""
    found = own_words(room)
    if room.name != SITE:
        return {key: word for key, word in found.items() if key not in site}
    for key, (package, word) in foreign_words().items():
        if key not in found and not theirs(package, word, language):
            found[key] = word
    return found


@dataclass
class Review:
    lines: list[str]
    count: int

    @classmethod
    def of(cls, chosen: Sequence[Room]) -> Review:
        same, lines, count = same_texts(), [], 0
        site_room = rooms()[0]
        for language in LANGUAGES:
            site = read(path_of(site_room.locale, language), language)
            for room in chosen:
                path = path_of(room.locale, language)
                there = read(path, language)
                wanted = needed(room, language, site)
                count += len(wanted)
                for key, word in sorted(wanted.items()):
                    one = there.get(key) or blank(word, language)
                    for fault in faults(one, word.plural, language, same):
                        where = ", ".join(sorted(word.files)[:2])
                        lines.append(f"{shown(path)}: {key.text!r} {fault} ({where})")
            lines += list(_disagreements(language))
        return cls(lines, count // len(LANGUAGES))


def _disagreements(language: str) -> Iterator[str]:
    """One word for one thing: the same English must not be said in two ways by two rooms."""
    said: dict[Key, tuple[str, tuple[str, ...]]] = {}
    for room in rooms():
        for key, one in read(path_of(room.locale, language), language).items():
            if not one.complete:
                continue
            first = said.setdefault(key, (room.name, one.texts))
            if first[1] != one.texts:
                yield f"{language}: {key.text!r} is {first[1][0]!r} in {first[0]} and {one.texts[0]!r} in {room.name}"


def fill(chosen: Sequence[Room], *, prune: bool = False) -> Iterator[tuple[str, int, int]]:
    """Adds what is missing to the catalogues, empty, and compiles them; yields (path, added, dropped)."""
    site_room = rooms()[0]
    for language in LANGUAGES:
        site = read(path_of(site_room.locale, language), language)
        for room in chosen:
            path = path_of(room.locale, language)
            there = read(path, language)
            wanted = needed(room, language, site)
            # The site may also say a third party's string better than the third party does.
            used = wanted.keys() | (foreign_words().keys() if room.name == SITE else set())
            kept = {key: one for key, one in there.items() if not prune or key in used}
            new = {key: blank(word, language) for key, word in wanted.items() if key not in kept}
            for key, word in wanted.items():
                if key in kept and bool(kept[key].plural) != bool(word.plural):
                    new[key] = blank(word, language)
                elif key in kept and kept[key].plural != word.plural:
                    kept[key] = replace(kept[key], plural=word.plural)
            if new or len(kept) != len(there) or not path.is_file():
                write(path, language, {**kept, **new}.values())
            if path.is_file():
                compile_catalogue(path)
            if new or len(kept) != len(there):
                yield shown(path), len(new), len(there) - len(kept)
