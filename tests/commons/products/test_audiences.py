"""Releases that are safe alone and not together; sums that nobody declared; places by their names; policies at the edge."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rafid.commons.places.country import country
from rafid.commons.places.models import Place
from rafid.commons.products.models import LedgerCell
from rafid.commons.products.release import guard, uploaded
from rafid.commons.products.release.desk import make
from rafid.commons.products.release.freeze import make_version
from rafid.commons.products.release.uploaded import BadRows
from rafid.commons.records.tasks import Failure
from rafid.methods.disclosure import attack_intervals

from .test_desk import Quiet
from .test_release import (  # noqa: F401
    FIELDS,
    _store,
    counts_for,
    desk,
    out,
    table_of,
)
from .test_release import (
    uploaded as as_table,
)

pytestmark = pytest.mark.django_db

HEAD = "area,period,sex,cases\n"


def partners_only(dataset):
    dataset.may_leave = "partners"
    dataset.save()
    return dataset


def four(desk):  # noqa: F811
    """A governorate whose first district has a small count, by district alone."""
    counts = [3, *(20 + 3 * n for n in range(len(desk.districts) - 1))]
    return {place.ref: n for place, n in zip(desk.districts, counts, strict=True)}


def lines(values):
    return HEAD + "".join(f"{ref},2026,,{n}\n" for ref, n in values.items())


def by_partner(desk, version):  # noqa: F811
    """The intervals that somebody finds who has both tables: written without a look at the desk's own attack."""
    held = {}
    for key, value in LedgerCell.objects.filter(measure="cases").order_by("id").values_list("key", "value"):
        held[json.loads(key).get("place")] = value if value is not None else held.get(json.loads(key).get("place"))
    for row in version.released.all():
        ref = row.values["area"]
        held[ref] = row.values["cases"] if row.values["cases"] is not None else held.get(ref)
    refs = list(held)
    parts = [refs.index(one.ref) for one in desk.districts]
    values = np.array([np.nan if held[ref] is None else held[ref] for ref in refs], dtype=float)
    low, high = attack_intervals(values, sums=[(refs.index(desk.governorate.ref), parts)])
    return dict(zip(refs, zip(low, high, strict=True), strict=True))


def test_two_releases_safe_alone_do_not_betray_together(desk):  # noqa: F811
    """Partners were given all large districts; the public total would give them the small one by subtraction."""
    values = four(desk)
    small = desk.districts[0].ref
    given = {ref: n for ref, n in values.items() if ref != small}
    out(desk, partners_only(as_table(desk, lines(given), code="for-partners")))
    assert set(LedgerCell.objects.filter(measure="cases").values_list("sensitivity", flat=True)) == {1}
    for_all = as_table(desk, lines(values | {desk.governorate.ref: sum(values.values())}))
    version = make_version(for_all, desk.author)
    assert version.sensitivity == 0
    low, high = by_partner(desk, version)[small]
    assert high - low >= 5 - 1e-6
    assert version.report["problems"] == []
    rows = {row.values["area"]: row.values["cases"] for row in version.released.all()}
    assert rows[desk.governorate.ref] is None
    public, partners = version.report["audiences"]
    assert (public["audience"], partners["audience"]) == (0, 1)
    assert public["ledger"] == 0
    assert partners["ledger"] == len(given)
    assert partners["more"] >= 1
    assert "audience1" in {one["why"] for one in version.report["withheld"]}


def test_the_desk_says_who_could_work_out_what(desk, client):  # noqa: F811
    values = four(desk)
    given = {ref: n for ref, n in values.items() if ref != desk.districts[0].ref}
    out(desk, partners_only(as_table(desk, lines(given), code="for-partners")))
    make_version(as_table(desk, lines(values | {desk.governorate.ref: sum(values.values())})), desk.author)
    client.force_login(desk.author)
    for language, words in (
        ("en", ("Who could work out what", "would tell partners a small one")),
        ("ar", ("مَن يستطيع أن يستنتج ماذا",)),
        ("ckb", ("کێ دەتوانێت چی دەربهێنێت",)),
    ):
        page = client.get(f"/desk/cases/1/?lang={language}").content.decode()
        for one in words:
            assert one in page


