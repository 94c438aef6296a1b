"""Composed maps: what a recipe may ask, what is shown of released versions, the files, and the same again."""

from __future__ import annotations

import csv
import ctypes
import io

import pypdfium2
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import override

from rafid.commons import blobs
from rafid.commons.products.editions import ladder
from rafid.commons.products.editions.canonical import recipe_sha256
from rafid.commons.products.maps.body import Reading, read
from rafid.commons.products.maps.classes import classes_of
from rafid.commons.products.maps.kind import MapMaker
from rafid.commons.products.maps.values import map_figures

from .map_desk import TEXTS, body, out, people, rates, recipe, table

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


@pytest.fixture
def desk(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with override("en"):
        yield people(world)


def figures(**more):
    return map_figures(read(body(**more)), "", NOBODY)


def problems(**more):
    return {one["where"]: one["message"] for one in MapMaker().problems(body(**more))}


def layer(**more):
    return [{"dataset": "cases", "field": "rate", "style": {"kind": "choropleth"}} | more]


def values_of(found, at=0):
    return {ref: (value, flag) for _key, ref, value, flag in found["layers"][at]["values"]}


def test_a_released_version_with_its_withheld_cells(desk):
    small = desk.refs[0]
    version = out(desk, table(desk, rates(desk, small=[small])))
    found = figures(layers=layer(field="cases", style={"kind": "symbols"}))
    told = values_of(found)
    assert told[small] == (None, "*")
    assert told[desk.refs[3]] == (40 + 39, "")
    assert found["layers"][0]["sources"][0]["text"]["en"] == "Ministry of Health"
    assert MapMaker().inputs(body()) == [version]
    assert "2" not in {str(value) for value, _flag in told.values()}


def test_a_place_without_a_row_is_missing_and_not_zero(desk):
    lines = rates(desk).splitlines()
    out(desk, table(desk, "\n".join(lines[:4])))
    found = figures()
    told = values_of(found)
    assert told[desk.refs[0]] == (1.5, "")
    assert told[desk.refs[9]] == (None, "")
    assert classes_of(found["layers"][0]["values"], read(body()).layers[0].style, 2).missing == len(desk.refs) - 3


def test_what_has_not_been_released_is_not_drawn(desk):
    dataset = table(desk, rates(desk))
    assert "No version" in problems()["layers.0.dataset"]
    with pytest.raises(ValidationError):
        figures()
    out(desk, dataset)
    assert problems() == {}
    assert "no dataset" in problems(layers=layer(dataset="nothing"))["layers.0.dataset"]


def test_partners_have_what_the_public_has_not(desk):
    out(desk, table(desk, rates(desk), may_leave="partners"))
    with pytest.raises(ValidationError, match="no released version"):
        figures()
    assert map_figures(read(body()), "", desk.author)["layers"][0]["values"]


@pytest.mark.parametrize(
    ("more", "where", "said"),
    [
        ({"layers": []}, "layers", "Choose what"),
        ({"layers": layer(style={"classes": 300})}, "layers.0.style.classes", "1 to 7 classes"),
        ({"layers": layer(style={"classes": 0})}, "layers.0.style.classes", "1 to 7 classes"),
        ({"layers": layer(style={"how": "fixed", "breaks": [3, 1]})}, "layers.0.style.breaks", "larger than"),
        ({"layers": layer(style={"how": "fixed", "breaks": ["x", 1]})}, "layers.0.style.breaks", "larger than"),
        ({"layers": layer(style={"how": "log"})}, "layers.0.style.how", "not known"),
        ({"layers": layer(style={"ramp": "rainbow"})}, "layers.0.style.ramp", "not known"),
        ({"layers": layer(style={"kind": "symbols", "size": 5000})}, "layers.0.style.size", "radius"),
        ({"layers": layer(indicator="population")}, "layers.0", "either"),
        ({"layers": layer(version="two")}, "layers.0.version", "whole number"),
        ({"layers": layer(field="sex")}, "layers.0.field", "no numbers"),
        ({"layers": layer(field="nothing")}, "layers.0.field", "cases, rate"),
        ({"layers": layer(field="cases")}, "layers.0.style", "Use circles or a rate"),
        ({"layers": [{"indicator": "nothing"}]}, "layers.0.indicator", "no indicator"),
        ({"layers": ["x"]}, "layers.0", "object"),
        ({"layers": layer(filter={"period": "soon"})}, "layers.0.period", "2026Q1"),
        ({"extent": {"bbox": [44, 33]}}, "extent.bbox", "four numbers"),
        ({"extent": {"bbox": ["a", "b", "c", "d"]}}, "extent.bbox", "four numbers"),
        ({"extent": {"bbox": [46, 33, 44, 35]}}, "extent.bbox", "beyond east"),
        ({"extent": {"bbox": [44, -90, 46, 90]}}, "extent.bbox", "±85"),
        ({"extent": {"bbox": [44, 33, 44.001, 33.001]}}, "extent.bbox", "too small"),
        ({"page": {"size": "A0"}}, "page.size", "A4, A3, 16:9"),
        ({"page": "A4"}, "page", "object"),
        ({"texts": {}}, "texts", "title"),
        ({"texts": {"en": {"title": "x", "note": "x" * 5000}}}, "texts.en.note", "5000 characters"),
        ({"logos": [{"sha256": "../../etc", "media_type": "image/png"}]}, "logos.0", "PNG"),
        ({"logos": [{"sha256": "a" * 64, "media_type": "image/svg+xml"}]}, "logos.0", "PNG"),
    ],
)
def test_a_recipe_that_asks_for_what_cannot_be_is_told_so(desk, more, where, said):
    out(desk, table(desk, rates(desk)))
    found = problems(**more)
    assert list(found) == [where]
    assert said in found[where]


@pytest.mark.parametrize("said", [None, [], "x", 7, {"layers": {}}, {"extent": 3, "texts": [], "page": []}])
def test_a_recipe_that_is_no_recipe_is_refused_in_words(said):
    assert Reading(said).problems


def test_counts_as_colours_need_a_reason(desk):
    out(desk, table(desk, rates(desk)))
    texts = {**TEXTS, "en": {**TEXTS["en"], "counts": "All governorates have equal populations here."}}
    assert problems(layers=layer(field="cases"), texts=texts) == {}
    missing = MapMaker().missing(body(texts=texts), ["ar", "ckb", "en"])
    assert missing == ["counts (ar)", "counts (ckb)"]


def test_all_equal_all_missing_none_below_zero(desk):
    lines = [f"{ref},202609,,50,7" for ref in desk.refs]
    out(desk, table(desk, "\n".join(["area,period,sex,cases,rate", *lines])))
    style = read(body()).layers[0].style
    equal = classes_of(figures()["layers"][0]["values"], style, 0)
    assert [(one.text, one.areas) for one in equal.legend] == [("7", len(desk.refs))]
    lines = [f"{ref},202609,,50," for ref in desk.refs]
    out(desk, table(desk, "\n".join(["area,period,sex,cases,rate", *lines])))
    none = classes_of(figures()["layers"][0]["values"], style, 0)
    assert (none.legend, none.missing) == ([], len(desk.refs))
    lines = [f"{ref},202609,,50,-7" for ref in desk.refs]
    out(desk, table(desk, "\n".join(["area,period,sex,cases,rate", *lines])))
    assert figures()["layers"][0]["values"]
    with pytest.raises(ValidationError, match="below zero"):
        figures(layers=layer(style={"kind": "symbols"}))


def test_no_rows_and_several_rows_of_one_place_are_answered(desk):
    lines = ["area,period,sex,cases,rate"]
    for ref in desk.refs:
        lines += [f"{ref},202609,f,60,2", f"{ref},202609,m,70,3"]
    out(desk, table(desk, "\n".join(lines)))
    with pytest.raises(ValidationError, match="Choose one value of: sex"):
        figures()
    assert values_of(figures(layers=layer(filter={"where": {"sex": "m"}})))[desk.refs[0]] == (3, "")
    with pytest.raises(ValidationError, match="No row"):
        figures(layers=layer(filter={"where": {"sex": "x"}}))
    with pytest.raises(ValidationError, match="202609"):
        figures(layers=layer(filter={"period": "2020"}))
    lines += [f"{ref},202609,,130,5" for ref in desk.refs]
    out(desk, table(desk, "\n".join(lines)))
    assert values_of(figures())[desk.refs[0]] == (5, ""), "the total, where nothing else was asked"


def test_the_extent_bounds_what_the_legend_counts(desk):
    out(desk, table(desk, rates(desk)))
    one = figures(extent={"places": [desk.refs[2]]})
    assert list(values_of(one)) == [desk.refs[2]]
    box = figures(extent={"bbox": [47.0, 29.5, 48.5, 31.0]})
    assert 0 < len(values_of(box)) < len(desk.refs)
    with pytest.raises(ValidationError, match="no place"):
        figures(extent={"places": ["XX99"]})
    with pytest.raises(ValidationError, match="extent"):
        figures(extent={"bbox": [10, 10, 12, 12]})


def test_whole_numbers_have_classes_without_overlap(desk):
    out(desk, table(desk, rates(desk)))
    found = figures(
        layers=layer(field="cases", style={"kind": "choropleth", "how": "fixed", "breaks": [0, 99, 199, 400]})
    )
    style = read(body(layers=layer(style={"how": "fixed", "breaks": [0, 99, 199, 400]}))).layers[0].style
    texts = [one.text for one in classes_of(found["layers"][0]["values"], style, 0).legend]
    assert texts == ["0 to 99", "100 to 199", "200 to 400"]


def test_positions_are_points_of_the_released_version(desk):
    fields = [
        {"name": "lon", "kind": "longitude", "role": "none"}, {"name": "lat", "kind": "latitude", "role": "none"},
        {"name": "beds", "kind": "number", "role": "none"},
    ]  # fmt: skip
    text = "lon,lat,beds\n44.4,33.3,20\n47.8,30.5,80\n43.1,36.3,\n"
    dataset = table(desk, text, code="hospitals", fields=fields)
    out(desk, dataset)
    points = [{"dataset": "hospitals", "style": {"kind": "points"}}]
    found = figures(layers=points)
    assert found["layers"][0]["shape"] == "rows"
    assert len(found["layers"][0]["values"]) == 3
    sized = figures(layers=[{"dataset": "hospitals", "field": "beds", "style": {"kind": "symbols"}}])
    assert sorted(value or 0 for _k, _r, value, _f in sized["layers"][0]["values"]) == [0, 20, 80]


def language_of(opened):
    size = pypdfium2.raw.FPDFCatalog_GetLanguage(opened, None, 0)
    held = ctypes.create_string_buffer(size)
    pypdfium2.raw.FPDFCatalog_GetLanguage(opened, ctypes.cast(held, ctypes.POINTER(ctypes.c_ushort)), size)
    return held.raw.decode("utf-16-le").rstrip("\x00")


def fonts_of(opened):
    """Whether it is embedded, for the font of each piece of text."""
    raw = pypdfium2.raw
    return [
        raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(one))
        for one in opened[0].get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])
    ]


