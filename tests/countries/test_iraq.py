"""The country pack of Iraq agrees with itself: references, names in three scripts, sums, outlines."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter
from datetime import date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from shapely import unary_union
from shapely.geometry import Point, shape

PACK = files("rafid.countries.iraq")
# Sorani writes ی ک ە where Arabic writes ي ك ة, and has no ث ذ ص ض ط ظ ى of its own.
SORANI = re.compile(r"[ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنوۆهەیێ0-9 ()-]+")
ARABIC = re.compile(r"[ء-غف-ي0-9 ()-]+")
ARABIC_ONLY = re.compile(r"[يكةىأإآؤثذصضطظ]")
SORANI_ONLY = re.compile(r"[پچڕژڤکگڵۆەیێ]")
LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ0-9 '‘’\"().\u0300-\u036f-]+")
COUNTS = ("total", "female", "male", "rural", "urban")


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(PACK.joinpath(name).read_text(encoding="utf-8").splitlines()))


def geojson(name: str) -> dict:
    return json.loads(PACK.joinpath(name).read_text(encoding="utf-8"))


def settings() -> dict:
    return tomllib.loads(PACK.joinpath("country.toml").read_text(encoding="utf-8"))


PLACES = {row["ref"]: row for row in table("places.csv")}
CENSUS = {row["ref"]: row for row in table("census_districts.csv")}


def test_counts_and_unique_references():
    assert len(PLACES) == len(table("places.csv"))
    assert len(CENSUS) == len(table("census_districts.csv"))
    assert not PLACES.keys() & CENSUS.keys()
    assert Counter(row["level"] for row in PLACES.values()) == {"0": 1, "1": 19, "2": 101}
    assert len(CENSUS) == 181
    declared = {division["code"]: division["districts"] for division in settings()["divisions"]}
    assert declared == {"ocha2019": 101, "cosit2024": 181}
    for column in ("pcode", "iso_3166_2", "hasc"):
        given = [row[column] for row in PLACES.values() if row[column]]
        assert len(given) == len(set(given)), column
    ids = [row["geonameid"] for row in table("cities.csv")]
    assert len(ids) == len(set(ids)) == 169


def test_parents_exist_one_level_up():
    for ref, row in PLACES.items():
        if row["level"] == "0":
            assert row["parent_ref"] == ""
        else:
            assert int(PLACES[row["parent_ref"]]["level"]) == int(row["level"]) - 1, ref
    for ref, row in CENSUS.items():
        assert PLACES[row["parent_ref"]]["level"] == "1", ref
    for row in table("cities.csv"):
        assert PLACES[row["parent_ref"]]["level"] == "2", row["name_en"]


def test_codes_have_their_form():
    governorate, district = re.compile(r"IQG\d\d"), re.compile(r"IQG\d\dQ\d\d")
    for ref, row in PLACES.items():
        if row["level"] == "2":
            assert district.fullmatch(row["pcode"])
            assert row["pcode"] == ref
            assert ref.startswith(row["parent_ref"]) or ref == "IQG06Q05"
        elif row["level"] == "1" and ref != "IQ-HA":
            assert governorate.fullmatch(row["pcode"])
            assert row["pcode"] == ref
            assert re.fullmatch(r"IQ-[A-Z]{2}", row["iso_3166_2"])
            assert re.fullmatch(r"IQ\.[A-Z]{2}", row["hasc"])
    assert PLACES["IQ-HA"]["pcode"] == "", "a P-code is never invented"
    for ref, row in CENSUS.items():
        assert ref == f"COSIT-{row['cosit_code']}"


def test_parents_of_every_day_follow_one_another():
    changes: dict[str, list[dict[str, str]]] = {}
    for row in table("parents.csv"):
        changes.setdefault(row["ref"], []).append(row)
    assert {"IQG06Q05", "COSIT-1305"} == changes.keys()
    for ref, rows in changes.items():
        assert [row["parent_ref"] for row in rows] == ["IQG06", "IQ-HA"]
        assert rows[0]["valid_from"] == rows[-1]["valid_until"] == ""
        assert rows[0]["valid_until"] == rows[1]["valid_from"] == PLACES["IQ-HA"]["valid_from"]
        date.fromisoformat(rows[1]["valid_from"])
        assert {**PLACES, **CENSUS}[ref]["parent_ref"] == rows[-1]["parent_ref"], "the table gives today's parent"


@pytest.mark.parametrize("name", ["places.csv", "census_districts.csv", "cities.csv", "codelists.csv"])
def test_names_in_three_languages_in_their_own_script(name: str):
    for row in table(name):
        assert LATIN.fullmatch(row["name_en"]), row["name_en"]
        assert ARABIC.fullmatch(row["name_ar"]), row["name_ar"]
        assert SORANI.fullmatch(row["name_ckb"]), row["name_ckb"]
        assert not ARABIC_ONLY.search(row["name_ckb"]), row["name_ckb"]


@pytest.mark.parametrize("name", ["places.csv", "census_districts.csv", "cities.csv"])
def test_other_names_are_whole_and_new(name: str):
    for row in table(name):
        others = row["other_names"].split("|") if row["other_names"] else []
        assert len(others) == len(set(others)), others
        assert not {row["name_en"], row["name_ar"], row["name_ckb"]} & set(others)
        for other in others:
            assert other == other.strip() != ""
            # A spelling half Latin, half Arabic is a machine's slip, not a name that anybody writes.
            assert not (re.search(r"[A-Za-z]", other) and re.search(r"[\u0600-\u06ff]", other)), other


@pytest.mark.parametrize(
    ("ref", "spellings"),
    [
        ("IQG02", {"Basra"}),
        ("IQG11", {"Hawler", "Arbil"}),
        ("IQG13", {"At-Ta'mim", "التأميم"}),
        ("IQG15", {"Nineveh", "Ninawa"}),
        ("IQG17", {"Dhi Qar"}),
        ("IQG05", {"محافظة الديوانية"}),
        ("IQG08Q07", {"Sadr City", "مدينة الصدر"}),
        ("IQG15Q07", {"Shingal", "شەنگال"}),
    ],
)
def test_spellings_that_people_use(ref: str, spellings: set[str]):
    assert spellings <= set(PLACES[ref]["other_names"].split("|"))


def test_names_not_yet_reviewed_say_so():
    for row in PLACES.values():
        assert "wants a speaker's review" in row["name_note"], row["ref"]
    for ref, row in CENSUS.items():
        linked = PLACES.get(row["linked_ref"], {})
        same = (row["name_ar"], row["name_ckb"]) == (linked.get("name_ar"), linked.get("name_ckb"))
        assert same or "want a speaker's review" in row["name_note"], ref


def test_links_between_the_two_divisions():
    for ref, row in CENSUS.items():
        assert (row["link_confidence"] == "X") == (row["linked_ref"] == ""), ref
        assert row["link_confidence"] in "ABCX"
        if row["linked_ref"]:
            assert PLACES[row["linked_ref"]]["level"] == "2"
    same_name = [row["linked_ref"] for row in CENSUS.values() if row["link_confidence"] == "A"]
    assert len(same_name) == len(set(same_name)), "two districts cannot both be the same one"


def test_points_lie_in_the_country_and_areas_add_up():
    west, south, east, north = settings()["map"]["bounds"]
    rows = [*PLACES.values(), *table("cities.csv"), *(row for row in CENSUS.values() if row["lon"])]
    for row in rows:
        assert west < float(row["lon"]) < east, row
        assert south < float(row["lat"]) < north, row
    for row in CENSUS.values():
        assert bool(row["lon"]) == bool(row["lat"]) == bool(row["point_source"])
    area = dict.fromkeys("012", 0.0)
    for row in PLACES.values():
        area[row["level"]] += float(row["area_km2"] or 0)
    assert area["0"] == pytest.approx(area["1"], rel=1e-3)
    assert area["0"] == pytest.approx(area["2"], rel=1e-3)


def test_census_sums():
    governorates = {row["pcode"]: row for row in table("census2024_governorates.csv")}
    districts = table("census2024_districts.csv")
    assert len(governorates) == 18
    assert len(districts) == 181
    assert sum(int(row["total"]) for row in governorates.values()) == 46_118_793
    assert {row["ref"] for row in districts} == CENSUS.keys()
    for row in [*governorates.values(), *districts]:
        assert int(row["female"]) + int(row["male"]) == int(row["total"]) == int(row["rural"]) + int(row["urban"])
        assert row["period"] == "2024"
    for pcode, governorate in governorates.items():
        parts = [row for row in districts if row["governorate_pcode"] == pcode]
        assert {row["governorate"] for row in parts} == {governorate["governorate"]} == {PLACES[pcode]["name_en"]}
        for column in COUNTS:
            assert sum(int(row[column]) for row in parts) == int(governorate[column]), (pcode, column)


def test_census_counts_a_district_where_it_stood_in_2024():
    then = {row["ref"]: row["parent_ref"] for row in table("parents.csv") if row["valid_from"] == ""}
    for row in table("census2024_districts.csv"):
        assert row["governorate_pcode"] == then.get(row["ref"], CENSUS[row["ref"]]["parent_ref"]), row["district"]
        assert row["district"] == CENSUS[row["ref"]]["name_en"]


def test_ages_add_up_but_for_the_two_known_gaps():
    groups = [row["code"] for row in table("codelists.csv") if row["list"] == "age_group"]
    by_governorate: dict[str, list[dict[str, str]]] = {}
    for row in table("census2024_age_sex.csv"):
        assert int(row["female"]) + int(row["male"]) == int(row["total"])
        by_governorate.setdefault(row["pcode"], []).append(row)
    # As published: rounding by the source, kept because values are never changed here.
    missing = {"IQG08": {"female": 2, "male": 2, "total": 4}, "IQG02": {"female": 1, "male": 2, "total": 3}}
    governorates = table("census2024_governorates.csv")
    assert {row["pcode"] for row in governorates} == by_governorate.keys()
    for governorate in governorates:
        rows = by_governorate[governorate["pcode"]]
        assert [row["age_group"] for row in rows] == groups
        for column in ("female", "male", "total"):
            gap = int(governorate[column]) - sum(int(row[column]) for row in rows)
            assert gap == missing.get(governorate["pcode"], {}).get(column, 0), (governorate["governorate"], column)


def test_outlines_are_valid_and_share_their_borders():
    outlines = geojson("outlines.geojson")
    assert outlines["source"]
    assert outlines["licence"]
    assert outlines["as_of"]
    areas = {}
    for feature in outlines["features"]:
        ref, area = feature["properties"]["ref"], shape(feature["geometry"])
        assert area.geom_type == "Polygon", ref
        assert area.is_valid, ref
        assert area.exterior.is_ccw, ref
        assert feature["properties"]["hasc"] == PLACES[ref]["hasc"]
        areas[ref] = area
    assert areas.keys() == {ref for ref, row in PLACES.items() if row["level"] == "1"} - {"IQ-HA"}
    country = unary_union(list(areas.values()))
    assert country.geom_type == "Polygon"
    assert not country.interiors, "a gap between neighbours"
    assert country.area == pytest.approx(sum(area.area for area in areas.values()), rel=1e-9), "an overlap"
    for ref, area in areas.items():
        if ref != "IQG08":  # drawn as the city alone
            centre = Point(float(PLACES[ref]["lon"]), float(PLACES[ref]["lat"]))
            assert area.distance(centre) == 0, ref
    for lon, lat in (xy for area in areas.values() for xy in area.exterior.coords):
        assert round(lon, 4) == lon
        assert round(lat, 4) == lat


def test_base_map_is_small_and_its_rivers_meet():
    assert len(PACK.joinpath("basemap.geojson").read_bytes()) < 30_000
    base_map = geojson("basemap.geojson")
    assert base_map["source"]
    assert base_map["licence"]
    rivers = {feature["properties"]["ref"]: feature for feature in base_map["features"]}
    lines = {ref: shape(feature["geometry"]) for ref, feature in rivers.items()}
    for ref, line in lines.items():
        assert 10 <= len(line.coords) <= 45, ref
        assert line.is_simple, ref
        names = rivers[ref]["properties"]
        assert ARABIC.fullmatch(names["name_ar"])
        assert SORANI.fullmatch(names["name_ckb"])
        assert names["name_en"]
    head = lines["shatt-al-arab"].coords[0]
    assert lines["tigris"].coords[-1] == lines["euphrates"].coords[-1] == head
    towns = {row["geonameid"]: Point(float(row["lon"]), float(row["lat"])) for row in table("cities.csv")}
    baghdad, nasiriyah, basra = towns["98182"], towns["98854"], towns["99532"]
    assert lines["tigris"].distance(baghdad) < 0.15
    assert lines["tigris"].distance(nasiriyah) > 0.5
    assert lines["euphrates"].distance(nasiriyah) < 0.15
    assert lines["euphrates"].distance(baghdad) > 0.3
    assert lines["shatt-al-arab"].distance(basra) < 0.15


def test_country_settings():
    country = settings()
    assert country["code"] == "IQ"
    assert country["weekend"] == ["friday", "saturday"]
    for month in (1, 7):  # no summer time
        noon = datetime(2026, month, 1, 12, tzinfo=ZoneInfo(country["time_zone"]))
        assert noon.utcoffset() == timedelta(hours=3)
    assert set(country["languages"]) == {"ar", "ckb", "en"}
    texts = [country["disclaimer"], *country["bars"], *country["notes"], *country["divisions"]]
    for text in texts:
        assert text["en"]
        assert re.search(r"[ء-ي]", text["ar"]), text
        assert not SORANI_ONLY.search(text["ar"]), text
        assert SORANI_ONLY.search(text["ckb"]), text
        assert not ARABIC_ONLY.search(text["ckb"]), text
    assert [(bar["ref"], bar["what"]) for bar in country["bars"]] == [("IQG14Q03", "rates")]
    known = {*PLACES, *(row["ref"] for row in table("census_districts.csv"))}
    known |= {f"GN-{row['geonameid']}" for row in table("cities.csv")}
    for entry in [*country["bars"], *country["notes"]]:
        assert entry["ref"] in known
        assert entry["source"]


def test_code_lists():
    lists: dict[str, list[dict[str, str]]] = {}
    for row in table("codelists.csv"):
        assert re.fullmatch(r"\+[a-z][a-z0-9_]*", row["hxl"]), row
        lists.setdefault(row["list"], []).append(row)
    assert {row["code"]: row["hxl"] for row in lists["sex"]} == {"female": "+f", "male": "+m"}
    assert {row["code"] for row in lists["residence"]} == {"urban", "rural"}
    assert len(lists["age_group"]) == 18
    assert lists["age_group"][-1]["code"] == "85+"
    for rows in lists.values():
        assert [int(row["order"]) for row in rows] == list(range(1, len(rows) + 1))
        assert len({row["hxl"] for row in rows}) == len(rows)


def test_every_file_names_its_source():
    sources = {row["file"]: row for row in table("sources.csv")}
    data = {entry.name for entry in PACK.iterdir() if entry.name.endswith((".csv", ".geojson", ".toml"))}
    data |= {f"{room}/{entry.name}" for room in ("mineaction", "rivers") for entry in PACK.joinpath(room).iterdir()}
    assert data - {"sources.csv"} <= sources.keys()
    assert all(name in data for name in sources)
    for name, row in sources.items():
        assert all(row[column] for column in ("publisher", "licence", "attribution", "url_or_citation")), name
        assert row["title_en"], name
        assert re.search(r"[ء-ي]", row["title_ar"]), name
        assert not SORANI_ONLY.search(row["title_ar"]), name
        assert SORANI_ONLY.search(row["title_ckb"]), name
        assert not ARABIC_ONLY.search(row["title_ckb"]), name
    for name in ("places.csv", "census_districts.csv", "cities.csv", "parents.csv"):
        assert all(row["source"] for row in table(name)), name
