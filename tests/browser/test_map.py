"""The live map: it paints where the drawing was, tells what lies under the pointer, and asks nobody else for anything."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point

POPULATION = "/statistics/population/?period=2024"
LIVE = ".map.is-live"
RECORD_MAP = "addEventListener('rafid:map', (event) => { globalThis.liveMap = event.detail.map; });"
WHERE = "([lon, lat]) => { const at = liveMap.project([lon, lat]), box = liveMap.getCanvas().getBoundingClientRect(); return [box.x + at.x, box.y + at.y]; }"
IDLE = (
    "() => new Promise((done) => liveMap.areTilesLoaded() && !liveMap.isMoving() ? done() : liveMap.once('idle', done))"
)

BAGHDAD = [44.4, 33.3]
DHI_QAR = [46.2, 31.1]


@pytest.fixture
def live(visit):
    """Opens an address and waits until its map has painted."""

    def opened(address: str, account=None, **options):
        watched = visit(account, **options)
        watched.page.add_init_script(RECORD_MAP)
        page = watched.open(address)
        page.locator("[data-map]").first.scroll_into_view_if_needed()
        page.locator(LIVE).first.wait_for(timeout=60_000)
        return watched

    return opened


def point_at(page, where) -> None:
    x, y = page.evaluate(WHERE, where)
    page.mouse.move(x, y)
    page.mouse.move(x + 1, y)


@pytest.mark.parametrize(("language", "name"), [("ar", "ذي قار"), ("ckb", "زیقار"), ("en", "Thi Qar")])
def test_the_map_paints_and_tells_the_name_under_the_pointer(live, language, name):
    watched = live(f"{POPULATION}&lang={language}")
    page = watched.page
    row = page.locator('#figures-table tr[data-place="IQG17"]')
    assert row.locator("th").inner_text() == name
    point_at(page, DHI_QAR)
    tip = page.locator(".map-tip")
    tip.wait_for()
    assert name in tip.inner_text()
    assert row.locator("[data-figure]").inner_text() in tip.inner_text()
    assert not watched.errors
    assert not watched.elsewhere
    controls = page.locator(".maplibregl-ctrl-zoom-in").bounding_box()
    box = page.locator(".map-live").bounding_box()
    on_the_left = controls["x"] - box["x"] < box["width"] / 2
    assert on_the_left == (language != "en"), "controls stand where the line of reading ends"


def test_it_takes_exactly_the_place_of_the_drawing(live, visit):
    without = visit(java_script_enabled=False).open(f"{POPULATION}&lang=en")
    drawn = without.locator(".map > svg").bounding_box()
    page = live(f"{POPULATION}&lang=en").page
    page.evaluate("scrollTo(0, 0)")
    canvas = page.locator(".map-live canvas").bounding_box()
    assert {side: round(drawn[side]) for side in drawn} == {side: round(canvas[side]) for side in canvas}
    assert not page.locator(".map > svg").is_visible()


def test_it_has_the_colours_of_the_legend(live):
    page = live(f"{POPULATION}&lang=en").page
    painted = page.evaluate(
        """() => Object.fromEntries(liveMap.queryRenderedFeatures({ layers: ["governorates"] })
            .map((one) => [one.properties.ref, one.state.fill]))"""
    )
    wanted = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".map svg a[data-ref]")].map((one) => {
            const step = /ramp-\\d/.exec(one.querySelector("path").getAttribute("class"))[0];
            return [one.dataset.ref, getComputedStyle(document.documentElement).getPropertyValue(`--${step}`).trim()]; }))"""
    )
    assert len(wanted) == 18
    assert painted == wanted


def test_a_click_leads_to_the_place(live):
    page = live(f"{POPULATION}&lang=en").page
    x, y = page.evaluate(WHERE, DHI_QAR)
    page.mouse.click(x, y)
    page.wait_for_url("**place=IQG17**")


def test_it_can_be_read_from_the_keyboard(live):
    page = live(f"{POPULATION}&lang=en").page
    page.evaluate("(at) => liveMap.jumpTo({ center: at })", DHI_QAR)
    page.locator(".map-live canvas").focus()
    page.keyboard.press("Equal")
    tip = page.locator(".map-tip")
    tip.wait_for()
    assert "Thi Qar" in tip.inner_text()
    assert tip.get_attribute("role") == "status"
    page.keyboard.press("Enter")
    page.wait_for_url("**place=IQG17**")


