"""Figures of places: given ones, sums of links, roll-ups by the parents of the period's end, formulas, barred rates."""

from __future__ import annotations

import math

import pytest
from django.contrib.auth.models import AnonymousUser

from rafid.commons.indicators.figures import BARRED, DERIVED, GIVEN, LINKS, ROLLED, Reader, is_demonstration
from rafid.commons.indicators.formula import Atom
from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.indicators.queries import chosen, disaggregations, formula_words, periods
from rafid.commons.indicators.write import record_values
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place, PlaceLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return Reader(AnonymousUser())


@pytest.fixture
def owner():
    return Organisation.objects.first()


def place(ref: str) -> Place:
    return Place.objects.get(ref=ref)


def value_of(board, ref: str, code: str, by: str = ""):
    return board.of(code, by).get(place(ref).pk)


def record(owner, *rows):
    record_values(None, [{"indicator": "population", "by": "", **row} for row in rows], owner=owner.pk, source="Test")


def test_the_census_of_2024_has_18_governorates_with_halabja_in_sulaymaniyah(reader):
    board = reader.board("2024", ["population"])
    governorates = {area.ref for area in board.places.at(1)}
    assert len(governorates) == 18
    assert "IQ-HA" not in governorates
    assert board.places.above(place("IQG06Q05").pk, 1).ref == "IQG06"
    assert value_of(board, "IQ-HA", "population") is None
    total = sum(board.value(area.id, "population") for area in board.places.at(1))
    assert total == 46_118_793
    country = value_of(board, "IQ", "population")
    assert (country.value, country.basis, country.share_present) == (46_118_793, ROLLED, 1.0)


def test_figures_of_2026_stand_at_19_governorates(reader, owner):
    everywhere = Place.objects.filter(level=1)
    record(owner, *({"place": one.pk, "period": "2026", "value": 10} for one in everywhere))
    board = reader.board("2026", ["population"])
    assert len(board.places.at(1)) == len(everywhere) == 19
    assert board.places.above(place("IQG06Q05").pk, 1).ref == "IQ-HA"
    assert value_of(board, "IQ", "population").value == 190


def test_districts_roll_up_by_the_parents_of_the_periods_end(reader, owner):
    districts = Place.objects.filter(level=2, division="ocha2019", ref__startswith="IQG06")
    for period in ("2023", "2026"):
        record(owner, *({"place": one.pk, "period": period, "value": 1} for one in districts))
    before, after = reader.boards(["2023", "2026"], ["population"])
    assert value_of(before, "IQG06", "population").value == len(districts)
    assert value_of(before, "IQ-HA", "population") is None
    moved = value_of(after, "IQ-HA", "population").value
    assert moved >= 1
    assert value_of(after, "IQG06", "population").value == len(districts) - moved


def test_a_district_is_the_sum_of_its_a_and_b_links(reader):
    board = reader.board("2024", ["population"])
    links = PlaceLink.objects.filter(other=place("IQG17Q04"))
    assert {link.confidence for link in links} >= {"A", "C"}
    summed = sum(board.value(link.place_id, "population") for link in links if link.confidence in "AB")
    figure = value_of(board, "IQG17Q04", "population")
    assert (figure.value, figure.basis) == (summed, LINKS)
    assert figure.links == sum(link.confidence in "AB" for link in links) / len(links)
    assert "COSIT" in figure.source


def test_a_given_figure_stands_before_any_sum(reader, owner):
    record(owner, {"place": place("IQG17Q04").pk, "period": "2024", "value": 5})
    figure = value_of(reader.board("2024", ["population"]), "IQG17Q04", "population")
    assert (figure.value, figure.basis) == (5, GIVEN)


