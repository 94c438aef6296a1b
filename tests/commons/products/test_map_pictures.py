"""A printed page in Arabic and in Sorani beside a picture of it that a person looked at: letters that do not join fail.

``RAFID_NEW_PICTURES=1`` writes the pictures anew; look at them before you keep them.
"""

from __future__ import annotations

import io
import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from django.utils import translation
from PIL import Image, ImageFilter

from rafid.commons.places.models import Level, PlaceVersion
from rafid.commons.products.maps.body import read
from rafid.commons.products.maps.files import picture
from rafid.commons.products.maps.page import Facts, print_map

pytestmark = pytest.mark.django_db
HERE = Path(__file__).with_name("pictures")
TEXTS = {
    "ar": {
        "title": "معدل الحالات المبلَّغ عنها بحسب المحافظة",
        "subtitle": "أيلول 2026 · للعرض فقط",
        "note": "الأرقام أولية.",
    },
    "ckb": {
        "title": "ڕێژەی حاڵەتە ڕاگەیەنراوەکان بەپێی پارێزگا",
        "subtitle": "ئەیلوولی 2026 · ێ ۆ ڵ ڕ ە",
        "note": "ژمارەکان کاتین.",
    },
}


@pytest.fixture(autouse=True)
def _address(settings):
    settings.RAFID_URL = "https://rafid.example"


LARGEST = 9.0
"""Mean difference of grey (0 to 255) in the worst part of the page: fonts drawn by another version differ by less."""


def body(texts):
    return {
        "layers": [{"indicator": "made-up", "style": {"kind": "choropleth", "classes": 4}}],
        "page": {"size": "A4", "orientation": "landscape", "labels": "both"}, "texts": texts,
    }  # fmt: skip


def figures():
    drawn = PlaceVersion.objects.filter(place__level=Level.GOVERNORATE, geometry__isnull=False).select_related("place")
    places = {one.place.ref: {**one.place.names, "pcode": one.place.pcode or ""} for one in drawn}
    values = []
    for at, ref in enumerate(sorted(places)):
        flag = "*" if at == 4 else ""
        values.append([ref, ref, None if at in (4, 9) else 1.5 + at * at / 4, flag])
    source = {"text": dict.fromkeys(("ar", "ckb", "en"), "Source"), "as_of": "2026-09-30", "licence": "CC-BY-4.0"}
    title = {"ar": "المعدل لكل 1,000 نسمة", "ckb": "ڕێژە بۆ هەر 1,000 کەس", "en": "Rate"}
    layer = {
        "title": title, "of": {}, "unit": {}, "counts": False, "decimals": 1, "period": "202609", "on": "2026-09-30",
        "shape": "places", "values": values, "sources": [source], "provisional": True, "demonstration": False,
    }  # fmt: skip
    return {"layers": [layer], "places": places}


def drawn(language, texts=TEXTS):
    facts = Facts(date(2026, 9, 30), "3", "202609", "0" * 64, {"ar": "وزارة", "ckb": "وەزارەت", "en": "Ministry"})
    made = print_map(read(body(texts)), figures(), facts, language)
    return Image.open(io.BytesIO(picture(made.pdf, dpi=96))).convert("L")


def difference(one, other):
    """Of the worst of the page's parts, 48 pixels a side; blurred, so that an edge of half a pixel counts for little."""
    one, other = (np.asarray(each.filter(ImageFilter.GaussianBlur(1.2)), dtype=float) for each in (one, other))
    high, wide = (min(a, b) // 48 * 48 for a, b in zip(one.shape, other.shape, strict=True))
    apart = np.abs(one[:high, :wide] - other[:high, :wide])
    return float(apart.reshape(high // 48, 48, wide // 48, 48).mean(axis=(1, 3)).max())


@pytest.mark.parametrize("language", ["ar", "ckb"])
def test_the_page_looks_as_it_did(language):
    kept = HERE / f"map-{language}.png"
    page = drawn(language)
    if os.environ.get("RAFID_NEW_PICTURES"):
        HERE.mkdir(exist_ok=True)
        page.quantize(64, dither=Image.Dither.NONE).save(kept, optimize=True)
    reference = Image.open(kept).convert("L")
    assert page.size == reference.size
    assert difference(page, reference) < LARGEST


@pytest.mark.parametrize("language", ["ar", "ckb"])
def test_letters_that_do_not_join_are_noticed(language):
    """The same title with its letters kept apart is further from the picture than any version of a font."""
    apart = {language: {**TEXTS[language], "title": "\u200c".join(TEXTS[language]["title"])}}
    with translation.override(language):
        page = drawn(language, {**TEXTS, **apart})
    reference = Image.open(HERE / f"map-{language}.png").convert("L")
    assert difference(page, reference) > 2 * LARGEST
