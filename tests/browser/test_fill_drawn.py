"""Questions that are answered by drawing, and choices on a map; the keyboard answers both."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from rafid.commons import blobs
from rafid.commons.forms.models import Attachment, Form, FormFile, Submission
from rafid.commons.forms.versions import publish_draft, put_draft
from rafid.methods.fieldwork import photo_facts
from rafid.methods.xforms import convert_xlsform
from tests.browser.test_fill import READY, choose, field, finish
from tests.browser.test_fill_offline import KEPT, WORKER, another
from tests.browser.test_fill_photos import taken

FORM = b"""| survey | | | | |
| | type | name | label | appearance |
| | image | sign | Signature | signature |
| | image | sketch | Sketch | draw |
| | image | marked | Marked | annotate |
| | select_one_from_file places.geojson | site | Site | map |
| settings | | | |
| | form_title | form_id | version |
| | Drawn | drawn | 1 |
"""
PLACES = {"Mosul": (43.13, 36.34), "Kirkuk": (44.39, 35.47), "Basra": (47.78, 30.51)}
INK = """(name) => { const paper = document.querySelector(`[data-ref$='/${name}'] canvas`);
  const { data } = paper.getContext("2d").getImageData(0, 0, paper.width, paper.height); let dark = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at] + data[at + 1] + data[at + 2] < 300) dark += 1; return dark; }"""


@pytest.fixture
def drawn(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    form = Form.objects.create(xform_id="drawn", title_en="Drawn", programme="wells", owner=world.authority)
    draft = put_draft(form, convert_xlsform(FORM, name="drawn.md").xform)
    places = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": name.lower(), "properties": {"title": name}, "geometry": {"type": "Point", "coordinates": at}}
            for name, at in PLACES.items()
        ],
    }  # fmt: skip
    blob = blobs.keep(json.dumps(places).encode())
    FormFile.objects.create(version=draft, name="places.geojson", kind="geojson", sha256=blob.sha256)
    publish_draft(form)
    return form


@pytest.fixture
def opened(drawn, visit, collector):
    watched = visit(collector)
    watched.page.set_default_timeout(60_000)
    watched.open(f"/forms/fill/{drawn.pk}/?lang=en").wait_for_selector(READY)
    return watched


def stroke(page, name: str, *, along=((0.2, 0.2), (0.5, 0.8), (0.8, 0.2))) -> None:
    paper = field(page, name).locator("canvas")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    spots = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in along]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=4)
    page.mouse.up()


def open_paper(page, name: str) -> None:
    field(page, name).locator("summary").click()
    field(page, name).locator("canvas").wait_for()


def files_of(form) -> dict[str, bytes]:
    found = Attachment.objects.filter(submission=Submission.objects.get(form=form))
    return {one.name.partition("-")[0]: blobs.read(one.sha256) for one in found}


def test_signed_drawn_and_marked(opened, drawn):
    page = opened.page
    open_paper(page, "sign")
    stroke(page, "sign")
    field(page, "sign").get_by_text("kB").wait_for()
    open_paper(page, "sketch")
    field(page, "sketch").get_by_label("Colour").select_option("red")
    stroke(page, "sketch")
    stroke(page, "sketch", along=((0.1, 0.9), (0.9, 0.9)))
    field(page, "sketch").get_by_role("button", name="Undo the last stroke").click()
    field(page, "marked").locator("summary").click()
    field(page, "marked").get_by_text("Take or choose a picture first.").wait_for()
    original = taken()
    field(page, "marked").locator("input[type=file]").set_input_files(
        [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": original}]
    )
    field(page, "marked").locator("canvas").wait_for()
    stroke(page, "marked")
    page.wait_for_function("() => document.querySelector('[data-ref$=\"/marked\"] canvas').height === 1600")
    finish(page)
    files = files_of(drawn)
    with Image.open(io.BytesIO(files["sign"])) as picture:
        assert picture.format == "PNG"
        assert picture.convert("L").getextrema() == (0, 255), "black on white"
    with Image.open(io.BytesIO(files["sketch"])) as picture:
        assert (212, 0, 0) in {colour for _count, colour in picture.convert("RGB").getcolors(1 << 20)}
        assert picture.convert("RGB").getpixel((500, 675)) == (255, 255, 255), "the second stroke was taken back"
    with Image.open(io.BytesIO(files["marked"])) as picture:
        assert picture.size == (800, 1600)
    assert photo_facts(files["marked"]).latitude == photo_facts(original).latitude
    assert not opened.errors
    assert not opened.elsewhere


def test_a_drawing_goes_on_after_it_was_left(opened, drawn):
    page = opened.page
    open_paper(page, "sketch")
    stroke(page, "sketch")
    before = page.evaluate(INK, "sketch")
    assert before
    page.get_by_role("link", name="Keep and leave").click()
    page.get_by_role("link", name="Continue").click()
    page.wait_for_selector(READY)
    open_paper(page, "sketch")
    page.wait_for_function(f"() => ({INK})('sketch') > 0")
    stroke(page, "sketch", along=((0.1, 0.9), (0.9, 0.9)))
    assert page.evaluate(INK, "sketch") > before
    field(page, "sketch").get_by_role("button", name="Take away").click()
    page.wait_for_function(f"() => ({INK})('sketch') === 0")
    finish(page)
    assert files_of(drawn) == {}


def test_the_keyboard_chooses_a_file_and_a_choice(opened, drawn):
    page = opened.page
    summary = field(page, "sign").locator("summary")
    summary.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "file"
    assert field(page, "sign").locator("input[type=file]").evaluate("(one) => one.labels.length") >= 1
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert field(page, "sign").get_by_role("img", name="Field to sign in").is_visible()
    field(page, "site").locator("summary").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    finish(page)
    values = Submission.objects.get(form=drawn).current.rows.get(table=0).values
    assert "kirkuk" in values


def test_a_touch_on_the_map_chooses_also_without_a_line(opened, drawn, line, site):
    page = opened.page
    page.wait_for_selector(WORKER)
    page.wait_for_function(KEPT, arg=f"/forms/fill/{drawn.pk}/")
    line.cut()
    page.context.set_offline(True)
    page = another(opened_by(page))
    page.goto(f"{site}/forms/fill/{drawn.pk}/")
    page.wait_for_selector(READY)
    where = field(page, "site")
    where.locator("summary").click()
    where.locator("[data-map=ready] canvas").wait_for()
    where.locator("canvas").scroll_into_view_if_needed()
    box = where.locator("canvas").bounding_box()
    # The map shows all choices: Basra is its corner to the south-east.
    east, _south = next(
        (x, y)
        for x, y in [
            (box["x"] + box["width"] - at, box["y"] + box["height"] - 12) for at in range(4, int(box["width"]), 8)
        ]
        if touched(page, where, x, y)
    )
    assert east > box["x"] + box["width"] / 2
    assert where.get_by_label("Basra").is_checked()
    choose(page, "site", "Mosul")
    where.get_by_text("Chosen: Mosul").wait_for()
    assert not opened.elsewhere


def touched(page, where, x: float, y: float) -> bool:
    page.mouse.click(x, y)
    return "Chosen: Basra" in where.inner_text()


def opened_by(page):
    """What ``another`` asks for: whatever has a context."""
    from types import SimpleNamespace

    return SimpleNamespace(context=page.context)
