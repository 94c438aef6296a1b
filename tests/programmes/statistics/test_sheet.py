"""The printed sheet: one page for every place and level, in three languages, with its own fonts."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import unicodedata

import pytest
from pypdf import PdfReader

from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place

pytestmark = pytest.mark.django_db
SHEET = "/statistics/population.pdf"


def sheet(client, **query) -> PdfReader:
    response = client.get(SHEET, query)
    assert response.status_code == 200, response.content[:300]
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def words(pdf: PdfReader) -> str:
    return unicodedata.normalize("NFKC", pdf.pages[0].extract_text())


def fonts(pdf: PdfReader) -> dict[str, bool]:
    """The names of the page's fonts, and whether their glyphs lie in the file."""
    found = {}
    for font in pdf.pages[0]["/Resources"]["/Font"].get_object().values():
        font = font.get_object()
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        descriptor = inner["/FontDescriptor"].get_object()
        found[str(font["/BaseFont"])] = any(f"/FontFile{n}" in descriptor for n in ("", "2", "3"))
    return found


@pytest.mark.parametrize("lang", ["ar", "ckb", "en"])
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"level": "2", "measure": "urban", "classes": "7", "how": "quantile"},
        {"place": "IQG08", "measure": "total"},
        {"place": "IQG14Q03"},
        {"place": "IQ-HA", "period": "2024"},
    ],
    ids=lambda query: "-".join(query.values()) or "country",
)
def test_it_is_one_page(client, lang, query):
    pdf = sheet(client, lang=lang, **query)
    assert len(pdf.pages) == 1
    width, height = pdf.pages[0].mediabox[2:]
    assert (round(float(width)), round(float(height))) == (595, 842)


def test_places_of_each_kind_are_one_page(client):
    """Governorates in turn in each language; the widest, the one with most districts, a census district."""
    for at, ref in enumerate(["IQG01", "IQG06", "IQG15", "IQG16", "IQG17", "IQG06Q05", "COSIT-1101"]):
        pdf = sheet(client, lang=("ar", "ckb", "en")[at % 3], place=ref, measure=("density", "total", "urban")[at % 3])
        assert len(pdf.pages) == 1, ref


def test_it_says_what_the_page_says(client):
    said = words(sheet(client, lang="en"))
    for text in ("Population of Iraq", "46,118,793", "Al-Basrah", "IQG02", "3,664,168", "2024-11-20", "COSIT", "IQG18"):
        assert text in said, text
    assert "DEMONSTRATION" not in said
    assert "/statistics/population/?" in said


def test_a_long_table_keeps_the_largest_and_says_so(client):
    said = words(sheet(client, lang="en", level="2"))
    assert "IQG08" in said
    assert re.search(r"The largest are shown; \d+ more are on the page and in its files", said)


@pytest.mark.parametrize("lang", ["ar", "ckb"])
def test_arabic_and_sorani_have_fonts_in_the_file_and_no_empty_boxes(client, lang):
    pdf = sheet(client, lang=lang, place="IQG17")
    held = fonts(pdf)
    assert all(held.values()), held
    assert any("Arabic" in font for font in held), held
    drawn = re.findall(rb"<([0-9a-fA-F ]+)>", pdf.pages[0].get_contents().get_data())
    glyphs = [text[at : at + 4] for text in drawn for at in range(0, len(text), 4)]
    assert len(glyphs) > 500
    assert b"0000" not in glyphs


@pytest.mark.parametrize("word", ["سڵاوێک", "دانیشتووانی هەولێر", "ڕێژەی کۆی", "الديموغرافية"])
def test_letters_are_joined(word):
    """A word in one piece is narrower than its letters kept apart: those take their isolated forms."""
    from rafid.commons.products.pdf import _document

    def width(text: str) -> float:
        page = _document(f"<p style='font-size: 20pt'>{text}</p>", "").pages[0]._page_box
        return sum(box.width for box in page.descendants() if type(box).__name__ == "TextBox")

    apart = "\u200c".join(word)
    assert width(word) < 0.95 * width(apart)


def test_figures_of_a_demonstration_are_marked(client):
    indicator = Indicator.objects.get(code="population", state="adopted")
    IndicatorValue.objects.create(
        indicator=indicator, place=Place.objects.get(ref="IQG17"), period="2030", value=7, source_text="DEMONSTRATION",
        owner=Organisation.objects.first(),
    )  # fmt: skip
    assert "DEMONSTRATION" in words(sheet(client, lang="en", period="2030", place="IQG17"))
    assert "invented figures" not in words(sheet(client, lang="en", period="2024", place="IQG17"))


def test_an_unknown_place_has_no_sheet(client):
    assert client.get(SHEET, {"place": "IQG99"}).status_code == 404


def test_the_file_has_a_name(client):
    response = client.get(SHEET, {"lang": "ckb", "place": "IQG17"})
    assert response["Content-Disposition"] == 'inline; filename="population-IQG17-2024-ckb.pdf"'


def test_a_machine_without_fonts_prints_the_same(tmp_path):
    """Fontconfig that knows no folder: the fonts are those of the project."""
    config = tmp_path / "fonts.conf"
    config.write_text(f'<?xml version="1.0"?><fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>')
    program = (
        "import django; django.setup()\n"
        "from rafid.commons.products.pdf import _document\n"
        "import sys; sys.stdout.buffer.write(_document('<p>سڵاو ێ ۆ ڵ ڕ Population 2,499</p>', '').write_pdf())"
    )
    environment = {**os.environ, "FONTCONFIG_FILE": str(config), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    pdf = PdfReader(io.BytesIO(done.stdout))
    held = fonts(pdf)
    assert len(held) == 2, held
    assert all("Noto-Sans" in name.replace(" ", "-") or "NotoSans" in name or "Rafid" in name for name in held), held
    assert all(held.values())
    assert "Population 2,499" in words(pdf)
