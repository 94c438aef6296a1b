"""What the demonstration draws: distinct titles, nothing missing, and a gallery that says how far it is."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from rafid.commons.products.charts.maker import ChartMaker
from rafid.commons.products.demo_products import TASK
from rafid.commons.products.demo_recipes import charts, maps
from rafid.commons.products.gallery.thumbnails import _framed
from rafid.commons.products.maps.files import FRAME
from rafid.commons.products.maps.kind import MapMaker
from rafid.commons.products.models import Dataset
from rafid.commons.programme import LANGUAGES, installed
from rafid.commons.records.models import Task, TaskState
from rafid.commons.themes import THEMES

pytestmark = pytest.mark.django_db


def test_each_recipe_can_be_drawn_in_three_languages():
    names = {one.name for one in installed()}
    for maker, recipes in ((MapMaker(), list(maps())), (ChartMaker(), list(charts()))):
        for code, programme, theme, titles, body in recipes:
            assert maker.problems(body) == [], code
            assert maker.missing(body, LANGUAGES) == [], code
            assert programme in names
            assert theme in THEMES
            assert set(titles) == set(LANGUAGES)


def test_titles_differ():
    for language in LANGUAGES:
        said = [titles[language] for _code, _programme, _theme, titles, _body in [*maps(), *charts()]]
        assert len(said) == len(set(said)) == 21


def test_the_gallery_says_how_many_are_drawn(client):
    assert "still being drawn" not in client.get("/gallery/?lang=en").content.decode()
    task = Task.objects.create(name=TASK, state=TaskState.RUNNING, done=12, of=30, beat_at=timezone.now())
    assert "12 of 30 are there" in client.get("/gallery/?lang=en").content.decode()
    Task.objects.filter(pk=task.pk).update(state=TaskState.DONE)
    assert "still being drawn" not in client.get("/gallery/?lang=en").content.decode()


def test_of_a_page_with_a_map_the_map_is_shown_small():
    page, notes, out = Image.new("RGB", (200, 100), "white"), PngInfo(), io.BytesIO()
    notes.add_text(FRAME, "0.1000 0.2000 0.6000 0.8000")
    page.save(out, "PNG", pnginfo=notes)
    opened = Image.open(io.BytesIO(out.getvalue()))
    assert _framed(opened, opened.info[FRAME]).size == (100, 60)
    for said in (None, "", "1 2", "0 0 0 0", "a b c d", "0.5 0.5 0.4 0.4"):
        assert _framed(page, said).size == (200, 100)


def test_the_catalogue_says_which_declared_datasets_rest_on_made_up_records():
    rows = Dataset.objects.filter(origin="declared").values_list("programme", "demonstration").distinct()
    assert {programme for programme, made_up in rows if made_up} == {"mineaction", "monitoring", "rivers"}
    assert ("statistics", False) in rows
