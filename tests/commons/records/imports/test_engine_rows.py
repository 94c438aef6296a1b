"""Reading rows: places, values, checks, duplicates and the importer's own area, judged before anything is recorded."""

from __future__ import annotations

from decimal import Decimal

import pytest
from wells.models import Well

from rafid.commons.people.models import Grant
from rafid.commons.people.visibility import forget_scopes
from rafid.commons.places.models import Place, RememberedMatch
from rafid.commons.records.imports import NotNow, apply, stage
from rafid.commons.records.imports.mapping import MappingError, choose
from rafid.commons.records.imports.messages import sentence
from rafid.commons.records.imports.places import decide
from rafid.commons.records.imports.staging import again
from rafid.commons.records.imports.targets import may_import, target_of
from rafid.commons.records.models import ImportRow, RunState
from rafid.commons.records.tabular import TableError
from tests.commons.records.imports.engine import AMARA, NASIRIYA, SUQ, received, said, staged, warned, wells

pytestmark = pytest.mark.django_db
DHI_QAR = "IQG17"


@pytest.fixture
def keep(world, media):
    """Reads a table in the keeper's name for the branch."""

    def read(text: str, **more):
        return staged(media, text, more.pop("by", world.keeper), owner=more.pop("owner", world.branch), **more)

    return read


def values(run, number: int) -> dict:
    return ImportRow.objects.get(run=run, number=number).values


def test_places_are_found_in_three_scripts_by_name_and_by_code_inside_their_parent(keep):
    run = keep(
        wells(
            "W-1,Thi Qar,الناصرية,10",
            "W-2,ذی قار,Suq Al-Shoyokh,10",
            "W-3,,IQG14Q03,10",
            "W-4,IQG17,nasiriyah,10",
        )
    )
    assert (run.state, run.good, run.bad) == (RunState.STAGED, 4, 0)
    places = [Place.objects.get(pk=values(run, number)["place"]).ref for number in (2, 3, 4, 5)]
    assert places == [NASIRIYA, SUQ, AMARA, NASIRIYA]
    assert {(one["text"], one["rows"]) for one in run.matches} >= {("الناصرية", 1), ("Thi Qar", 1)}


def test_a_row_is_counted_for_each_name_however_the_rows_are_grouped(keep):
    lines = [f"W-{n},ذي قار,{('الناصرية', 'سوق الشيوخ', 'الناصرية')[n % 3]},10" for n in range(30)]
    run = keep(wells(*lines))
    counted = {one["text"]: one["rows"] for one in run.matches}
    assert counted == {"ذي قار": 30, "الناصرية": 20, "سوق الشيوخ": 10}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("W-1,Atlantis,,10", ("governorate", "place_unknown")),
        ("W-1,ميسان,IQG17Q04,10", ("place", "place_outside_parent")),
        ("W-1,ذي قار,SY0101,10", ("place", "place_other_country")),
        ("W-1,ذي قار,الناصرية,", ("depth_m", "required")),
        ("W-1,ذي قار,الناصرية,-3", ("depth_m", "below_minimum")),
        ("W-1,ذي قار,الناصرية,deep", ("depth_m", "not_a_number")),
        (",ذي قار,الناصرية,3", ("number", "required")),
        (f"{'W' * 41},ذي قار,الناصرية,3", ("number", "too_long")),
        ("W-1,ذي قار,الناصرية,3,,perhaps", ("working", "not_a_boolean")),
        ("W-1,ذي قار,الناصرية,3,,yes,31.2.2024", ("drilled_on", "no_such_day")),
        ("W-1,ذي قار,الناصرية,3,,yes,2024-02-30", ("drilled_on", "no_such_day")),
    ],
)
def test_what_is_wrong_is_told_by_row_and_cell_and_nothing_is_recorded(keep, line, problem):
    run = keep(wells("W-0,ذي قار,الناصرية,10", line))
    assert (run.good, run.bad) == (1, 1)
    assert said(run, 3) == [problem]
    for language in ("ar", "ckb", "en"):
        from django.utils import translation

        with translation.override(language):
            found = ImportRow.objects.get(run=run, number=3).problems[problem[0]][0]
            text = sentence(found, target_of(run.target))
            assert text
            assert "%(" not in text
            assert text != found["code"]
    with pytest.raises(NotNow):
        apply(run)
    assert not Well.objects.exists()


def test_the_rest_stays_when_the_good_rows_are_recorded(keep):
    run = keep(wells("W-0,ذي قار,الناصرية,10", "W-1,Atlantis,,10"))
    apply(run, only_good=True)
    assert [well.number for well in Well.objects.all()] == ["W-0"]
    assert ImportRow.objects.get(run=run, number=3).raw[:2] == ["W-1", "Atlantis"]