def test_a_ratio_is_never_a_mean_of_rates(reader):
    board = reader.board("2024", ["sex-ratio", ("population", "sex=male"), ("population", "sex=female")])
    males = sum(board.value(area.id, "population", "sex=male") for area in board.places.at(1))
    females = sum(board.value(area.id, "population", "sex=female") for area in board.places.at(1))
    ratios = [board.value(area.id, "sex-ratio") for area in board.places.at(1)]
    country = value_of(board, "IQ", "sex-ratio").value
    assert country == pytest.approx(100 * males / females, rel=1e-12)
    assert not math.isclose(country, sum(ratios) / len(ratios), rel_tol=1e-4)


def test_a_recorded_rate_rolls_up_by_its_numerator_and_denominator(reader, owner):
    Indicator.objects.create(
        code="cover", programme="statistics", unit="%", kind="share", rollup="ratio", multiplier=100, numerator="vaccinated",
        denominator="children", name_en="Cover",
    )  # fmt: skip
    rows = [("IQG01Q01", 90, 100), ("IQG01Q02", 1, 10)]
    record_values(
        None,
        [
            {"indicator": "cover", "place": place(ref).pk, "period": "2025", "numerator": a, "denominator": b}
            for ref, a, b in rows
        ],
        owner=owner.pk,
    )
    board = Reader(AnonymousUser()).board("2025", ["cover"])
    assert value_of(board, "IQG01Q01", "cover").value == 90
    figure = value_of(board, "IQG01", "cover")
    assert figure.value == pytest.approx(100 * 91 / 110)
    assert (figure.numerator, figure.denominator) == (91, 110)
    districts = [area for area in board.places.at(2, "ocha2019") if area.parent == place("IQG01").pk]
    assert figure.share_present == 2 / len(districts)


def test_the_share_of_parts_that_report_is_carried_up(reader, owner):
    """One district of one governorate reports; the other governorates report themselves: the country is not whole."""
    record(owner, {"place": place("IQG01Q01").pk, "period": "2031", "value": 10})
    others = Place.objects.filter(level=1).exclude(ref="IQG01")
    record(owner, *({"place": one.pk, "period": "2031", "value": 5} for one in others))
    board = reader.board("2031", ["population"])
    districts = [area for area in board.places.at(2, "ocha2019") if area.parent == place("IQG01").pk]
    part = value_of(board, "IQG01", "population").share_present
    assert part == 1 / len(districts) < 1
    country = value_of(board, "IQ", "population").share_present
    assert country == pytest.approx((len(others) + part) / (len(others) + 1))


def test_a_part_s_own_share_of_reports_is_carried_up(reader, owner):
    districts = Place.objects.filter(level=2, division="ocha2019", ref__startswith="IQG17")
    record(
        owner,
        *({"place": one.pk, "period": "2031", "value": 5, "share_present": 0.5} for one in districts),
    )
    board = reader.board("2031", ["population"])
    assert value_of(board, "IQG17", "population").share_present == pytest.approx(0.5)
    governorates = len(board.places.at(1))
    assert value_of(board, "IQ", "population").share_present == pytest.approx(0.5 / governorates)


def test_a_figure_by_formula_names_the_sources_of_both_terms(reader, owner):
    for by, source in (("sex=male", "Registry"), ("sex=female", "Survey")):
        row = {"indicator": "population", "by": by, "place": place("IQG17").pk, "period": "2031", "value": 10}
        record_values(None, [row], owner=owner.pk, source=source)
    figure = value_of(reader.board("2031", ["sex-ratio"]), "IQG17", "sex-ratio")
    assert (figure.value, figure.basis) == (100, DERIVED)
    assert figure.source == "Registry; Survey"


def test_a_term_that_adds_up_names_the_sources_of_all_that_it_adds(owner):
    Indicator.objects.create(
        code="both-sexes", programme="statistics", unit="1", kind="ratio", rollup="ratio", multiplier=1, name_en="Both",
        numerator="population{sex=male|female}", denominator="population",
    )  # fmt: skip
    for by, source in (("sex=male", "Registry"), ("sex=female", "Survey"), ("", "Registry")):
        row = {"indicator": "population", "by": by, "place": place("IQG17").pk, "period": "2031", "value": 10}
        record_values(None, [row], owner=owner.pk, source=source)
    figure = value_of(Reader(AnonymousUser()).board("2031", ["both-sexes"]), "IQG17", "both-sexes")
    assert (figure.value, figure.source) == (2, "Registry; Survey")


