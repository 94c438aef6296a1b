"""Borders imported on synthetic polygons: a governorate of four square districts, and all that can be wrong with them."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils.translation import override
from shapely import box

from rafid.commons.places.boundaries import replace_borders
from rafid.commons.places.boundary_columns import Options
from rafid.commons.places.boundary_file import Unreadable, read_boundaries
from rafid.commons.places.boundary_plan import examine
from rafid.commons.places.boundary_words import as_json, in_words
from rafid.commons.places.models import BorderOverview, Place, PlaceImport, PlaceVersion
from rafid.commons.places.queries import places_at

pytestmark = pytest.mark.django_db
DAY = date(2019, 6, 3)
VOTE = date(2025, 4, 14)
SAY = ["--division", "trial", "--level", "2", "--valid", "2019-06-03"]
# Around the known points of Thi Qar's districts nothing is square: the trial has a governorate and districts of its own.
SQUARES = {
    "TQ01": box(44, 31, 45, 32),
    "TQ02": box(45, 31, 46, 32),
    "TQ03": box(44, 32, 45, 33),
    "TQ04": box(45, 32, 46, 33),
}
NAMES = {"TQ01": "Qalat Amin", "TQ02": "Sharwand", "TQ03": "Bistan", "TQ04": "Zawraq"}


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def trial():
    """A governorate and four districts that no other test knows; their division is a trial."""
    country = Place.objects.get(ref="IQ")
    above = Place.objects.create(
        ref="TQ", level=1, division="trial", parent=country, name_en="Trial", code="T0", source="test"
    )
    PlaceVersion.objects.create(place=above, parent=country, name_en="Trial", valid=(None, None))
    for ref, name in NAMES.items():
        place = Place.objects.create(ref=ref, level=2, division="trial", parent=above, name_en=name, source="test")
        PlaceVersion.objects.create(place=place, parent=above, name_en=name, valid=(None, None), source="names: test")
    return above


def file_of(tmp_path, rows, name="borders.geojson", **more):
    """``rows``: (shape, properties)."""
    features = [
        {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape) if shape else None}
        for shape, properties in rows
    ]
    path = tmp_path / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), encoding="utf-8")
    return path


def by_code(squares=None):
    return [(shape, {"pcode": ref, "label": NAMES.get(ref, "")}) for ref, shape in (squares or SQUARES).items()]


def plan_of(path, **options):
    options = {"division": "trial", "level": 2, "valid": DAY, **options}
    return examine(read_boundaries(path), Options(**options))


def kinds(plan):
    return {fault.kind for fault in plan.faults}


def only(plan, kind):
    (fault,) = [fault for fault in plan.faults if fault.kind == kind]
    return fault


def test_by_code(trial, tmp_path):
    plan = plan_of(file_of(tmp_path, by_code()))
    assert (plan.chosen.code, plan.chosen.names, len(plan.taken)) == ("pcode", ("label",), 4)
    assert {"code", "name"} <= plan.chosen.guessed
    assert kinds(plan) == set()
    done = replace_borders(plan)
    assert (done.places, done.made, done.same) == (4, 0, 0)
    place = Place.objects.get(ref="TQ01")
    before, since = PlaceVersion.objects.filter(place=place).order_by("valid")
    assert (before.valid.upper, before.geometry) == (DAY, None)
    assert (since.valid.lower, since.valid.upper, since.generalised) == (DAY, None, False)
    assert since.source == "names: test; borders: borders.geojson (borders)"
    assert since.area_m2 == pytest.approx(10_500e6, rel=0.01)
    assert place.area_m2 == since.area_m2
    again = replace_borders(plan_of(file_of(tmp_path, by_code())))
    assert (again.places, again.same, bool(again.versions)) == (0, 4, False)
    assert BorderOverview.objects.filter(version__place__division="trial").count() == 16


def test_old_borders_keep_their_dates(trial, tmp_path):
    replace_borders(plan_of(file_of(tmp_path, by_code())))
    moved = {**SQUARES, "TQ01": box(44, 31, 44.8, 32), "TQ02": box(44.8, 31, 46, 32)}
    done = replace_borders(plan_of(file_of(tmp_path, by_code(moved)), valid=date(2024, 1, 1)))
    assert (done.places, done.same) == (2, 2)

    def width(on, ref):
        (version,) = places_at(on, division="trial", level=2).filter(place__ref=ref).defer(None)
        return round(version.geometry.extent[2] - version.geometry.extent[0], 3) if version.geometry else None

    assert [width(on, "TQ01") for on in (date(2018, 1, 1), date(2023, 6, 1), date(2026, 1, 1))] == [None, 1.0, 0.8]
    # Borders of a day between those two do not reach beyond the later ones.
    earlier = {**moved, "TQ01": box(44, 31, 44.9, 32), "TQ02": box(44.9, 31, 46, 32)}
    replace_borders(plan_of(file_of(tmp_path, by_code(earlier)), valid=date(2021, 1, 1)))
    days = [date(2020, 1, 1), date(2021, 1, 1), date(2023, 12, 31), date(2024, 1, 1)]
    assert [width(on, "TQ01") for on in days] == [1.0, 0.9, 0.9, 0.8]
    assert Place.objects.get(ref="TQ01").area_m2 == pytest.approx(0.8 * 10_500e6, rel=0.01)


def test_a_change_of_parent_keeps_its_day(trial, tmp_path):
    other = Place.objects.create(ref="TR", level=1, division="trial", name_en="Other", parent=trial.parent)
    place = Place.objects.get(ref="TQ04")
    PlaceVersion.objects.filter(place=place).delete()
    PlaceVersion.objects.create(place=place, parent=trial, name_en="Zawraq", valid=(None, VOTE))
    PlaceVersion.objects.create(place=place, parent=other, name_en="Zawraq", valid=(VOTE, None))
    replace_borders(plan_of(file_of(tmp_path, by_code())))
    rows = list(PlaceVersion.objects.filter(place=place).order_by("valid"))
    assert [(row.valid.lower, row.parent.ref, row.geometry is not None) for row in rows] == [
        (None, "TQ", False),
        (DAY, "TQ", True),
        (VOTE, "TR", True),
    ]


def test_a_polygon_that_crosses_itself_is_refused_by_name(trial, tmp_path):
    bow = shapely.Polygon([(44, 31), (45, 32), (45, 31), (44, 32)])
    plan = plan_of(file_of(tmp_path, by_code({**SQUARES, "TQ01": bow})))
    fault = only(plan, "invalid")
    assert fault.refused
    assert fault.at == (44.5, 31.5)
    assert len(plan.taken) == 3
    (said,) = [line for line in in_words(plan) if "TQ01 Qalat Amin crosses itself at 44.5000, 31.5000" in line]
    assert re.search(r"change its area by [\d.]+ %$", said)
    assert "TQ01 Qalat Amin" in only(plan, "missing").titles[0]
    assert replace_borders(plan).places == 3
    assert not PlaceVersion.objects.filter(place__ref="TQ01", geometry__isnull=False).exists()


def test_a_safe_repair_is_told(trial, tmp_path):
    spiked = shapely.Polygon([(44, 31), (45, 31), (45, 32), (44.9, 32.2), (45, 32), (44, 32)])
    plan = plan_of(file_of(tmp_path, by_code({**SQUARES, "TQ01": spiked})))
    assert not only(plan, "repaired").refused
    assert len(plan.taken) == 4
    replace_borders(plan)
    assert PlaceVersion.objects.get(place__ref="TQ01", geometry__isnull=False).geometry.valid


def test_overlap_and_gap_with_their_area_place_and_neighbours(trial, tmp_path):
    squares = {**SQUARES, "TQ02": box(44.99, 31, 46, 32), "TQ04": box(45.01, 32, 46, 33)}
    five = [*by_code(squares), (box(44, 33, 46, 33.5), {"pcode": "TQ99", "label": "Unknown"})]
    plan = plan_of(file_of(tmp_path, five))
    overlap, gap = only(plan, "overlap"), only(plan, "gap")
    assert set(overlap.titles) == {"TQ01 Qalat Amin", "TQ02 Sharwand"}
    assert overlap.area_m2 == pytest.approx(105e6, rel=0.01)
    assert 44.99 < overlap.at[0] < 45
    assert set(gap.titles) >= {"TQ03 Bistan", "TQ04 Zawraq"}
    assert gap.area_m2 == pytest.approx(104e6, rel=0.02)
    assert "km²" in " ".join(in_words(plan))


def test_codes_unknown_foreign_and_missing(trial, tmp_path):
    rows = [
        *by_code({"TQ01": SQUARES["TQ01"], "TQ02": SQUARES["TQ02"]}),
        (SQUARES["TQ03"], {"pcode": "IQX99", "label": "Bistan"}),
        (SQUARES["TQ04"], {"pcode": "SY0702", "label": "Jableh"}),
    ]
    plan = plan_of(file_of(tmp_path, rows))
    assert len(plan.taken) == 2
    unknown = only(plan, "unknown_code")
    assert unknown.refused
    assert unknown.other == "TQ03 Bistan", "its name suggests a place, and takes none"
    assert only(plan, "foreign_code").titles == ("SY0702 Jableh",)
    missing = {fault.titles[0] for fault in plan.faults if fault.kind == "missing"}
    assert missing == {"TQ03 Bistan", "TQ04 Zawraq"}


def test_a_code_of_another_level_is_refused(trial, tmp_path):
    rows = [*by_code(), (box(44, 33, 46, 34), {"pcode": "TQ", "label": "Trial"})]
    plan = plan_of(file_of(tmp_path, rows))
    assert only(plan, "other_level").refused
    assert len(plan.taken) == 4


def test_by_name_where_there_are_no_codes(trial, tmp_path):
    rows = [
        (SQUARES["TQ01"], {"name": "قلعة أمين"}),
        (SQUARES["TQ02"], {"name": "Sharwand district"}),
        (SQUARES["TQ03"], {"name": "Somewhere else"}),
        (SQUARES["TQ04"], {"name": None}),
    ]
    Place.objects.filter(ref="TQ01").update(name_ar="قلعة أمين")
    Place.objects.get(ref="TQ01").save()
    plan = plan_of(file_of(tmp_path, rows))
    assert plan.chosen.code == ""
    assert {(area.how, area.place.ref) for area in plan.taken} == {("name", "TQ01"), ("name", "TQ02")}
    assert kinds(plan) >= {"name_unknown", "nameless", "missing"}
    assert only(plan, "nameless").titles == ("row 4",)


def test_two_polygons_that_claim_one_place_by_name_are_both_refused(trial, tmp_path):
    rows = [(SQUARES["TQ01"], {"name": "Sharwand"}), (SQUARES["TQ02"], {"name": "Sharwand district"})]
    plan = plan_of(file_of(tmp_path, rows))
    assert plan.taken == []
    assert [fault.kind for fault in plan.faults if fault.refused] == ["twice", "twice"]


def test_rows_of_one_code_are_one_area(trial, tmp_path):
    island = box(47, 31, 47.2, 31.2)
    rows = [*by_code(), (island, {"pcode": "TQ02", "label": "Sharwand"})]
    plan = plan_of(file_of(tmp_path, rows), code="pcode")
    assert only(plan, "joined").other == "2"
    replace_borders(plan)
    held = PlaceVersion.objects.get(place__ref="TQ02", geometry__isnull=False).geometry
    assert len(held) == 2


def test_parents_that_do_not_hold_their_children_are_told_from_both_sides(trial, tmp_path):
    above = file_of(tmp_path, [(box(44, 31, 46, 32.9), {"pcode": "TQ", "name": "Trial"})], "above.geojson")
    replace_borders(plan_of(above, level=1))
    plan = plan_of(file_of(tmp_path, by_code()))
    found = [fault for fault in plan.faults if fault.kind == "outside_parent"]
    assert {fault.titles[0] for fault in found} == {"TQ03 Bistan", "TQ04 Zawraq"}
    assert {round(fault.share, 2) for fault in found} == {0.1}
    assert {fault.titles[1] for fault in found} == {"TQ Trial"}


def test_governorates_are_held_against_their_districts(tmp_path):
    """The country's own division: what lies below is known to the file of governorates."""
    version = PlaceVersion.objects.get(place__ref="IQG17Q04")
    east = box(46, 30.8, 47.5, 31.5)
    district = file_of(tmp_path, [(east, {"pcode": "IQG17Q04", "name": "Al-Nasiriya"})], "d.geojson")
    plan = examine(read_boundaries(district), Options())
    assert (plan.chosen.level, plan.chosen.division, plan.chosen.valid) == (2, "ocha2019", DAY)
    replace_borders(plan)
    assert PlaceVersion.objects.filter(place_id=version.place_id).count() == 2
    above = file_of(tmp_path, [(box(45.5, 30.5, 47, 32), {"pcode": "IQG17", "name": "Thi Qar"})], "g.geojson")
    fault = only(examine(read_boundaries(above), Options()), "child_outside")
    assert fault.titles == ("IQG17 Thi Qar", "IQG17Q04 Al-Nasiriya")
    assert fault.share == pytest.approx(1 / 3, rel=0.01)