def drawn(desk, said=None):
    edition = ladder.begin(recipe(desk, said), desk.author)
    ladder.draw(edition)
    return edition


def test_an_edition_is_drawn_in_three_languages_and_the_same_again(desk):
    out(desk, table(desk, rates(desk, small=desk.refs[:1])))
    edition = drawn(desk)
    files = {one.name: one for one in edition.files.all()}
    assert sorted(files) == sorted(
        ["data.csv", "outline.svg", *(f"map-{code}{end}" for code in ("ar", "ckb", "en") for end in (".pdf", "-96.png", "-150.png", "-300.png"))]
    )  # fmt: skip
    edition.refresh_from_db()
    assert blobs.read(edition.thumbnail).startswith(b"\x89PNG")
    assert edition.pages == 1
    assert recipe_sha256(edition.body) == edition.recipe_sha256
    assert edition.body["layers"][0]["version"] == 1
    before = {name: one.sha256 for name, one in files.items()}
    edition.files.all().delete()
    ladder.draw(edition)
    assert {one.name: one.sha256 for one in edition.files.all()} == before

    english = pypdfium2.PdfDocument(blobs.read(files["map-en.pdf"].sha256))
    text = english[0].get_textpage().get_text_bounded()
    for said in (
        "Rate of cases by governorate", "Ministry of Health", "Version 1", "CC-BY-4.0", "do not imply", "Projection",
        edition.recipe_sha256[:16], "Draft, not published", "Made on", "Borders",
    ):  # fmt: skip
        assert said in text, said
    assert english.get_metadata_value("Title") == "Rate of cases by governorate"
    for language in ("ar", "ckb", "en"):
        opened = pypdfium2.PdfDocument(blobs.read(files[f"map-{language}.pdf"].sha256))
        assert language_of(opened) == language
        assert fonts_of(opened)
        assert all(fonts_of(opened)), "each font is embedded"
    rows = list(csv.DictReader(io.StringIO(blobs.read(files["data.csv"].sha256).decode())))
    assert len(rows) == len(desk.refs)
    told = {row["place"]: row["value"] for row in rows}
    assert told[desk.refs[3]] == str(1.5 + 9 / 4)
    outline = blobs.read(files["outline.svg"].sha256).decode()
    assert "<path" in outline
    assert "<text" not in outline
    wide = pypdfium2.PdfDocument(blobs.read(files["map-ar.pdf"].sha256))[0]
    assert round(wide.get_width() / 72 * 25.4), round(wide.get_height() / 72 * 25.4) == (297, 210)