def test_what_partners_had_before_no_longer_hides_from_partners(desk):  # noqa: F811
    """A partner who was given the small count itself learns nothing; the public still does not get it."""
    values = four(desk)
    small = desk.districts[0].ref
    first = partners_only(as_table(desk, lines(values), code="for-partners"))
    first.k = 2
    first.save()
    out(desk, first)
    version = make_version(as_table(desk, lines(values | {desk.governorate.ref: sum(values.values())})), desk.author)
    rows = {row.values["area"]: row.values["cases"] for row in version.released.all()}
    assert rows[small] is None
    assert rows[desk.governorate.ref] is not None
    assert sum(value is None for value in rows.values()) == 2
    assert version.report["problems"] == []


def test_figures_for_partners_that_came_meanwhile_stop_a_public_one(desk):  # noqa: F811
    from django.core.exceptions import ValidationError

    from rafid.commons.products.release.decide import approve, publish, send_to_review

    values = four(desk)
    small = desk.districts[0].ref
    version = send_to_review(make_version(as_table(desk, lines(values)), desk.author), desk.author)
    version = approve(version, desk.steward)
    given = {ref: n for ref, n in values.items() if ref != small}
    out(desk, partners_only(as_table(desk, lines(given), code="for-partners")))
    with pytest.raises(ValidationError):
        publish(version, desk.approver)


# Sums that no field declares


def columns(desk, third="third"):  # noqa: F811
    return [
        FIELDS[0], FIELDS[1],
        *({"name": name, "kind": "integer", "role": "sensitive"} for name in ("boys", "girls")),
        {"name": third, "kind": "integer", "role": "none"},
    ]  # fmt: skip


def test_a_total_column_that_nobody_declared_is_guarded(desk):  # noqa: F811
    text = "area,period,boys,girls,third\n"
    for number, place in enumerate(desk.districts):
        boys, girls = (3, 40) if not number else (20 + number, 30 + 2 * number)
        text += f"{place.ref},2026,{boys},{girls},{boys + girls}\n"
    version = make_version(as_table(desk, text, fields=columns(desk)), desk.author)
    assert version.report["found"]["columns"] == [("third", ["boys", "girls"])]
    first = version.released.get(values__area=desk.districts[0].ref).values
    assert first["boys"] is None
    assert [first["girls"], first["third"]].count(None) >= 1
    assert version.report["problems"] == []


def test_a_code_that_stands_for_others_is_found_and_shown(desk, client):  # noqa: F811
    text = HEAD
    for number, place in enumerate(desk.districts):
        parts = {"young": 3 if not number else 25 + number, "grown": 40 + number, "old": 31 + 2 * number}
        parts["under60"] = parts["young"] + parts["grown"]
        parts[""] = parts["under60"] + parts["old"]
        text += "".join(f"{place.ref},2026,{name},{n}\n" for name, n in parts.items())
    version = make_version(as_table(desk, text), desk.author)
    codes = {total: sorted(parts) for total, parts in version.report["found"]["codes"]["sex"]}
    assert codes == {"under60": ["grown", "young"]}
    rows = {
        row.values["sex"]: row.values["cases"] for row in version.released.filter(values__area=desk.districts[0].ref)
    }
    assert rows["young"] is None
    assert [rows["grown"], rows["under60"]].count(None) >= 1
    assert version.report["open"] == 0
    client.force_login(desk.author)
    page = client.get("/desk/cases/1/?lang=en").content.decode()
    assert "Sums found in the numbers" in page
    assert "under60 = young + grown" in page or "under60 = grown + young" in page


