"""A fact sheet that quotes a released table with a withheld cell: the count stands nowhere in it, nor between two of its numbers."""

from __future__ import annotations

import io
import json
import re
from itertools import combinations

import pytest

from rafid.commons import blobs
from rafid.commons.products.editions import ladder
from rafid.commons.products.models import LedgerCell, Recipe

from .test_release import counts_for, desk, out, table_of  # noqa: F401

pytestmark = pytest.mark.django_db

HIDDEN = 4177
"""Distinct from all that a page numbers by itself."""


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def sheet(desk):  # noqa: F811
    counts = [(HIDDEN, 91_003), *((20_011 + 301 * n, 30_013 + 211 * n) for n in range(len(desk.districts) - 1))]
    dataset = table_of(desk, counts)
    dataset.k = 5_000
    dataset.save()
    version = out(desk, dataset)
    assert version.report["primary"] == 1
    first = desk.districts[0].ref
    fields = " ".join(
        f"[{{dataset:cases cases {place} 2026{sex}}}]"
        for place in (first, *(one.ref for one in desk.districts[1:]), desk.governorate.ref)
        for sex in (" sex=f", " sex=m", "")
    )
    changes = f"{{dataset:cases cases {first} 2026 sex=f change}} {{dataset:cases cases {first} 2026 change}}"
    text = dict.fromkeys(("ar", "ckb", "en"), f"{fields} {changes}")
    body = {"place": desk.governorate.ref, "blocks": [{"id": "a", "kind": "text", "text": text}]}
    recipe = Recipe.objects.create(
        code="cases-sheet", kind="sheet", programme="wells", name_ar="ورقة", name_ckb="پەڕە", name_en="Sheet", sensitivity=0,
        body=body, made_by=desk.author,
    )  # fmt: skip
    edition = ladder.begin(recipe, desk.author, period="2026")
    ladder.send_to_review(edition, desk.author)
    approved = ladder.approve(edition, desk.approver)
    ladder.draw(approved)
    return ladder.publish(approved, desk.approver)


def texts(edition):
    from pypdf import PdfReader

    yield "figures", json.dumps(edition.figures, ensure_ascii=False, default=str)
    for file in edition.files.all():
        content = blobs.read(file.sha256)
        if file.name.endswith(".pdf"):
            reader = PdfReader(io.BytesIO(content))
            yield file.name, "\n".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
        elif not file.name.endswith(".png"):
            yield file.name, content.decode("utf-8", "replace")


def test_the_withheld_count_is_in_no_file_of_the_sheet(sheet, desk, client):  # noqa: F811
    found = dict(texts(sheet))
    assert [name for name in found if name.endswith(".pdf")]
    assert [name for name in found if name.endswith(".csv")]
    pages = {language: client.get(f"/gallery/cases-sheet/?lang={language}") for language in ("ar", "ckb", "en")}
    found |= {language: page.content.decode() for language, page in pages.items()}
    for name, text in found.items():
        assert not re.search(r"(?<!\d)4[,٬.]?177(?!\d)", text), name
        assert not re.search(r"(?<!\d)7714(?!\d)", text), name
    assert "*" in found[next(name for name in found if name.endswith("en.pdf"))]


def test_no_two_numbers_of_the_sheet_differ_by_the_withheld_count(sheet):
    shown = {int(one["value"]) for one in sheet.figures["fields"].values() if one.get("value") is not None}
    assert len(shown) > 4
    assert not {abs(one - other) for one, other in combinations(shown, 2)} & {HIDDEN}
    withheld = [one for one in sheet.figures["fields"].values() if one.get("withheld")]
    assert len(withheld) >= LedgerCell.objects.filter(measure="cases", value=None).count() >= 4
    assert all(one["value"] is None for one in withheld)
    assert all(one.get("before") is None for one in withheld)


def test_an_indicator_beside_the_table_does_not_tell_it_either(desk, world):  # noqa: F811
    """The same measure as a live figure of the indicator: what the desk withholds stays withheld there."""
    from rafid.commons.indicators.models import Indicator, IndicatorValue
    from rafid.commons.products.sheets.gather import gather

    Indicator.objects.filter(code="cases").delete()
    indicator = Indicator.objects.create(
        code="cases", programme="wells", unit="cases", kind="count", rollup="sum", name_en="Cases"
    )
    first, second = desk.districts[:2]
    counts = counts_for(desk)
    for place, pair in ((first, counts[0]), (second, counts[1])):
        for by, number in (("sex=f", pair[0]), ("sex=m", pair[1])):
            IndicatorValue.objects.create(
                indicator=indicator, place=place, period="2026", by=by, value=number, owner=world.authority,
                sensitivity=0, source_text="Registers", as_of="2026",
            )  # fmt: skip
    text = dict.fromkeys(("ar", "ckb", "en"), f"{{indicator:cases {first.ref} 2026 sex=f}}")
    body = {"place": desk.governorate.ref, "blocks": [{"id": "a", "kind": "text", "text": text}]}
    (told,) = gather(body, "2026", desk.steward)["fields"].values()
    assert told["value"] == counts[0][0]
    out(desk, table_of(desk, counts))
    (told,) = gather(body, "2026", desk.steward)["fields"].values()
    assert (told["value"], told["withheld"]) == (None, True)