def test_next_month_it_takes_the_newer_version_and_tells_what_changed(desk):
    out(desk, table(desk, rates(desk)))
    first = ladder.begin(recipe(desk), desk.author)
    out(desk, table(desk, rates(desk).replace(",1.5\n", ",9.5\n")))
    second = ladder.begin(first.recipe, desk.author)
    assert [one.body["layers"][0]["version"] for one in (first, second)] == [1, 2]
    from rafid.commons.products.editions.comparing import differences

    (one,) = differences(first, second)
    assert (one.before, one.now) == ("1.5", "9.5")
    ladder.refresh(first, desk.author)
    assert first.body["layers"][0]["version"] == 1, "what was begun keeps its version"
    ladder.refresh(first, desk.author, anew=True)
    assert first.body["layers"][0]["version"] == 2


def test_formulas_are_disarmed_in_the_data_file(desk):
    from rafid.commons.products.maps.files import data_file

    found = {
        "layers": [{"title": {"en": "=cmd()"}, "unit": {}, "period": "", "values": [["a", "a", 1, ""]]}],
        "places": {},
    }
    assert "'=cmd()" in data_file(found).decode() or "\"'=cmd()" in data_file(found).decode()


def test_a_level_without_borders_and_an_area_without_them(desk):
    from rafid.commons.places.models import Level, Place
    from rafid.commons.places.models import PlaceVersion as Version
    from rafid.commons.products.maps.plate import make_plate

    districts = list(Place.objects.filter(level=Level.DISTRICT, division="ocha2019").order_by("ref")[:5])
    lines = ["area,period,sex,cases,rate", *(f"{one.ref},202609,,60,2" for one in districts)]
    out(desk, table(desk, "\n".join(lines), code="districts"))
    assert not Version.objects.filter(place__in=districts, geometry__isnull=False).exists()
    with pytest.raises(ValidationError, match="No borders"):
        figures(layers=layer(dataset="districts"))
    halabja = Place.objects.get(ref="IQ-HA")
    lines = [*rates(desk).splitlines(), f"{halabja.ref},202609,,60,2"]
    out(desk, table(desk, "\n".join(lines)))
    found = figures()
    (legend,) = make_plate(read(body()), found, width_mm=100, height_mm=100, inset_mm=30).legends
    assert legend.borderless == 1
    assert sum(one.areas for one in legend.classes) == len(desk.refs)