def test_a_polygon_far_from_the_known_place(tmp_path):
    far = box(42, 36, 42.5, 36.5)
    coded = file_of(tmp_path, [(far, {"pcode": "IQG17Q04", "name": "Al-Nasiriya"})])
    plan = examine(read_boundaries(coded), Options())
    assert not only(plan, "far").refused, "a code is believed, and the person is told"
    named = file_of(tmp_path, [(far, {"name": "قضاء الناصرية"})], "n.geojson")
    plan = examine(read_boundaries(named), Options())
    assert only(plan, "far").refused
    assert plan.taken == []


def test_a_polygon_in_another_country_and_exchanged_coordinates(trial, tmp_path):
    rows = by_code({"TQ01": box(10, 50, 11, 51), "TQ02": box(31, 45, 32, 46), "TQ03": SQUARES["TQ03"]})
    plan = plan_of(file_of(tmp_path, rows))
    assert only(plan, "elsewhere").titles == ("TQ01 Qalat Amin",)
    assert only(plan, "exchanged").titles == ("TQ02 Sharwand",)
    assert len(plan.taken) == 1


def test_a_name_beside_a_code_that_means_another_place(tmp_path):
    shape = box(46, 30.8, 47, 31.5)
    path = file_of(tmp_path, [(shape, {"pcode": "IQG17Q04", "name": "Al-Shatra"})])
    plan = examine(read_boundaries(path), Options())
    assert only(plan, "name_differs").other.startswith("IQG17Q03")


