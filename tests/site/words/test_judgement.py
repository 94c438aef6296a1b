"""What the review of translations finds wrong, and what it lets pass."""

from __future__ import annotations

import pytest

from rafid.site.words.catalogues import Translation
from rafid.site.words.extraction import Key
from rafid.site.words.judgement import faults

SAME = frozenset({"CSV"})


def judged(source, *texts, plural="", language="ckb", fuzzy=False):
    one = Translation(Key(source), plural, tuple(texts), fuzzy)
    return list(faults(one, plural, language, SAME))


GOOD = [
    ("Places", ["شوێنەکان"], "", "ckb"),
    ("%(n)d rows", ["%(n)d ڕیز"], "", "ckb"),
    ("Row {number} of {name}", ["ڕیزی {number} لە {name}"], "", "ckb"),
    ("CSV", ["CSV"], "", "ckb"),
    ("%(day)s %(year)s", ["%(day)s %(year)s"], "", "ar"),
    ("{n} row", ["لا صفوف", "صف واحد", "صفان", "{n} صفوف", "{n} صفًّا", "{n} صف"], "{n} rows", "ar"),
    ("100 %% of %(what)s", ["100 %% من %(what)s"], "", "ar"),
    ('See <a href="%(url)s">here</a>', ['انظر <a href="%(url)s">هنا</a>'], "", "ar"),
]


@pytest.mark.parametrize(("source", "texts", "plural", "language"), GOOD)
def test_good_ones_pass(source, texts, plural, language):
    assert judged(source, *texts, plural=plural, language=language) == []


BAD = [
    ("Places", [""], "", "ckb", "not translated"),
    ("Places", ["  "], "", "ckb", "not translated"),
    ("Places", ["Places"], "", "ckb", "same as in English"),
    ("%(n)d rows", ["ڕیز"], "", "ckb", "placeholders"),
    ("%(n)d rows", ["%(m)d ڕیز"], "", "ckb", "placeholders"),
    ("Row {number}", ["ڕیز {Number}"], "", "ckb", "placeholders"),
    ("Row %s", ["ڕیز"], "", "ckb", "placeholders"),
    ("See <b>it</b>", ["ببینە"], "", "ckb", "placeholders or marks"),
    ("Places", ["شوێن ١٢"], "", "ckb", "digits"),
    ("Places", ["شوينةكان"], "", "ckb", "Arabic letters"),
    ("Places", ["الأماکن"], "", "ar", "Kurdish or Persian"),
    ("Places", [" شوێن"], "", "ckb", "blanks"),
    ("{n} row", ["ڕیز", "ڕیز"], "{n} rows", "ckb", "placeholders"),
    ("{n} row", ["صف", "صفوف"], "{n} rows", "ar", "plural forms"),
]


@pytest.mark.parametrize(("source", "texts", "plural", "language", "why"), BAD)
def test_bad_ones_are_told(source, texts, plural, language, why):
    found = judged(source, *texts, plural=plural, language=language)
    assert any(why in one for one in found), found


def test_a_fuzzy_one_must_be_read():
    assert judged("Places", "شوێن", fuzzy=True) == ["is marked fuzzy: somebody must read it"]


def test_a_plural_that_came_or_went_is_told():
    one = Translation(Key("row"), "", ("ڕیز",))
    assert any("plural" in fault for fault in faults(one, "rows", "ckb", SAME))