def test_digits_of_any_script_separators_and_spreadsheet_dates_are_understood(keep):
    run = keep(wells("W-1,ذي قار,الناصرية,٤٠٫٥,١٬٢٠٠,نعم,٢٠٢٤-١٠-٣١", 'W-2,ذي قار,الناصرية,7,"1,250.5",no,31/12/2023'))
    assert run.bad == 0
    apply(run)
    one, two = Well.objects.order_by("number")
    assert (one.depth_m, one.yield_m3h, one.working, str(one.drilled_on)) == (40.5, 1200, True, "2024-10-31")
    assert (two.depth_m, two.yield_m3h, two.working, str(two.drilled_on)) == (7, 1250.5, False, "2023-12-31")


def test_a_doubtful_place_is_asked_once_and_the_answer_is_remembered(keep, world):
    lines = ("W-1,ذي قار,Nasriyya Old Harbour,10", "W-2,ذي قار,Nasriyya Old Harbour,20", "W-3,ذي قار,الناصرية,30")
    run = keep(wells(*lines))
    assert (run.good, run.bad) == (1, 2)
    assert [(one["column"], one["text"], one["rows"]) for one in run.questions] == [
        ("place", "Nasriyya Old Harbour", 2)
    ]
    (question,) = run.questions
    place = Place.objects.get(ref=NASIRIYA)
    decide(run, question["column"], question["text"], question["inside"], place, world.keeper)
    run.save()
    again(run)
    run = stage(run)
    assert (run.good, run.bad, run.questions) == (3, 0, [])
    assert RememberedMatch.objects.get(place=place, written="Nasriyya Old Harbour").decided_by == world.keeper.pk
    later = keep(wells(*lines).replace("W-", "X-").replace("Nasriyya Old", "nasriyya  OLD"))
    assert (later.good, later.bad) == (3, 0)
    assert {one["why"] for one in later.matches if "arbour" in one["text"]} == {"remembered"}


def test_none_of_these_is_an_answer_too(keep, world):
    run = keep(wells("W-1,ذي قار,Nasriyya Old Harbour,10"))
    (question,) = run.questions
    decide(run, question["column"], question["text"], question["inside"], None, world.keeper)
    run.save()
    again(run)
    run = stage(run)
    assert said(run, 2) == [("place", "place_none")]
    assert not RememberedMatch.objects.filter(written="Nasriyya Old Harbour").exists()


def test_repeats_and_contradictions_within_the_file_are_told_with_the_other_row(keep):
    run = keep(
        wells(
            "W-1,ذي قار,الناصرية,10",
            "W-2,ذي قار,الناصرية,20",
            "W-1,ذي قار,الناصرية,10",
            "W-2,ذي قار,الناصرية,21",
            "W-3,ذي قار,الناصرية,30",
        )
    )
    assert (run.good, run.bad) == (2, 3)
    assert [said(run, number) for number in range(2, 7)] == [
        [],
        [("", "contradicts_row")],
        [("", "repeats_row")],
        [("", "contradicts_row")],
        [],
    ]
    rows = {row.number: row for row in ImportRow.objects.filter(run=run)}
    assert rows[4].problems[""][0]["params"]["row"] == 2
    assert rows[5].problems[""][0]["params"]["row"] == 3
    assert rows[5].raw[0] == "W-2"
    apply(run, only_good=True)
    assert sorted(well.number for well in Well.objects.all()) == ["W-1", "W-3"]


def test_a_role_for_an_area_records_nothing_outside_it_and_nothing_that_lies_nowhere(keep, world):
    Grant.objects.create(
        account=world.stranger,
        role="wells.keeper",
        organisation=world.branch,
        place=Place.objects.get(ref=DHI_QAR),
    )
    forget_scopes(world.stranger)
    run = keep(wells("W-1,ذي قار,الناصرية,10", "W-2,ميسان,العمارة,10", "W-3,,,10", "W-4,ذي قار,,10"), by=world.stranger)
    assert [said(run, number) for number in range(2, 6)] == [
        [],
        [("place", "place_outside_scope")],
        [("place", "place_needed")],
        [("place", "place_needed")],
    ]
    target = target_of("wells.wells")
    assert may_import(world.stranger, target, world.branch.pk)
    assert not may_import(world.stranger, target, world.other.pk)
    assert not may_import(world.reader, target, world.branch.pk)