def test_sub_districts_become_new_places_only_when_asked(trial, tmp_path):
    replace_borders(plan_of(file_of(tmp_path, by_code())))
    Place.objects.filter(division="trial").update(division="ocha2019")
    rows = [
        (box(44, 31, 44.5, 32), {"name": "ناحية الشمال"}),
        (box(44.5, 31, 45, 32), {"name": "ناحية المركز"}),
        (box(45, 31, 45.5, 32), {"name": "ناحية"}),
    ]
    path = file_of(tmp_path, rows, "subs.geojson")
    plan = plan_of(path, division="ocha2019", level=3)
    assert plan.taken == []
    plan = plan_of(path, division="ocha2019", level=3, add=True)
    assert sorted((area.ref, area.names["ar"]) for area in plan.taken) == [
        ("TQ01.01", "ناحية الشمال"),
        ("TQ01.02", "ناحية المركز"),
    ]
    assert "nameless" in kinds(plan), "the word for a kind of place is no name"
    assert sum(fault.kind == "ref_derived" for fault in plan.faults) == 2
    done = replace_borders(plan)
    assert done.made == 2
    new = Place.objects.get(ref="TQ01.01")
    assert (new.parent.ref, new.level, new.pcode) == ("TQ01", 3, None)
    assert "derived" in new.note
    assert new.lineage[-2] == new.parent_id
    # The same file again finds them by name instead of making them twice.
    again = plan_of(path, division="ocha2019", level=3, add=True)
    assert {(area.how, area.place.ref) for area in again.taken} == {("name", "TQ01.01"), ("name", "TQ01.02")}
    assert replace_borders(again).same == 2


