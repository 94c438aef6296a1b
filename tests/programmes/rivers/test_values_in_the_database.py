"""What the table of values refuses, and that it is partitioned as reading needs it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from rafid.programmes.rivers.models import Value

from .conftest import LONG_AGO, at, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(river):
    return river.make_series(river.make_station())


def put(series, time=None, known_from=None, **values):
    values = {"value": 2.5, "quality": 1, **values}
    return Value.objects.create(series=series, time=time or at(), known_from=known_from or at(1, 7), **values)


def test_a_correction_is_a_new_row_with_a_reason(stage):
    put(stage)
    with refused("value_change_without_reason"):
        put(stage, known_from=at(2), value=2.6)
    put(stage, known_from=at(2), value=2.6, reason="Read again")
    assert Value.objects.filter(series=stage).count() == 2


@pytest.mark.parametrize("sql", ["UPDATE rafid_rivers_value SET value = 9", "DELETE FROM rafid_rivers_value"])
def test_a_value_stays(stage, sql):
    put(stage)
    with refused("value_stays"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_value_stays_also_in_its_partition(stage):
    put(stage)
    with refused("value_stays"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rafid_rivers_value_2026")


def test_nothing_is_known_before_its_series(stage):
    with refused("value_known_before_series"):
        put(stage, known_from=LONG_AGO - timedelta(days=1))


def test_the_same_key_twice_is_refused(stage):
    put(stage)
    with refused("rafid_rivers_value_2026_pkey"):
        put(stage, value=3.0, reason="Again")


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("value_quality_known", {"quality": 5}),
        ("value_missing_is_empty", {"value": None}),
        ("value_missing_is_empty", {"quality": 9}),
        ("value_is_a_number", {"value": float("inf")}),
        ("value_is_a_number", {"value": float("nan")}),
    ],
)
def test_a_row_says_what_it_is(stage, rule, values):
    with refused(rule):
        put(stage, **values)


def test_a_series_with_values_is_not_deleted(stage):
    put(stage)
    with refused("value_of_a_series"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rafid_rivers_series WHERE id = %s", [stage.pk])


def test_who_recorded_a_value_is_an_account_and_stays_one(river, stage):
    with refused("value_of_a_person"):
        put(stage, made_by_id=uuid4())
    put(stage, made_by=river.reader)
    with refused("value_of_a_person"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rafid_people_account WHERE id = %s", [river.reader.pk])


def test_a_year_far_away_gets_its_partition(stage):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rafid_rivers_value_year(1931), rafid_rivers_value_year(1931)")
    put(stage, time=at(year=1931), known_from=at())
    assert Value.objects.filter(series=stage, time__lt=LONG_AGO).count() == 1
