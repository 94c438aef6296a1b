"""The release desk: a table of counts is frozen, protected, attacked, decided on, published, and followed by a linked one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction

from rafid.commons import blobs
from rafid.commons.places.models import Level, Place
from rafid.commons.products.catalogue.finding import dataset_seen, newest, version_seen
from rafid.commons.products.catalogue.sync import set_fields
from rafid.commons.products.models import Dataset, LedgerCell, ReleasedRow
from rafid.commons.products.release.decide import approve, publish, send_back, send_to_review, withdraw
from rafid.commons.products.release.freeze import make_version
from rafid.commons.products.release.uploaded import BadRows
from rafid.commons.products.released_table import ReleasedTable
from rafid.commons.products.tables import Filters
from rafid.methods.disclosure import attack_intervals

pytestmark = pytest.mark.django_db

FIELDS = [
    {"name": "area", "kind": "place", "role": "none", "hxl": "#adm2+code"},
    {"name": "period", "kind": "period", "role": "none", "hxl": "#date+period"},
    {"name": "sex", "kind": "text", "role": "quasi"},
    {"name": "cases", "kind": "integer", "role": "sensitive", "measure": "cases", "hxl": "#affected"},
]


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def desk(world):
    """People of the desk, and a dataset of cases in one governorate with its districts, by sex."""
    governorate = (
        Place.objects.filter(level=Level.GOVERNORATE, ref="IQG08").first() or Place.objects.filter(level=1).first()
    )
    districts = list(Place.objects.filter(parent=governorate, level=Level.DISTRICT, division="ocha").order_by("ref"))
    if not districts:
        districts = list(Place.objects.filter(parent=governorate, level=Level.DISTRICT).order_by("ref"))
        districts = [one for one in districts if one.division == districts[0].division]
    return SimpleNamespace(
        author=world.person("author", ("platform.author", None, None)),
        steward=world.person("steward", ("platform.steward", None, None)),
        approver=world.person("approver", ("platform.approver", None, None)),
        governorate=governorate, districts=districts, world=world,
    )  # fmt: skip


def table_of(desk, counts, code="cases", fields=FIELDS):
    """``counts``: for each district (female, male); totals are added."""
    lines = ["area,period,sex,cases"]
    for place, (female, male) in zip(desk.districts, counts, strict=True):
        for sex, n in (("f", female), ("m", male), ("", female + male)):
            lines.append(f"{place.ref},2026,{sex},{n}")
    for sex, n in (("f", sum(c[0] for c in counts)), ("m", sum(c[1] for c in counts)), ("", sum(map(sum, counts)))):
        lines.append(f"{desk.governorate.ref},2026,{sex},{n}")
    return uploaded(desk, "\n".join(lines), code, fields)


def uploaded(desk, text, code="cases", fields=FIELDS):
    blob = blobs.keep(text.encode())
    dataset, _made = Dataset.objects.update_or_create(
        code=code,
        defaults={
            "programme": "wells", "origin": "table", "source": {"sha256": blob.sha256, "name": "cases.csv"}, "k": 5,
            "name_ar": "الحالات", "name_ckb": "حاڵەتەکان", "name_en": "Cases", "licence": "CC-BY-4.0",
        },
    )  # fmt: skip
    set_fields(dataset, fields)
    return dataset


def counts_for(desk):
    """A small cell in the first district, enough elsewhere."""
    return [(3, 40)] + [(20 + 3 * n, 30 + 2 * n) for n in range(len(desk.districts) - 1)]


def out(desk, dataset):
    version = send_to_review(make_version(dataset, desk.author), desk.author)
    return publish(approve(version, desk.steward), desk.approver)


def test_a_small_cell_is_withheld_with_what_would_tell_it(desk):
    dataset = table_of(desk, counts_for(desk))
    version = make_version(dataset, desk.author)
    assert version.report["primary"] == 1
    assert version.report["secondary"] >= 3
    assert version.report["problems"] == []
    assert version.report["narrowest"] is None or version.report["narrowest"] >= 5
    rows = {row.key: row.values for row in version.released.all()}
    small = rows[f"{desk.districts[0].ref}|2026|f"]
    assert (small["cases"], small["cases_flag"]) == (None, "*")
    total = rows[f"{desk.governorate.ref}|2026|"]
    assert total["cases"] == sum(map(sum, counts_for(desk)))
    assert "3" not in [str(row["cases"]) for row in rows.values()]


def test_the_way_to_the_public(desk, world):
    dataset = table_of(desk, counts_for(desk))
    stranger = world.stranger
    with pytest.raises(LookupError):
        dataset_seen("cases", stranger)
    version = make_version(dataset, desk.author)
    with pytest.raises(ValidationError):
        approve(version, desk.steward)
    version = send_to_review(version, desk.author)
    with pytest.raises(ValidationError):
        approve(version, desk.author)
    with pytest.raises(ValidationError):
        publish(version, desk.approver)
    version = publish(approve(version, desk.steward), desk.approver)
    assert newest(dataset_seen("cases", stranger), stranger) == version
    assert (
        LedgerCell.objects.filter(version=version, value=None).count()
        == version.report["primary"] + version.report["secondary"]
    )
    lines = list(ReleasedTable(version).lines())
    assert len(lines) == version.rows == 3 * (len(desk.districts) + 1)
    inside = ReleasedTable(version, Filters(place=desk.districts[1]))
    assert inside.count() == 3
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        ReleasedRow.objects.filter(version=version).update(values={"cases": 3})
    version.sha256 = "0" * 64
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        version.save()
    dataset.refresh_from_db()
    withdraw(dataset, desk.approver, why={"en": "Wrong source"})
    found = dataset_seen("cases", stranger)
    assert (found.state, newest(found, stranger)) == ("withdrawn", None)
    with pytest.raises(LookupError):
        version_seen(found, 1, stranger)


def test_whoever_made_it_does_not_approve_it(desk):
    admin = desk.world.person("boss", ("platform.administrator", None, None))
    version = send_to_review(make_version(table_of(desk, counts_for(desk)), admin), admin)
    with pytest.raises(ValidationError):
        approve(version, admin)
    version = send_back(version, desk.steward, why="Too fine")
    assert version.state == "draft"


def test_the_second_release_of_the_same_rows_is_the_same_and_says_so(desk):
    dataset = table_of(desk, counts_for(desk))
    first = out(desk, dataset)
    second = make_version(dataset, desk.author)
    assert (second.number, second.major, second.sha256) == (2, 1, first.sha256)
    assert second.changes == {"against": 1, "added": 0, "removed": 0, "changed": 0, "fields": {}}


def test_a_removed_field_is_a_breaking_change(desk):
    first = out(desk, table_of(desk, counts_for(desk)))
    fields = [one for one in FIELDS if one["name"] != "sex"]
    text = f"area,period,cases\n{desk.governorate.ref},2026,60\n"
    second = make_version(uploaded(desk, text, fields=fields), desk.author)
    assert (first.major, second.major, second.changes["fields"]["removed"]) == (1, 2, ["sex"])


def test_a_later_table_does_not_betray_the_earlier_one(desk):
    """The same measure in another dataset, by sex only: it would give back what was withheld with the small cell."""
    out(desk, table_of(desk, counts_for(desk)))
    rows = [f"{place.ref},2026,{sex},{n}" for place, pair in zip(desk.districts, counts_for(desk), strict=True)
            for sex, n in (("f", pair[0]), ("m", pair[1])) if n >= 5]  # fmt: skip
    other = uploaded(desk, "area,period,sex,cases\n" + "\n".join(rows), code="cases-again")
    version = make_version(other, desk.author)
    hidden = set(LedgerCell.objects.filter(value=None).values_list("key", flat=True))
    assert {one["key"] for one in version.report["withheld"]} <= hidden
    shown = [row.values for row in version.released.all() if row.values["cases"] is not None]
    assert len(shown) < len(rows)
    assert version.report["problems"] == []


def test_bad_rows_are_named(desk):
    text = "area,period,sex,cases\nNOWHERE,2026,f,4\nIQG01,20x6,f,four\n"
    with pytest.raises(BadRows) as refused:
        make_version(uploaded(desk, text), desk.author)
    assert [(row, field) for row, field, _said in refused.value.rows] == [(2, "area"), (3, "period"), (3, "cases")]


def test_no_rows_at_all_is_a_version_of_none(desk):
    version = make_version(uploaded(desk, "area,period,sex,cases\n"), desk.author)
    assert (version.rows, version.report["cells"]) == (0, 0)


def test_an_attacker_with_all_published_cells_finds_no_narrow_interval(desk):
    """The independent attempt: the sums of the table as a reader writes them down, the values as published."""
    version = make_version(table_of(desk, counts_for(desk)), desk.author)
    rows = {row.key: row.values["cases"] for row in version.released.order_by("n")}
    keys = list(rows)
    at = {key: n for n, key in enumerate(keys)}
    areas = [*[one.ref for one in desk.districts], desk.governorate.ref]
    sums = [(at[f"{area}|2026|"], [at[f"{area}|2026|f"], at[f"{area}|2026|m"]]) for area in areas]
    for sex in ("f", "m", ""):
        sums.append((at[f"{areas[-1]}|2026|{sex}"], [at[f"{area}|2026|{sex}"] for area in areas[:-1]]))
    values = np.array([np.nan if rows[key] is None else rows[key] for key in keys], dtype=float)
    low, high = attack_intervals(values, sums=sums)
    small = at[f"{desk.districts[0].ref}|2026|f"]
    assert high[small] - low[small] >= 5 - 1e-6


def test_figures_of_indicators_are_a_dataset(desk):
    """Population of the demonstration by sex, as a composer chooses it; the country is the sum of its governorates."""
    from rafid.commons.indicators.models import Indicator
    from rafid.commons.products.release.of_figures import figure_fields

    chosen = Indicator.objects.adopted().filter(code__in=["population", "share-urban"]).order_by("code")
    dataset = Dataset.objects.create(
        code="people", programme="statistics", origin="figures", name_en="People",
        source={"indicators": [one.code for one in chosen], "by": ["sex"], "levels": ["governorate", "district"]},
    )  # fmt: skip
    set_fields(dataset, figure_fields(chosen, ["sex"]))
    version = make_version(dataset, desk.author)
    assert version.rows > 100
    assert version.report["cells"] > 100
    assert version.report["sums"] > 10
    assert version.bounds is not None
    row = version.released.filter(values__sex="total", values__level="governorate").first()
    assert row.shape is not None
    assert row.values["population"] > 0
