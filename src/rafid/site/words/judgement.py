"""What is wrong with a translation, told so that whoever mends it knows what to write."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .catalogues import COUNT, Translation

_NAMED = re.compile(r"%\((\w+)\)[#0 +-]*\d*(?:\.\d+)?[sdfeg]")
_PLACED = re.compile(r"(?<!%)%[sd]")
_BRACED = re.compile(r"(?<!\{)\{(\w*)[^{}]*\}(?!\})")
_MARKUP = re.compile(r"</?([a-z]+)[^>]*>")
_EASTERN_DIGITS = re.compile(r"[٠-٩۰-۹]")
# Letters of the other language's keyboard look right and are found by no search.
FOREIGN = {
    "ckb": (re.compile(r"[يكةىأإؤ]"), "Arabic letters (ي ك ة ى أ إ ؤ); Sorani writes ی ک ە"),
    "ar": (re.compile(r"[کیەێۆڵڕگچپڤژ]"), "Kurdish or Persian letters; Arabic writes ك ي"),
}
_WORD = re.compile(r"[A-Za-z]{2,}")


def placeholders(text: str) -> tuple[frozenset[str], int, tuple[str, ...], tuple[str, ...]]:
    """Named ones, how many without a name, names in braces, and marks of HTML."""
    return (
        frozenset(_NAMED.findall(text)),
        len(_PLACED.findall(text)),
        tuple(sorted(_BRACED.findall(text))),
        tuple(sorted(_MARKUP.findall(text))),
    )


def _kept(source: str, text: str, *, may_drop: bool) -> bool:
    named, placed, braced, markup = placeholders(source)
    named_too, placed_too, braced_too, markup_too = placeholders(text)
    if may_drop:
        return named_too <= named and placed_too <= placed and set(braced_too) <= set(braced)
    return (named, placed, braced, markup) == (named_too, placed_too, braced_too, markup_too)


def faults(one: Translation, plural: str, language: str, same: frozenset[str]) -> Iterator[str]:
    """``plural`` is the source's plural text or empty; ``same`` are texts that may stay as they are in English."""
    if bool(plural) != bool(one.plural):
        yield "has a plural in the catalogue and none in the source, or the other way round; write it anew"
        return
    if plural and len(one.texts) != COUNT[language]:
        yield f"has {len(one.texts)} plural forms; {language} has {COUNT[language]}"
        return
    if not one.complete:
        yield "is not translated"
        return
    if one.fuzzy:
        yield "is marked fuzzy: somebody must read it"
    for form, text in enumerate(one.texts):
        source = one.key.text if (form == 0 and language != "ar") or not plural else plural
        # "One row", "two rows": a language says small numbers without the figure.
        small = bool(plural) and form < (3 if language == "ar" else 1)
        if not _kept(source, text, may_drop=small):
            yield f"has other placeholders or marks than the source: {text!r}"
        if _EASTERN_DIGITS.search(text):
            yield f"has digits other than 0-9: {text!r}"
        letters, why = FOREIGN[language]
        if letters.search(text):
            yield f"has {why}: {text!r}"
        if text == source and text not in same and _WORD.search(re.sub(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>", "", text)):
            yield "is the same as in English; list it in words/same.txt if it is a name"
        if text.strip() != text and source.strip() == source:
            yield f"has blanks at its ends: {text!r}"
        if source.startswith("\n") != text.startswith("\n") or source.endswith("\n") != text.endswith("\n"):
            yield "begins or ends with a line break where the source does not, or the other way round"
