"""Charts of sheets: frozen figures become those of the one drawing of charts; what is withheld is no zero."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from django.utils.translation import override
from PIL import Image

from rafid.commons.products.charts.figures import MISSING, WITHHELD
from rafid.commons.products.charts.pictures import _whole
from rafid.commons.products.sheets import charts
from rafid.commons.products.sheets.saying import rows

AGES = {
    "code": "population", "by": "", "decimals": 0, "period": "2024", "place": "IQ", "place_names": {"en": "Iraq"},
    "ages": [
        {"age": "00-04", "male": {"value": 1200.0}, "female": {"value": 1100.0, "provisional": True}},
        {"age": "05-09", "male": {"value": None, "withheld": True}},
        {"age": "10-14", "male": {"value": 0.0}, "female": {"value": 900.0}},
    ],
}  # fmt: skip
LINE = {
    "code": "open", "decimals": 1, "period": "202603",
    "points": [{"period": "202601", "value": 1.5}, {"period": "202602", "value": None}, {"period": "202603", "value": 2.5}],
}  # fmt: skip


def test_a_pyramid_has_an_age_group_a_row_and_both_sexes():
    with override("en"):
        figures = charts.figures_of("pyramid", AGES, "")
    assert [head.key for head in figures.series] == ["sex=male", "sex=female"]
    assert [head.key for head in figures.rows] == ["00-04", "05-09", "10-14"]
    assert [cell.state for cell in figures.cells[1]] == [WITHHELD, MISSING]
    assert figures.cells[2][0].value == 0
    with override("en"):
        heads, table = charts.table_of("pyramid", AGES)
    assert heads == ["Male", "Female"]
    assert [cells for _name, cells in table] == [["1,200", "1,100ᵖ"], ["*", "–"], ["0", "900"]]


def test_the_data_file_holds_each_bar_once():
    found = list(rows({"blocks": {"p": AGES}}))
    assert [(row["by"], row["value"], row["flag"]) for row in found] == [
        ("age_group=00-04;sex=male", 1200.0, ""),
        ("age_group=00-04;sex=female", 1100.0, "p"),
        ("age_group=05-09;sex=male", None, "*"),
        ("age_group=10-14;sex=male", 0.0, ""),
        ("age_group=10-14;sex=female", 900.0, ""),
    ]


def opened(address):
    kind, _comma, data = address.partition(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")).astype(int)


def coloured(picture, hexadecimal):
    """How many pixels have the colour, left and right of the middle of all that have one of the two."""
    want = [int(hexadecimal[at : at + 2], 16) for at in (1, 3, 5)]
    return (np.abs(picture - want).sum(axis=2) < 12).nonzero()[1]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_men_stand_left_and_women_right_in_every_language(language):
    with override(language):
        picture = opened(charts.drawn("pyramid", AGES, "", paper=False))
    high = picture[60:]  # below the legend
    men, women = coloured(high, "#1f7a87"), coloured(high, "#cc8427")
    assert men.size > 1000
    assert women.size > 1000
    assert np.percentile(men, 99) <= np.percentile(women, 1) + 2


def test_a_line_needs_two_periods_and_a_figure():
    with override("en"):
        assert charts.drawn("line", LINE, "", paper=False)
        assert charts.drawn("line", {**LINE, "points": LINE["points"][:1]}, "", paper=False) == ""
        assert (
            charts.drawn("line", {**LINE, "points": [{"period": "202601", "value": None}] * 2}, "", paper=False) == ""
        )
        assert charts.drawn("bars", {"places": []}, "", paper=False) == ""


def test_paper_takes_the_picture_from_the_store_under_its_hash(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    with override("ckb"):
        first, again = (charts.drawn("pyramid", AGES, "", paper=True) for _time in range(2))
    assert first == again
    assert first.startswith("file:///")


def test_a_label_stands_in_the_direction_of_its_page():
    with override("ar"):
        assert _whole("10-14 سنة") == "\u206710-14 سنة\u2069"
    with override("en"):
        assert _whole("10-14 years") == "10-14 years"