def test_new_places_with_codes_of_their_own(trial, tmp_path):
    replace_borders(plan_of(file_of(tmp_path, by_code())))
    Place.objects.filter(division="trial").update(division="ocha2019")
    rows = [(box(44, 31, 44.5, 32), {"adm3": "IQG90Q01N01", "adm2": "TQ01", "name_en": "North", "name_ar": "الشمال"})]
    plan = plan_of(file_of(tmp_path, rows), division="ocha2019", level=3, add=True, code="adm3", parent="adm2")
    replace_borders(plan)
    new = Place.objects.get(ref="IQG90Q01N01")
    assert (new.pcode, new.parent.ref, new.name_en, new.name_ar) == ("IQG90Q01N01", "TQ01", "North", "الشمال")


def test_what_the_file_does_not_say_must_be_said(trial, tmp_path):
    path = file_of(tmp_path, [(SQUARES["TQ01"], {"name": "Qalat Amin"})])
    with pytest.raises(Unreadable, match="Say the level"):
        examine(read_boundaries(path), Options())
    with pytest.raises(Unreadable, match="Say from which day"):
        examine(read_boundaries(path), Options(level=2, division="trial"))
    with pytest.raises(Unreadable, match=r"no field pcod\. The file has: name"):
        examine(read_boundaries(path), Options(code="pcod"))
    dated = file_of(tmp_path, [(SQUARES["TQ01"], {"name": "Qalat Amin", "validOn": "2019-11-01"})])
    assert examine(read_boundaries(dated), Options(level=2, division="trial")).chosen.valid == date(2019, 11, 1)


