"""Settlements imported from tables and points: what is recognised, where a row lies, what is refused, what a second run does."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import date

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.management import CommandError, call_command
from django.utils.translation import override

from rafid.commons.places.boundary_file import Unreadable
from rafid.commons.places.matching import PlaceMatcher
from rafid.commons.places.models import Place, PlaceVersion
from rafid.commons.places.queries import found_by_text
from rafid.commons.places.settlement_columns import Settings
from rafid.commons.places.settlement_file import read_settlements
from rafid.commons.places.settlement_plan import examine_settlements
from rafid.commons.places.settlement_words import TITLES, as_json, in_words
from rafid.commons.places.settlements import load_settlements

pytestmark = pytest.mark.django_db

HEAD = ["gn_id", "name", "name_ar", "name_ku", "lat", "lon", "adm2_pcode"]
ROWS = [
    ["9000001", "Qaryat Zarqun", "قرية زرقون", "", "31.05", "46.25", "IQG17Q04"],
    ["9000002", "Gundi Tafan", "", "گوندی تافان", "35.56", "45.43", "IQG06Q09"],
    ["", "Umm Nijm", "أم نجم", "", "31.10", "46.20", "IQG17Q04"],
]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def table(tmp_path, rows, head=HEAD, *, name="towns.csv", delimiter=",", encoding="utf-8"):
    path = tmp_path / name
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows([head, *rows])
    return path


def plan_of(path, **settings):
    return examine_settlements(read_settlements(path), Settings(**settings))


def problems(plan):
    return {(one.kind, one.row, one.column) for one in plan.problems}


def settlement(**fields):
    parent = Place.objects.get(ref=fields.pop("parent", "IQG17Q04"))
    place = Place(level=4, division="settlement", parent=parent, source="test", **fields)
    place.save()
    PlaceVersion.objects.create(place=place, parent=parent, name_en=place.name_en, valid=(None, None))
    return place


def borders(ref, west, south, east, north):
    """Real borders for a district, as if they had been imported."""
    version = PlaceVersion.objects.get(place__ref=ref, valid__contains=date(2026, 1, 1))
    version.geometry, version.generalised = (
        MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326),
        False,
    )
    version.save()


def test_a_table_becomes_settlements(tmp_path):
    plan = plan_of(table(tmp_path, ROWS), source="Trial (CC0)", as_of="2024-03")
    assert plan.columns.codes == {"gn_id": "GN-"}
    assert plan.columns.names == {"name_ar": "ar", "name_ku": "ckb", "name": ""}
    assert (plan.columns.parents, plan.columns.lat, plan.columns.lon) == (("adm2_pcode",), "lat", "lon")
    assert (len(plan.new), plan.refused, plan.problems) == (3, 0, [])
    done = load_settlements(plan)
    assert (done.made, done.changed, done.same) == (3, 0, 0)
    place = Place.objects.get(ref="GN-9000001")
    assert place.names == {"ar": "قرية زرقون", "ckb": "", "en": "Qaryat Zarqun"}
    assert (place.level, place.division, place.parent.ref) == (4, "settlement", "IQG17Q04")
    assert place.point.coords == (46.25, 31.05)
    assert (place.source, place.as_of) == ("Trial (CC0)", "2024-03")
    assert [Place.objects.get(pk=pk).ref for pk in place.lineage] == ["IQ", "IQG17", "IQG17Q04", "GN-9000001"]
    assert Place.objects.get(ref="GN-9000002").name_ckb == "گوندی تافان"
    assert Place.objects.get(ref="IQG17Q04.S001").name_en == "Umm Nijm"
    version = PlaceVersion.objects.get(place=place)
    assert (version.valid.lower, version.valid.upper, version.name_ar) == (None, None, "قرية زرقون")
    event = place.events.get()
    assert event.pgh_context.metadata["reason"] == "Settlements: Trial (CC0)"


def test_they_are_found_and_matched(tmp_path):
    load_settlements(plan_of(table(tmp_path, ROWS)))
    assert [place.ref for place in found_by_text(Place.objects.all(), "زرقون")] == ["GN-9000001"]
    district = Place.objects.get(ref="IQG17Q04")
    (decision,) = PlaceMatcher((4,)).match_many(["Qaryat Zarqoon"], [district])
    assert decision.certain
    assert decision.candidates[0].ref == "GN-9000001"


def test_a_second_run_does_nothing(tmp_path):
    path = table(tmp_path, ROWS)
    load_settlements(plan_of(path))
    events = Place.events.field.model.objects.count()
    plan = plan_of(path)
    assert (len(plan.new), len(plan.changed), plan.same) == (0, 0, 3)
    load_settlements(plan)
    assert Place.events.field.model.objects.count() == events


def test_a_later_file_changes_what_it_says_and_takes_nothing_away(tmp_path):
    load_settlements(plan_of(table(tmp_path, ROWS)))
    later = [["9000001", "Zarqoun", "", "", "", "", "IQG17Q03"]]
    plan = plan_of(table(tmp_path, later, name="later.csv"), source="Later")
    (town,) = plan.changed
    assert set(town.changes) == {"name_en", "other_names", "parent_id"}
    load_settlements(plan)
    place = Place.objects.get(ref="GN-9000001")
    assert (place.name_en, place.name_ar, place.other_names) == ("Zarqoun", "قرية زرقون", ["Qaryat Zarqun"])
    assert (place.parent.ref, place.point.coords, place.source) == ("IQG17Q03", (46.25, 31.05), "Later")
    assert "zarqoun" in place.search
    version = PlaceVersion.objects.get(place=place)
    assert (version.name_en, version.parent.ref) == ("Zarqoun", "IQG17Q03")
    assert place.events.count() == 2
    assert (len(plan_of(table(tmp_path, later), source="Later").changed)) == 0


def test_towns_of_the_country_pack_stay(tmp_path):
    before = Place.objects.get(ref="GN-98854")
    plan = plan_of(table(tmp_path, [["98854", "Another name", "", "", "31.05", "46.25", "IQG17Q04"]]))
    assert (plan.kept, plan.towns) == (1, [])
    assert Place.objects.get(ref="GN-98854").name_en == before.name_en


REFUSED = [
    ("nameless", ["9000003", "", "", "", "31.05", "46.25", "IQG17Q04"], "name_ar"),
    ("nameless", ["9000003", "؟ ...", "", "", "31.05", "46.25", "IQG17Q04"], "name_ar"),
    ("long_name", ["9000003", "a" * 301, "", "", "31.05", "46.25", "IQG17Q04"], "name_ar"),
    ("bad_code", ["9000 003", "Tell", "", "", "31.05", "46.25", "IQG17Q04"], "gn_id"),
    ("bad_point", ["9000003", "Tell", "", "", "N31", "46.25", "IQG17Q04"], "lat"),
    ("bad_point", ["9000003", "Tell", "", "", "nan", "46.25", "IQG17Q04"], "lat"),
    ("bad_point", ["9000003", "Tell", "", "", "31.05", "", "IQG17Q04"], "lat"),
    ("exchanged", ["9000003", "Tell", "", "", "46.25", "31.05", "IQG17Q04"], "lat"),
    ("elsewhere", ["9000003", "Tell", "", "", "0", "0", "IQG17Q04"], "lat"),
    ("foreign_parent", ["9000003", "Tell", "", "", "31.05", "46.25", "SY0702"], "adm2_pcode"),
    ("unknown_code", ["9000003", "Tell", "", "", "31.05", "46.25", "IQG17Q99"], "adm2_pcode"),
    ("no_borders", ["9000003", "Tell", "", "", "31.05", "46.25", ""], "lat"),
    ("no_parent", ["9000003", "Tell", "", "", "", "", ""], "adm2_pcode"),
    ("repeated_code", ["9000001", "Tell", "", "", "31.05", "46.25", "IQG17Q04"], "gn_id"),
    ("double", ["", "umm nijm", "", "", "31.1004", "46.2004", "IQG17Q04"], "name_ar"),
]


@pytest.mark.parametrize(("kind", "row", "column"), REFUSED)
def test_what_is_wrong_is_told_by_row_field_and_remedy(tmp_path, kind, row, column):
    plan = plan_of(table(tmp_path, [*ROWS, row]))
    assert problems(plan) == {(kind, 5, column)}
    assert (len(plan.new), plan.refused) == (3, 1)
    said = "\n".join(in_words(plan))
    assert f"{TITLES[kind]}: 1" in said
    assert f"row 5, {column} “" in said
    (told,) = as_json(plan)["problems"]
    assert (told["row"], told["field"], told["refused"]) == (5, column, True)
    load_settlements(plan)
    assert Place.objects.filter(source="towns.csv").count() == 3


def test_a_pcode_is_the_reference_and_that_of_another_country_is_refused(tmp_path):
    head = ["settlement_code", "village", "district"]
    rows = [["IQG17Q04123", "Zarqun", "Nasiriya"], ["SY070299", "Tafan", "Nasiriya"], ["88", "Nijm", "Nasiriya"]]
    plan = plan_of(table(tmp_path, rows, head))
    assert problems(plan) == {("foreign_code", 3, "settlement_code")}
    load_settlements(plan)
    assert Place.objects.get(ref="IQG17Q04123").pcode == "IQG17Q04123"
    own = Place.objects.get(ref="S-88")
    assert (own.pcode, own.code) == (None, "88")
    assert plan_of(table(tmp_path, rows, head)).same == 2


def test_the_smallest_area_that_holds_the_point_is_its_parent(tmp_path):
    borders("IQG17Q04", 46.0, 30.9, 46.5, 31.2)
    rows = [
        ["9000011", "Zarqun", "", "", "31.05", "46.25", ""],
        ["9000012", "Tafan", "", "", "31.05", "46.25", "IQG17Q98"],
        ["9000013", "Bistan", "", "", "33.00", "44.00", ""],
        ["9000014", "Shirwan", "", "", "31.50", "46.25", "IQG17Q04"],
    ]
    plan = plan_of(table(tmp_path, rows))
    assert {(town.ref, town.parent.ref, town.how) for town in plan.towns} == {
        ("GN-9000011", "IQG17Q04", "polygon"),
        ("GN-9000012", "IQG17Q04", "polygon"),
        ("GN-9000014", "IQG17Q04", "code"),
    }
    assert problems(plan) == {("unknown_parent", 3, "adm2_pcode"), ("nowhere", 4, "lat"), ("far", 5, "adm2_pcode")}
    assert "33 km away" in "\n".join(in_words(plan))


def test_a_sub_district_inside_the_district_that_is_said_is_taken(tmp_path):
    borders("IQG17Q04", 46.0, 30.9, 46.5, 31.2)
    district = Place.objects.get(ref="IQG17Q04")
    sub = Place.objects.create(ref="IQG17Q04.01", level=3, parent=district, name_en="Centre", source="test")
    shape = MultiPolygon(Polygon.from_bbox((46.2, 31.0, 46.3, 31.1)), srid=4326)
    PlaceVersion.objects.create(place=sub, parent=district, name_en="Centre", valid=(None, None), geometry=shape)
    plan = plan_of(table(tmp_path, ROWS))
    assert next((town.parent.ref, town.how) for town in plan.towns) == ("IQG17Q04.01", "code")


def test_by_names_of_areas_in_arabic_and_windows_1256(tmp_path):
    head = ["المحافظة", "القضاء", "اسم القرية", "خط العرض", "خط الطول"]
    rows = [
        ["ذي قار", "الناصرية", "زرقون", "٣١٫٠٥", "٤٦٫٢٥"],
        ["ذي قار", "الناصريت الكبرى", "تافان", "31,05", "46,25"],
    ]
    path = tmp_path / "old.csv"
    # Eastern digits are not in Windows-1256: the second row's are written as the sheet has them.
    text = "\r\n".join(";".join(row) for row in [head, [*rows[0][:3], "31,05", "46,25"], rows[1]])
    path.write_bytes(text.encode("cp1256"))
    plan = plan_of(path)
    assert plan.columns.parent_names == {1: ("المحافظة",), 2: ("القضاء",)}
    assert (plan.columns.lat, plan.columns.lon) == ("خط العرض", "خط الطول")
    town = plan.towns[0]
    assert (town.names["ar"], town.parent.ref, town.how, town.point) == ("زرقون", "IQG17Q04", "name", (46.25, 31.05))
    assert "Windows-1256" in "\n".join(in_words(plan))
    assert {(one.kind, one.row) for one in plan.problems} <= {("doubtful_parent", 3)}
    utf8 = plan_of(table(tmp_path, rows[:1], head, delimiter="\t"))
    assert utf8.towns[0].point == (46.25, 31.05)


def test_one_that_is_there_under_another_code_is_not_made_twice(tmp_path):
    held = settlement(ref="WOF-77", name_en="Zarqun", point=Point(46.2501, 31.0501, srid=4326))
    plan = plan_of(table(tmp_path, [["9000001", "Zarqun", "زرقون", "", "31.05", "46.25", "IQG17Q04"]]))
    (town,) = plan.changed
    assert (town.place, town.ref) == (held, "WOF-77")
    assert set(town.changes) == {"name_ar", "point"}


def test_one_of_the_same_name_far_off_or_of_the_same_source_is_another(tmp_path):
    settlement(ref="WOF-77", name_en="Zarqun", point=Point(46.40, 31.15, srid=4326))
    settlement(ref="GN-9000099", name_en="Tafan", point=Point(46.25, 31.05, srid=4326))
    rows = [
        ["9000001", "Zarqun", "", "", "31.05", "46.25", "IQG17Q04"],
        ["9000002", "Tafan", "", "", "31.05", "46.25", "IQG17Q04"],
    ]
    assert [town.ref for town in plan_of(table(tmp_path, rows)).new] == ["GN-9000001", "GN-9000002"]


def test_points_of_a_geographic_file(tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"geonameid": 9000001, "name": "Zarqun", "adm2_pcode": "IQG17Q04"},
            "geometry": {"type": "Point", "coordinates": [46.25, 31.05]},
        }
    ]
    path = tmp_path / "towns.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (town,) = plan_of(path).towns
    assert (town.ref, town.point, town.parent.ref) == ("GN-9000001", (46.25, 31.05), "IQG17Q04")
    features[0]["geometry"] = {"type": "Polygon", "coordinates": [[[46, 31], [46.1, 31], [46, 31.1], [46, 31]]]}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with pytest.raises(Unreadable, match="no points"):
        read_settlements(path)


def test_a_row_of_hashtags_is_not_a_settlement(tmp_path):
    tags = ["#loc+code", "#loc+name", "#loc+name+ar", "", "#geo+lat", "#geo+lon", "#adm2+code"]
    plan = plan_of(table(tmp_path, [tags, *ROWS]))
    assert (len(plan.new), plan.towns[0].row) == (3, 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "neither a CSV"),
        (b"name,lat,lon\n", "no rows"),
        (b"a,b\n1,2\n", "looks like a name"),
        (b"\x81\x8d\x8f\xff" * 3, "no rows"),
        (b'name,lat\n"x' + b"y" * (1 << 20) + b'\n,1\n"', "cannot be read as CSV"),
        (b",".join(b"c%d" % n for n in range(3000)) + b"\n1\n", "3000 columns"),
    ],
)
def test_files_that_are_none(tmp_path, content, said):
    path = tmp_path / "towns.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=said):
        plan_of(path)


def test_a_workbook_is_told_to_be_saved_as_csv(tmp_path):
    path = tmp_path / "towns.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(Unreadable, match="CSV"):
        read_settlements(path)


def test_the_command_asks_before_it_changes_anything(tmp_path, capsys):
    path, report = table(tmp_path, ROWS), tmp_path / "report.json"
    with pytest.raises(CommandError, match="--yes"):
        call_command("country", "gazetteer", str(path), "--report", str(report))
    assert not Place.objects.filter(ref="GN-9000001").exists()
    assert json.loads(report.read_text())["new"] == 3
    call_command("country", "gazetteer", str(path), "--yes")
    assert "3 new settlements" in capsys.readouterr().out
    call_command("country", "gazetteer", str(path))  # nothing to ask
    assert "3 were so already" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no field nom"):
        call_command("country", "gazetteer", str(path), "--name", "nom", "--yes")


def test_the_gazetteer_of_iraq(shared, django_assert_max_num_queries):
    path = shared / "iraq" / "gazetteer.csv"
    with django_assert_max_num_queries(60):
        plan = plan_of(path)
        done = load_settlements(plan)
    assert done.made > 11_000
    assert plan.refused <= 12
    assert Place.objects.filter(source="gazetteer.csv", search="").count() == 0
    again = plan_of(path)
    assert (len(again.new), len(again.changed), again.same) == (0, 0, done.made)


def test_reading_a_table_leaves_the_limits_of_other_readers_as_they_were(tmp_path):
    usual = csv.field_size_limit()
    path = tmp_path / "villages.csv"
    path.write_text("name,lat,lon\nAl-Islah,31.1,46.3\n", encoding="utf-8")
    read_settlements(path)
    assert csv.field_size_limit() == usual