def test_a_row_of_the_table_lights_its_area(live):
    page = live(f"{POPULATION}&lang=en").page
    page.locator('#figures-table tr[data-place="IQG17"] a').focus()
    state = "liveMap.getFeatureState({ source: 'governorates', sourceLayer: 'governorates', id: 'IQG17' }).on"
    assert page.evaluate(state) is True
    page.locator('#figures-table tr[data-place="IQG08"] a').focus()
    assert page.evaluate(state) is False


def test_counts_are_circles_in_the_size_of_their_figure(live):
    watched = live(f"{POPULATION}&lang=ckb&measure=total")
    page = watched.page
    page.wait_for_selector(LIVE)
    radius = page.evaluate(
        """async () => { while (!liveMap.getLayer("symbols")) await new Promise((done) => liveMap.once("sourcedata", done));
            return Object.fromEntries((await liveMap.getSource("symbols").getData()).features
                .map((one) => [one.properties.ref, one.properties.radius])); }"""
    )
    people = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("#figures-table tr[data-place]")]
            .map((row) => [row.dataset.place, Number(row.dataset.value)]))"""
    )
    ratio = (radius["IQG08"] / radius["IQG17"]) ** 2
    assert ratio == pytest.approx(people["IQG08"] / people["IQG17"], rel=1e-6)
    assert not watched.errors


def test_a_touch_tells_and_its_link_leads_on(live):
    page = live(f"{POPULATION}&lang=ar", has_touch=True, viewport={"width": 360, "height": 740}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".map-live canvas").scroll_into_view_if_needed()
    x, y = page.evaluate(WHERE, DHI_QAR)
    page.touchscreen.tap(x, y)
    link = page.locator(".map-tip a")
    link.wait_for()
    link.click()
    page.wait_for_url("**place=IQG17**")


def test_without_scripts_the_drawing_and_the_table_are_there(visit):
    page = visit(java_script_enabled=False).open(f"{POPULATION}&lang=en")
    assert page.locator(".map svg a[data-ref]").count() == 18
    assert page.locator(".map svg").is_visible()
    assert page.locator("#figures-table tbody tr").count() == 18
    assert page.locator(".map-live").count() == 0


def test_where_tiles_fail_the_drawing_stays(visit):
    watched = visit()
    page = watched.page
    failed = []
    page.route("**/tiles/**", lambda route: (failed.append(route.request.url), route.fulfill(status=500))[-1])
    watched.open(f"{POPULATION}&lang=en")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.locator(".map-live").wait_for(state="attached", timeout=60_000)
    page.locator(".map-live").wait_for(state="detached", timeout=60_000)
    assert failed
    assert page.locator(".map svg").is_visible()
    assert page.locator(LIVE).count() == 0


def test_where_there_is_no_webgl_nothing_is_fetched(visit):
    watched = visit()
    page = watched.page
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    watched.open(f"{POPULATION}&lang=en")
    page.wait_for_load_state("networkidle")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert page.locator(".map svg").is_visible()
    assert not [url for url in asked if "maplibre" in url or "/tiles/" in url]
    assert not watched.errors


def test_the_rows_of_a_register_on_a_map_are_those_of_its_list(world, live):
    mine = world.well(number="Mine", name_en="Mine", point=Point(*BAGHDAD, srid=4326))
    world.well(
        number="Zqx",
        name_en="Zqx",
        owner=world.other,
        place=world.north,
        sensitivity=2,
        point=Point(*DHI_QAR, srid=4326),
    )
    watched = live("/records/wells/well/?lang=en", world.keeper)
    page = watched.page
    page.evaluate(IDLE)
    point_at(page, BAGHDAD)
    page.locator(".map-tip").wait_for()
    page.mouse.click(*page.evaluate(WHERE, BAGHDAD))
    page.wait_for_url(f"**{mine.get_absolute_url()}")
    assert not watched.errors
    assert not watched.elsewhere
