"""Written names and what becomes of them: certain, asked, remembered, foreign."""

from __future__ import annotations

import csv

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rafid.commons.places import toponym_index
from rafid.commons.places.codes import foreign_country, plain
from rafid.commons.places.matching import OUTCOMES, REASONS, PlaceMatcher, match_place, remember
from rafid.commons.places.models import Place, RememberedMatch
from rafid.methods.text import fold

pytestmark = pytest.mark.django_db


def of(ref: str) -> Place:
    return Place.objects.get(ref=ref)


def decide(text: str, parent: str | None = None, **matcher):
    return PlaceMatcher(**matcher).match_many([text], [of(parent).pk if parent else None])[0]


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("Basra", "IQG02"),
        ("البصره", "IQG02"),
        ("محافظة البصرة", "IQG02"),
        ("Nineveh", "IQG15"),
        ("Ninawah", "IQG15"),
        ("نينوي", "IQG15"),
        ("نەینەوا", "IQG15"),
        ("Dhi-Qar", "IQG17"),
        ("ذى قار", "IQG17"),
        ("Hawler", "IQG11"),
        ("پارێزگای هەولێر", "IQG11"),
        ("At-Ta'mim", "IQG13"),
        ("Dahouk", "IQG09"),
        ("IQG09", "IQG09"),
        ("iq-da", "IQG09"),
        ("IQ.TS", "IQG13"),
    ],
)
def test_governorates_in_three_scripts_and_by_code(text, ref):
    decision = decide(text, levels=(1,))
    assert decision.certain, decision
    assert decision.place_id == of(ref).pk
    assert decision.candidates[0].ref == ref


@pytest.mark.parametrize(
    ("text", "parent", "ref"),
    [
        ("قضاء الناصرية", None, "IQG17Q04"),
        ("Al Kut district", None, "IQG18Q02"),
        ("Qadha Al-Kut", None, "IQG18Q02"),
        ("Nasiriya", "IQG17", "IQG17Q04"),
        ("الشطره", "IQG17", "IQG17Q03"),
        ("iqg17 q04", None, "IQG17Q04"),
    ],
)
def test_districts_by_the_word_that_says_so_or_inside_their_governorate(text, parent, ref):
    decision = decide(text, parent, levels=(2,))
    assert decision.certain, decision
    assert decision.candidates[0].ref == ref


def test_the_word_for_the_kind_chooses_between_equals():
    assert decide("الناصرية").outcome == "ambiguous"
    assert decide("قضاء الناصرية").candidates[0].ref == "IQG17Q04"
    city = decide("مدينة الناصرية")
    assert city.certain
    assert city.candidates[0].ref == "GN-98854"


def test_a_sub_district_is_not_the_district_of_its_name():
    decision = decide("ناحية الكحلاء")
    assert not decision.certain
    assert decision.candidates


@pytest.mark.parametrize("text", ["Basra", "البصرة", "Halabja", "Erbil", "Mosul"])
def test_a_name_that_fits_two_is_never_certain(text):
    decision = decide(text)
    assert decision.outcome == "ambiguous"
    assert decision.place_id is None
    assert len({candidate.place_id for candidate in decision.candidates}) >= 2


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("SY0702", "foreign_code"),
        ("SYR01", "foreign_code"),
        ("IR-10", "foreign_code"),
        ("TR063001", "foreign_code"),
        ("JO01", "foreign_code"),
        ("KW02", "foreign_code"),
        ("SA0107", "foreign_code"),
        ("SY-HL", "foreign_code"),
        ("IQG99", "unknown_code"),
        ("", "blank"),
        (" — ", "blank"),
        ("Wolfenbüttel", "unknown"),
        ("x" * 5000, "unknown"),
    ],
)
def test_what_is_no_place_here(text, outcome):
    decision = decide(text)
    assert (decision.outcome, decision.certain, decision.place_id) == (outcome, False, None)
    assert not decision.candidates


def test_a_name_in_capitals_is_no_foreign_code():
    assert decide("AL-KUT", levels=(2,)).candidates[0].ref == "IQG18Q02"
    assert foreign_country("AL-KUT") is None
    assert foreign_country("IQG17Q04") is None
    assert foreign_country("XX0102") is None


def test_a_code_of_another_level_is_told_apart():
    decision = decide("IQG01Q02", levels=(1,))
    assert (decision.outcome, decision.certain) == ("other_level", False)
    assert decision.candidates[0].ref == "IQG01Q02"


def test_census_codes_count_where_the_census_is_asked_for():
    assert not decide("1101").certain
    assert not decide("1101", levels=(2,)).certain
    asked = decide("١١٠١", levels=(2,), divisions=("cosit2024",))
    assert asked.certain
    assert asked.candidates[0].ref == "COSIT-1101"
    # Without asking, the census's districts do not make every district's name fit two.
    assert decide("Halabja", levels=(2,)).candidates[0].ref == "IQG06Q05"
    assert decide("Halabja", levels=(2,), divisions=("*",)).outcome == "ambiguous"


def test_a_table_of_before_a_split_names_the_former_parent():
    for parent in ("IQG06", "IQ-HA"):
        decision = decide("حلبجة", parent, levels=(2,))
        assert decision.certain, parent
        assert decision.candidates[0].ref == "IQG06Q05"
    town = next(place for place in Place.objects.filter(level=4, parent__ref="IQG06Q05"))
    assert decide(town.name_ar, "IQG06", levels=(4,)).candidates[0].place_id == town.pk