def test_a_country_is_the_sum_of_its_districts_where_no_governorate_is(desk):  # noqa: F811
    country = desk.governorate.parent
    values = four(desk)
    version = make_version(as_table(desk, lines(values | {country.ref: sum(values.values())})), desk.author)
    assert version.report["sums"] == 1
    assert version.report["secondary"] == 1


# Places by their names


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_places_are_known_by_their_names(desk, language):  # noqa: F811
    place = next(one for one in usual(desk) if _alone(one, language))
    version = make_version(as_table(desk, f"{HEAD}{place.names[language]},2026,,40\n"), desk.author)
    row = version.released.get()
    assert (row.place_id, row.values["area"]) == (place.pk, place.pcode or place.ref)


def usual(desk):  # noqa: F811
    """The districts that a name means: of the country's first division."""
    return Place.objects.filter(parent=desk.governorate, level=2, division=country().division).order_by("ref")


def _alone(place, language):
    from rafid.commons.places.matching import PlaceMatcher
    from rafid.commons.products.release.named_places import LARGE

    name = place.names[language]
    return bool(name) and PlaceMatcher(LARGE).match_many([name])[0].place_id == place.pk


def test_one_place_under_two_names_is_one_row_twice(desk):  # noqa: F811
    place = next(one for one in usual(desk) if _alone(one, "ar") and _alone(one, "en"))
    text = f"{HEAD}{place.names['ar']},2026,,40\n{place.names['en']},2026,,41\n"
    with pytest.raises(BadRows) as refused:
        make_version(as_table(desk, text), desk.author)
    assert refused.value.rows[0][0] == 3


def test_a_name_that_fits_two_places_or_none_is_refused_with_what_to_do(desk):  # noqa: F811
    from django.utils.translation import override

    place = next(one for one in usual(desk) if _alone(one, "en"))
    twin = Place.objects.create(
        ref="TWIN", level=2, parent=Place.objects.get(ref="IQG02"), division=place.division,
        **{f"name_{code}": text for code, text in place.names.items()},
    )  # fmt: skip
    name = place.names["en"]
    with override("en"), pytest.raises(BadRows) as refused:
        make_version(as_table(desk, f"{HEAD}{name},2026,,40\nQqqqqxxxzz,2026,,41\n"), desk.author)
    (first, field, doubtful), (second, _field, unknown) = refused.value.rows
    assert (first, second, field) == (2, 3, "area")
    assert twin.ref in doubtful
    assert place.ref in doubtful
    assert "Write the code" in doubtful
    assert "Qqqqqxxxzz" in unknown


def refused_in_three(desk, dataset):  # noqa: F811
    with pytest.raises(Failure) as failure:
        make(Quiet(), dataset=str(dataset.pk), by=str(desk.author.pk))
    said = failure.value.text
    assert set(said) == {"ar", "ckb", "en"}
    assert len({*said.values()}) == 3
    return said


def test_bad_rows_are_named_in_three_languages(desk):  # noqa: F811
    said = refused_in_three(desk, as_table(desk, f"{HEAD}Qqqqqxxxzz,2026,,40\n"))
    assert "No place is called" in said["en"]
    assert "No place is called" not in said["ar"]
    assert "Qqqqqxxxzz" in said["ckb"]


# At the edge


def test_too_many_rows_too_many_cells_too_long_are_refused_in_three_languages(desk, monkeypatch):  # noqa: F811
    dataset = table_of(desk, counts_for(desk))
    with monkeypatch.context() as patch:
        patch.setattr(uploaded, "MOST", 3)
        assert "split the table" in refused_in_three(desk, dataset)["en"]
    with monkeypatch.context() as patch:
        patch.setattr(guard, "LARGEST", 3)
        assert "fewer breakdowns" in refused_in_three(desk, dataset)["en"]
    from rafid.methods.disclosure import guard as search

    with monkeypatch.context() as patch:
        patch.setattr(search, "LIMIT", 0)
        assert "takes too long" in refused_in_three(desk, dataset)["en"]
    assert dataset.versions.count() == 0