def test_density_takes_the_area_of_the_periods_end(reader):
    board = reader.board("2024", ["population-density", "population"])
    area = board.places.areas[place("IQG17").pk]
    figure = value_of(board, "IQG17", "population-density")
    assert figure.value == pytest.approx(board.value(area.id, "population") / board.places.km2(area))
    assert figure.basis == DERIVED


def test_rates_are_barred_where_the_country_pack_says_so(reader):
    board = reader.board("2024", ["population", "population-density", "share-urban", "sex-ratio"])
    assert value_of(board, "IQG14Q03", "population").value == 107_276
    for code in ("population-density", "share-urban", "sex-ratio"):
        figure = value_of(board, "IQG14Q03", code)
        assert (figure.value, figure.basis) == (None, BARRED), code
    # What a larger area is made of is not barred with it.
    assert value_of(board, "IQG14", "population-density").value > 0


def test_what_a_person_may_not_see_is_not_rolled_up(owner, django_user_model):
    record(owner, {"place": place("IQG01").pk, "period": "2031", "value": 10})
    IndicatorValue.objects.create(
        indicator=Indicator.objects.get(code="population", state="adopted"), place=place("IQG02"), period="2031", value=5,
        owner=django_user_model.objects.get(login="statistics.officer").organisation, sensitivity=2,
    )  # fmt: skip
    nobody = Reader(AnonymousUser()).board("2031", ["population"])
    assert value_of(nobody, "IQ", "population").value == 10
    assert value_of(nobody, "IQ", "population").share_present < 0.1
    officer = Reader(django_user_model.objects.get(login="statistics.officer")).board("2031", ["population"])
    assert value_of(officer, "IQ", "population").value == 15


def test_a_formula_with_alternatives_needs_all_of_them(reader):
    board = reader.board("2024", ["share-children", ("population", "age_group=00-04")])
    assert 30 < value_of(board, "IQ", "share-children").value < 45
    assert value_of(board, "IQG17Q04", "share-children") is None


def test_what_there_is(reader):
    assert periods(reader, ["population"]) == ["2024"]
    assert periods(reader, ["population-density"]) == ["2024"]
    there = disaggregations(reader, "population", ["2024"])
    assert there[0] == ""
    assert {"sex=female", "residence=urban", "age_group=00-04;sex=male"} <= set(there)
    assert chosen("sex", there) == ["sex=female", "sex=male"]
    assert chosen("sex=male", there) == ["sex=male"]
    assert len(chosen("sex,age_group", there)) == 36
    assert chosen("all", there) == there
    with pytest.raises(ValueError, match="disaggregation"):
        chosen("a b!", there)


def test_formulas_in_words(reader):
    from django.utils.translation import override

    with override("en"):
        assert formula_words(reader, "sex-ratio") == ("Population: Male", "Population: Female")
        assert formula_words(reader, "population-density") == (
            "Population", "area in km², by the borders at the period’s end",
        )  # fmt: skip
        assert formula_words(reader, "population") is None


def test_the_board_names_its_sources(reader):
    board = reader.board("2024", [Atom("population")])
    ((source, as_of),) = board.sources()
    assert "Annual Abstract of Statistics" in source
    assert as_of == "2024-11-20"
    assert not is_demonstration(source)
    assert is_demonstration("DEMONSTRATION: invented")


def test_writing_says_what_it_cannot_take(owner):
    row = {"indicator": "population", "place": place("IQG01").pk, "period": "2025", "value": 1}
    with pytest.raises(LookupError):
        record_values(None, [{**row, "indicator": "beauty"}], owner=owner.pk)
    with pytest.raises(ValueError, match="not broken down by colour"):
        record_values(None, [{**row, "by": {"colour": "red"}}], owner=owner.pk)
    with pytest.raises(ValueError, match="organisation"):
        record_values(None, [row])