def test_outside_the_parent_is_asked():
    decision = decide("Makhmour", "IQG15", levels=(2,))
    assert not decision.certain
    assert (decision.candidates[0].ref, decision.candidates[0].reason) == ("IQG11Q04", "outside")


def test_a_decision_is_remembered_for_its_spelling_and_parent():
    assert not decide("Makhmur", "IQG15", levels=(2,)).certain
    remember("Makhmur", of("IQG15"), of("IQG11Q04"), None)
    decision = decide("makhmūr ", "IQG15", levels=(2,))
    assert (decision.outcome, decision.place_id) == ("remembered", of("IQG11Q04").pk)
    assert decision.candidates[0].reason == "remembered"
    assert decide("Makhmur", "IQG13", levels=(2,)).outcome != "remembered"
    assert decide("Makhmur", "IQG15", levels=(1,)).outcome != "remembered", "not of the level asked for"

    remember("Makhmur", of("IQG15"), of("IQG15Q04"), None)
    assert RememberedMatch.objects.count() == 1, "the later decision stands"
    remember("the old market", None, of("GN-98182"), None)
    assert decide("The Old Market", "IQG17").place_id == of("GN-98182").pk, "one for anywhere holds inside too"
    with pytest.raises(ValueError, match="names no place"):
        remember(" ?", None, of("IQG17"), None)


def test_matching_notices_that_places_changed():
    assert not decide("Qalawa Nwe", levels=(3,)).candidates
    before = toponym_index.gazetteer()
    assert toponym_index.gazetteer() is before, "read once while nothing changes"
    Place.objects.create(
        ref="T-1", level=3, division="ocha2019", parent=of("IQG06Q01"), name_en="Qalawa Nwe", name_ckb="قەڵاوای نوێ"
    )
    assert decide("Qalawa Nwê", "IQG06", levels=(3,)).certain
    assert toponym_index.gazetteer() is not before


def test_many_texts_are_decided_once_each():
    matcher = PlaceMatcher(levels=(1,))
    texts = ["Basra", "Nineveh", "Basra", "nowhere at all", ""] * 50
    decisions = matcher.match_many(texts)
    assert len(decisions) == 250
    assert decisions[0] is decisions[2] is decisions[5]
    with pytest.raises(ValueError, match="2 texts but 1 parents"):
        matcher.match_many(["a", "b"], [None])


def test_the_nearer_of_equals_comes_first():
    east, west = (match_place("Halabja", near=near)[0] for near in [(45.98, 35.18), (45.2, 35.4)])
    assert east.ref == "GN-96205"
    assert {one.reason for one in match_place("Halabja", near=(45.98, 35.18))[:1]} == {"near"}
    assert west.name
    with pytest.raises(ValueError, match="no point"):
        match_place("Halabja", near=(444, 3))
    assert len(match_place("Al", limit=2)) <= 2


def test_candidates_are_named_in_the_readers_language():
    for language, name in [("en", "Thi Qar"), ("ar", "ذي قار"), ("ckb", "زیقار")]:
        with override(language):
            assert match_place("IQG17")[0].name == name


@given(st.text(max_size=40))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gets_an_answer_that_holds_together(text):
    matcher = PlaceMatcher()
    (decision,) = matcher.match_many([text])
    assert decision.outcome in OUTCOMES
    assert decision.certain == (decision.place_id is not None)
    if decision.certain:
        assert decision.place_id in {candidate.place_id for candidate in decision.candidates}
    for candidate in decision.candidates:
        assert candidate.reason in REASONS
        assert 0 < candidate.score <= 1
    assert plain(plain(text)) == plain(text)


@given(st.sampled_from(["ar", "ckb", "en"]), st.integers(0, 18))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_governorate_is_found_by_each_of_its_names(language, number):
    place = Place.objects.filter(level=1, division="ocha2019").order_by("ref")[number]
    decision = PlaceMatcher(levels=(1,)).match_many([getattr(place, f"name_{language}")])[0]
    assert decision.place_id == place.pk


def test_names_of_the_shared_gazetteer_inside_their_district(shared):
    """Latin asked, Arabic known: what passes as certain is right."""
    with (shared / "iraq" / "gazetteer.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["name_ar"] and row["adm2_pcode"]][::8]
    districts = {place.ref: place for place in Place.objects.filter(division="ocha2019", level=2)}
    rows = [row for row in rows if row["adm2_pcode"] in districts]
    for row in rows:
        row["place"] = Place(
            ref=f"T-{row['wof_id']}",
            level=4,
            division="trial",
            parent=districts[row["adm2_pcode"]],
            name_ar=row["name_ar"],
        )
    Place.objects.bulk_create(row["place"] for row in rows)
    decisions = PlaceMatcher(levels=(4,), divisions=("trial",)).match_many(
        [row["name"] for row in rows], [districts[row["adm2_pcode"]].pk for row in rows]
    )
    names = {row["place"].pk: fold(row["name_ar"]) for row in rows}
    certain = [(row, one) for row, one in zip(rows, decisions, strict=True) if one.certain]
    wrong = [row["name"] for row, one in certain if names[one.place_id] != fold(row["name_ar"])]
    assert len(certain) > 0.8 * len(rows)
    assert len(wrong) <= 0.005 * len(rows), wrong