def test_a_record_outside_the_area_is_not_replaced_through_a_row_that_claims_to_be_inside(keep, world):
    world.well(number="W-1", place=Place.objects.get(ref=AMARA))
    world.well(number="W-2", place=Place.objects.get(ref=SUQ))
    Grant.objects.create(
        account=world.stranger, role="wells.keeper", organisation=world.branch, place=Place.objects.get(ref=DHI_QAR)
    )
    forget_scopes(world.stranger)
    run = keep(wells("W-1,ذي قار,الناصرية,10", "W-2,ذي قار,الناصرية,10"), by=world.stranger)
    assert said(run, 2) == [("", "replaces_elsewhere")]
    assert said(run, 3) == []
    assert run.outlook == {"new": 0, "replacing": 1, "same": 0}


def test_the_area_is_asked_again_when_recording(keep, world):
    """Between looking and recording, the record was moved out of the importer's area."""
    well = world.well(number="W-2", place=Place.objects.get(ref=SUQ))
    Grant.objects.create(
        account=world.stranger, role="wells.keeper", organisation=world.branch, place=Place.objects.get(ref=DHI_QAR)
    )
    forget_scopes(world.stranger)
    run = keep(wells("W-2,ذي قار,الناصرية,10"), by=world.stranger)
    assert run.good == 1
    Well.objects.filter(pk=well.pk).update(place=Place.objects.get(ref=AMARA))
    from rafid.commons.records.imports import Refused

    with pytest.raises(Refused) as refused:
        apply(run)
    assert (refused.value.number, refused.value.code) == (2, "replaces_elsewhere")
    well.refresh_from_db()
    assert (well.place.ref, well.depth_m) == (AMARA, 40)


def test_a_serious_check_blocks_its_row_and_a_lesser_one_warns(keep, world):
    text = "Governorate,Period,Total,Female,Male\nذي قار,2031,100,40,50\nميسان,2031,,,\n,2031,5,2,3\n"
    run = keep(text, target="statistics.population", by=None, owner=world.authority)
    assert (run.good, run.bad) == (1, 2)
    assert warned(run, 2) == [("total", "check")]
    assert said(run, 3) == [("total", "check")]
    assert said(run, 4) == [("place", "check")]
    target = target_of(run.target)
    told = sentence(ImportRow.objects.get(run=run, number=4).problems["place"][0], target)
    assert told
    warning = ImportRow.objects.get(run=run, number=2).warnings["total"][0]
    assert "40" in warning["params"]["text"]["en"]
    assert "50" in warning["params"]["text"]["en"]
    with pytest.raises(NotNow):
        apply(run)


def test_the_check_of_a_register_warns_beside_the_row(keep):
    run = keep(wells("W-1,ذي قار,الناصرية,700", "W-2,ذي قار,الناصرية,600"))
    assert (warned(run, 2), warned(run, 3), run.bad) == ([("depth_m", "check")], [], 0)


def test_one_value_holds_for_all_rows(keep, world, media):
    text = "Number,Depth\nW-1,10\nW-2,20\n"
    run = keep(text, fixed={"governorate": "ذي قار", "place": "الناصرية", "working": "no"})
    assert run.bad == 0
    apply(run)
    assert {(well.place.ref, well.working) for well in Well.objects.all()} == {(NASIRIYA, False)}
    with pytest.raises(MappingError, match=r"Depth|العمق"):
        choose(received(media, "Number\nW-1\n", world.keeper, fixed={"depth_m": "3"}), target_of("wells.wells"), {})


def test_nobody_imports_for_a_programme_in_which_they_hold_no_role(keep, world):
    run = keep("Governorate,Period,Total\nذي قار,2031,100\n", target="statistics.population")
    assert said(run, 2) == [("governorate", "place_outside_scope")]


def test_what_is_left_out_takes_its_default(keep):
    run = keep(wells("W-1,ذي قار,الناصرية,10"))
    apply(run)
    well = Well.objects.get()
    assert (well.working, well.name_ar, well.yield_m3h, well.drilled_on, well.version) == (True, "", None, None, 1)
    assert well.ref.startswith("WELL-")
    assert well.id.version == 7


def test_a_file_of_names_alone_or_of_empty_rows_is_refused_with_a_sentence(keep):
    for text in (wells(), wells() + ",,,\n,,\n"):
        with pytest.raises(TableError) as refused:
            keep(text)
        assert refused.value.code == "no_rows"
        assert refused.value.text(str)


def test_numbers_come_out_as_they_were_written(keep):
    run = keep(wells("W-1,ذي قار,الناصرية,10.50,0.1"))
    import json

    stored = json.loads(json.dumps(values(run, 2)), parse_float=Decimal)
    assert (stored["depth_m"], stored["yield_m3h"]) == (Decimal("10.5"), Decimal("0.1"))