def test_a_policy_that_withholds_everything_says_so(desk, client):  # noqa: F811
    dataset = table_of(desk, counts_for(desk))
    dataset.k = 30_000
    dataset.save()
    version = make_version(dataset, desk.author)
    assert version.report["all"]
    assert not [row for row in version.released.all() if row.values["cases"]]
    client.force_login(desk.author)
    pages = [client.get(f"/desk/cases/1/?lang={language}").content.decode() for language in ("en", "ar", "ckb")]
    assert "withholds every count" in pages[0]
    assert "withholds every count" not in pages[1] + pages[2]


def test_totals_that_do_not_add_up_are_counted_and_said(desk, client):  # noqa: F811
    values = four(desk)
    make_version(as_table(desk, lines(values | {desk.governorate.ref: sum(values.values()) + 7})), desk.author)
    client.force_login(desk.author)
    assert "is not the sum of its parts here" in client.get("/desk/cases/1/?lang=en").content.decode()


@pytest.mark.parametrize("number", ["-3", "2.5"])
def test_a_measure_that_is_no_count_is_refused(desk, number):  # noqa: F811
    fields = [*FIELDS[:3], FIELDS[3] | {"kind": "number"}]
    said = refused_in_three(desk, as_table(desk, f"{HEAD}{desk.governorate.ref},2026,,{number}\n", fields=fields))
    assert f"cases: {number}" in said["en"]


@pytest.mark.parametrize("value", ["", "7", "0"])
def test_all_missing_all_equal_and_all_zero_are_versions(desk, value):  # noqa: F811
    version = make_version(as_table(desk, lines(dict.fromkeys(four(desk), value))), desk.author)
    assert version.rows == len(desk.districts)
    assert version.report.get("primary", 0) == 0
    assert version.report["cells"] == (0 if value == "" else len(desk.districts))


def test_an_indicator_that_is_defined_as_parts_of_another_gives_a_sum(desk):  # noqa: F811
    from rafid.commons.indicators.models import Indicator

    Indicator.objects.create(
        code="young-people", programme="wells", unit="people", kind="count", rollup="sum", name_en="Young",
        numerator="all-people{age_group=00-04|05-09}", state="adopted",
    )  # fmt: skip
    fields = [
        *FIELDS[:2], {"name": "age_group", "kind": "text", "role": "quasi"},
        {"name": "people", "kind": "integer", "role": "sensitive", "measure": "all-people"},
        {"name": "young", "kind": "integer", "role": "sensitive", "measure": "young-people"},
    ]  # fmt: skip
    first, second = desk.districts[:2]
    text = "area,period,age_group,people,young\n" + "".join(
        f"{place.ref},2026,{code},{people},{young}\n"
        for place, numbers in ((first, (3, 40, 50)), (second, (30, 21, 70)))
        for code, people, young in zip(
            ("00-04", "05-09", "10-14", ""), (*numbers, ""), ("", "", "", sum(numbers[:2])), strict=True
        )
    )
    version = make_version(as_table(desk, text, fields=fields), desk.author)
    rows = {row.values["age_group"]: row.values for row in version.released.filter(values__area=first.ref)}
    assert rows["00-04"]["people"] is None
    assert [rows["05-09"]["people"], rows[None]["young"]].count(None) == 1


def test_a_column_of_governorates_means_governorates_though_districts_are_called_alike(desk):  # noqa: F811
    names = [place.names["ar"] for place in Place.objects.filter(ref__in=["IQG02", "IQG08", "IQG15"]).order_by("ref")]
    text = HEAD + "".join(f"{name},2026,,40\n" for name in names)
    version = make_version(as_table(desk, text), desk.author)
    assert {row.place.level for row in version.released.select_related("place")} == {1}