def test_a_polygon_that_crosses_itself_is_drawn(desk, monkeypatch):
    import shapely

    from rafid.commons.products.maps import plate, shapes

    out(desk, table(desk, rates(desk)))
    bowtie = shapely.Polygon([(44, 33), (45, 34), (45, 33), (44, 34)])
    monkeypatch.setattr(shapes, "_shapes", lambda ids, on, band: [(pk, bowtie) for pk in ids])
    drawn = plate.make_plate(read(body()), figures(), width_mm=100, height_mm=100, inset_mm=30)
    assert all("NaN" not in one for one in drawn.drawings)
    assert len(drawn.legends[0].classes) > 1


def test_circles_over_colours_leave_the_colours(desk):
    from rafid.commons.products.maps.plate import GROUND, make_plate

    out(desk, table(desk, rates(desk, small=desk.refs[:1])))
    two = [*layer(), *layer(field="cases", style={"kind": "symbols"})]
    shown = figures(layers=two)
    found = make_plate(read(body(layers=two)), shown, width_mm=100, height_mm=100, inset_mm=30)
    ground, colours, areas, circles, _lines = found.drawings
    assert GROUND in ground
    assert GROUND not in colours + areas
    assert circles.count("<circle") == len(shown["layers"][1]["values"]), (
        "a ring where the count is withheld or missing"
    )
    assert found.legends[1].withheld == 1
