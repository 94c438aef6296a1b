"""The whole chain in each language: a file of figures, an indicator, a dataset through the desk with a small cell, a dashboard, a
map as PDF, a bulletin in the gallery. The same number is read at every door, and what was withheld at none of them.
"""

from __future__ import annotations

import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from procrastinate.contrib.django.models import ProcrastinateJob

from rafid.commons.places.country import country
from rafid.commons.places.models import Place, PlaceVersion
from rafid.commons.products import tiles
from rafid.commons.records.models import Task
from rafid.commons.records.tasks import run as run_task

from . import chain_doors as doors
from . import chain_steps as steps

CODE = "measles-chain"
EDGES = (44.0, 33.0, 44.8, 33.8)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    tiles.forget_tiles()


@pytest.fixture
def figures(world):
    """Of a governorate whose districts have borders: strips from west to east."""
    governorate = Place.objects.get(ref="IQG08")
    districts = list(Place.objects.filter(parent=governorate, division=country().division).order_by("ref"))
    west, south, east, north = EDGES
    strips = np.linspace(west, east, len(districts) + 1)
    for place, left, right in zip(districts, strips, strips[1:], strict=False):
        shape = shapely.multipolygons([shapely.segmentize(shapely.box(left, south, right, north), 0.02)])
        PlaceVersion.objects.filter(place=place).update(geometry=GEOSGeometry(shape.wkt, 4326))
    return steps.Figures(CODE, governorate.ref, [one.ref for one in districts])


@pytest.fixture
def staff(world, visit):
    """Three people, each in a window of his own: ``staff(language)``."""

    def windows(language):
        roles = {
            "officer": [("statistics.officer", world.authority, None), ("platform.author", None, None)],
            "steward": [("platform.steward", None, None)],
            "approver": [("platform.approver", None, None)],
        }
        found = {}
        for name, grants in roles.items():
            person = world.person(name, *grants)
            person.language, person.organisation = language, world.authority
            person.save()
            found[name] = visit(person)
            found[name].page.set_default_timeout(20_000)
        return SimpleNamespace(**found)

    return windows


def work(page) -> None:
    """Has the tasks done that wait. Worker and server would share this test's connection: meanwhile the page asks nothing."""
    page.locator(".htmx-request").wait_for(state="detached")
    address = page.url
    page.goto("about:blank")
    while waiting := {str(pk) for pk in Task.objects.filter(state="waiting").values_list("pk", flat=True)}:
        for job in ProcrastinateJob.objects.filter(status="todo", task_name="rafid.run"):
            if job.args["task"] in waiting:
                run_task.func(None, **job.args)
    page.goto(address)


def tiles_of(z: int):
    """The tiles of a zoom that hold the districts."""
    west, south, east, north = EDGES
    side = 2**z

    def row(lat):
        return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side)

    columns = range(int((west + 180) / 360 * side), int((east - 0.001 + 180) / 360 * side) + 1)
    return [(z, x, y) for x in columns for y in range(row(north - 0.001), row(south + 0.001) + 1)]


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_from_a_file_to_the_gallery(figures, staff, visit, site, language, tmp_path):
    people = staff(language)
    officer, steward, approver = people.officer.page, people.steward.page, people.approver.page
    title = figures.names[language]

    # An indicator that only partners see; its figures come as a file, and its page shows them.
    people.officer.open("/indicators/")
    steps.define(officer, figures)
    people.approver.open("/indicators/")
    steps.adopt(approver, figures)
    people.officer.open("/indicators/")
    steps.press(officer, f"main a[href$='/indicators/{CODE}/']")
    steps.import_figures(officer, figures, language, tmp_path, work)
    done = officer.url
    steps.press(officer, "section[aria-labelledby=next] a:first-child")
    assert f"{figures.total:,}" in officer.locator("main").inner_text()
    assert visit().page.request.get(f"{site}/indicators/{CODE}/").status == 404, "its figures leave by the desk alone"

    # The dataset: composed by one, seen through by another, published by a third.
    officer.goto(done)
    steps.make_dataset(officer, work)
    assert officer.locator("button[value=approve]").count() == 0
    people.steward.open("/desk/")
    steps.open_waiting(steward, title)
    small, beside = steps.withheld(steward)
    assert len(small) == 1
    assert len(beside) >= 3
    assert steward.locator("section[aria-labelledby=rows] tbody tr:has-text('*')").count() == len(small) + len(beside)
    steps.decide(steward, "approve")
    people.approver.open("/desk/")
    steps.open_waiting(approver, title)
    steps.decide(approver, "publish")
    work(approver)
    officer.reload()
    steps.press(officer, "section[aria-labelledby=next] a.button.primary")
    catalogue = officer.url
    assert catalogue == f"{site}/catalog/{CODE}/"

    # What is made of it: each begun on its page, and let out by the approver.
    steps.begin_with(officer, "dashboards")
    steps.compose_dashboard(officer)
    officer.goto(catalogue)
    steps.begin_with(officer, "maps")
    steps.compose_map(officer, work)
    officer.goto(catalogue)
    steps.begin_with(officer, "bulletins")
    steps.compose_bulletin(officer, CODE)
    people.approver.open("/compose/")
    steps.let_out_dashboard(approver)
    for kind in ("map", "bulletin"):
        people.approver.open("/compose/")
        steps.publish_edition(approver, title, kind, work)

    # A visitor without an account finds it.
    visitor = visit()
    visitor.page.set_default_timeout(20_000)
    page = visitor.open(f"/?lang={language}")
    found = steps.find_in_gallery(page, title)
    assert set(found) == {"map", "bulletin", "dashboard"}
    seen = {CODE: catalogue, **found}
    for address in seen.values():
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language

    # Each door tells the same, and none the withheld cells.
    public = doors.Public(page.request, site, tmp_path)
    told = doors.told(figures, public.csv(f"/data/{CODE}.csv"))
    hidden = {cell for cell, value in told.items() if value is None}
    assert (figures.districts[0], "female") in hidden
    assert len(hidden) == len(small) + len(beside)
    assert {cell: value for cell, value in told.items() if value is not None} == {
        cell: value for cell, value in figures.cells.items() if cell not in hidden
    }
    for name, rows in public.tables(CODE).items():
        assert doors.told(figures, rows) == told, name
    secret = doors.secret_words([figures.cells[cell] for cell in hidden])
    for address in (*public.linked(page, seen.values()), *public.feeds(CODE)):
        assert not secret.search(public.text(address)), address
    drawn = 0
    for z in range(4, 12):
        for at in tiles_of(z):
            for row in public.tile(CODE, at):
                drawn += 1
                assert row.get(CODE.replace("-", "_")) not in {figures.cells[cell] for cell in hidden}, (at, row)
    assert drawn, "there are tiles"

    # The number of the country's bulletin, in its page, its document and its data.
    files = public.files_of(page, found["bulletin"])
    data = next(one for one in files if one.endswith(f"-{language}.csv"))
    assert str(figures.total) in public.text(data)
    document = next(one for one in files if one.endswith(f"-{language}.pdf"))
    assert re.sub(r"\D", "", f"{figures.total}") in re.sub(r"[,٬\s]", "", public.text(document))
    assert any(one.endswith(f"{language}.pdf") for one in public.files_of(page, found["map"]))
    for watched in (people.officer, people.steward, people.approver, visitor):
        # Pictures of the demonstration's products lie in another store; those of this chain were asked for one by one.
        assert [one for one in watched.errors if "404" not in one] == []
        assert watched.elsewhere == []