def test_the_command_asks_before_it_replaces(trial, tmp_path, capsys):
    path, report = file_of(tmp_path, by_code()), tmp_path / "report.json"
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("country", "boundaries", str(path), *SAY)
    assert not PlaceVersion.objects.filter(place__division="trial", geometry__isnull=False).exists()
    assert PlaceImport.objects.count() == 0
    call_command("country", "boundaries", str(path), *SAY, "--report", str(report), "--yes")
    said = capsys.readouterr().out
    assert "Code: pcode (guessed)" in said
    assert "In force: 4 places with other borders" in said
    content = json.loads(report.read_text())
    assert (content["taken"], content["chosen"]["valid"]) == (4, "2019-06-03")
    assert {area["place"] for area in content["areas"]} == set(SQUARES)
    run = PlaceImport.objects.get()
    assert (run.state, run.name, len(run.sha256)) == ("applied", "borders.geojson", 64)


def test_a_file_without_any_usable_polygon_changes_nothing(trial, tmp_path):
    path = file_of(tmp_path, by_code({"SY01": SQUARES["TQ01"]}))
    with pytest.raises(CommandError, match="No polygon of the file can be taken"):
        call_command("country", "boundaries", str(path), *SAY, "--yes")


def test_all_or_nothing(trial, tmp_path, monkeypatch):
    from rafid.commons.places import boundaries

    def broken(**_more):
        raise RuntimeError("in the middle")

    monkeypatch.setattr(boundaries, "refresh", broken)
    with pytest.raises(RuntimeError):
        replace_borders(plan_of(file_of(tmp_path, by_code())))
    assert not PlaceVersion.objects.filter(place__division="trial", geometry__isnull=False).exists()


def test_the_report_reads_in_three_languages(trial, tmp_path):
    squares = {**SQUARES, "TQ02": box(44.9, 31, 46, 32), "SY01": box(46, 31, 47, 32)}
    plan = plan_of(file_of(tmp_path, by_code(squares)))
    reports = {}
    for language in ("ar", "ckb", "en"):
        with override(language):
            reports[language] = in_words(plan)
    assert len({len(lines) for lines in reports.values()}) == 1
    assert json.dumps(as_json(plan))


def test_the_shared_borders_of_iraq(shared):
    """Governorates, then districts, as they come: by P-code, all of them, Halabja still in its old governorate."""
    plan = examine(read_boundaries(shared / "iraq" / "irq_adm1.geojson"), Options())
    assert (plan.chosen.level, len(plan.taken), plan.chosen.code) == (1, 18, "adm1_pcode")
    assert replace_borders(plan).places == 18
    plan = examine(read_boundaries(shared / "iraq" / "irq_adm2.geojson"), Options())
    assert (plan.chosen.level, len(plan.taken), plan.chosen.code, plan.chosen.parent) == (
        2, 101, "adm2_pcode", "adm1_pcode",
    )  # fmt: skip
    assert not [fault for fault in plan.faults if fault.refused]
    assert max((f.share for f in plan.faults if f.kind == "outside_parent"), default=0) < 0.01
    assert replace_borders(plan).places == 101
    assert places_at(date(2023, 6, 1), level=2).filter(geometry__isnull=False).count() == 101
    halabja = PlaceVersion.objects.filter(place__ref="IQG06Q05").order_by("valid")
    assert [(row.parent.ref, row.geometry is not None) for row in halabja] == [
        ("IQG06", False), ("IQG06", True), ("IQ-HA", True),
    ]  # fmt: skip
    measured, told = Place.objects.get(ref="IQG02"), 18431.7e6
    assert measured.area_m2 == pytest.approx(told, rel=1e-3)


def test_the_shared_borders_without_codes(shared):
    plan = examine(read_boundaries(shared / "iraq" / "irq_osm_districts.geojson"), Options())
    assert (plan.chosen.level, plan.chosen.code, plan.chosen.parent) == (2, "", "adm2_pcode")
    assert 80 < len(plan.taken) < 101
    assert {area.how for area in plan.taken} == {"name"}
    by_file = {}
    for area in plan.taken:
        said = plan.file.columns["adm2_pcode"][area.rows[0] - 1]
        by_file.setdefault(area.place.ref == said, []).append(area.title)
    assert len(by_file.get(False, [])) <= 3, by_file[False]
    assert sum(fault.kind == "gap" for fault in plan.faults) > 300


def test_the_command_names_the_option_that_is_missing(trial, tmp_path):
    path = file_of(tmp_path, [(shape, {"label": name}) for shape, name in zip(SQUARES.values(), "abcd", strict=True)])
    with pytest.raises(CommandError, match=r"Say the level.*\(--level\)$"):
        call_command("country", "boundaries", str(path), "--yes")
