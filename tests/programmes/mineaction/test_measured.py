"""Figures of ground: what is left at a period's end and what a period released, each square metre of a district once."""

from __future__ import annotations

from datetime import date

import pytest

from rafid.commons.indicators.compute import compute_indicators
from rafid.commons.indicators.models import IndicatorValue
from rafid.commons.indicators.sync import sync_indicators
from rafid.commons.places.models import Place
from rafid.programmes.mineaction.picture.asked import Asked
from rafid.programmes.mineaction.picture.inputs import inputs_for
from rafid.programmes.mineaction.picture.ledgers import ledger_at
from rafid.programmes.mineaction.picture.measured import contaminated, released

from .conftest import square

pytestmark = pytest.mark.django_db
CODES = ("mine-contaminated-area", "mine-released-area")


@pytest.fixture
def worked(ground):
    """Two hazards that overlap by a third; half of the first is cleared in March, partly twice."""
    first = ground.make_hazard("confirmed")
    ground.make_hazard("suspected", east=2)
    ground.make_release(first, ground=square(0, 0, 1.5))
    ground.make_release(first, ground=square(0.5, 0, 1))
    return ground


def figure(compute, ground, period):
    rows = {row["place"]: row["value"] for row in compute(list(Place.objects.all()), period)}
    return rows.get(ground.place.pk)


def test_what_is_left_is_the_ledgers(worked):
    for on, period in ((date(2026, 1, 31), "202601"), (date(2026, 12, 31), "2026")):
        left = ledger_at(inputs_for(worked.im_officer, worked.place), Asked(on)).remaining
        assert figure(contaminated, worked, period) == pytest.approx(left / 1e6, abs=1e-9)


def test_what_was_released_counts_once_and_in_its_month(worked):
    before = figure(contaminated, worked, "202602")
    assert figure(released, worked, "202603") == pytest.approx(
        before - figure(contaminated, worked, "202603"), rel=1e-6
    )
    assert (figure(released, worked, "202602"), figure(released, worked, "202604")) == (0, 0)


def test_they_are_recorded_for_dashboards(worked):
    sync_indicators()
    compute_indicators("202603", worked.dma.pk, CODES)
    rows = IndicatorValue.objects.filter(indicator__code__in=CODES, place=worked.place, period="202603")
    assert {row.indicator.code for row in rows} == set(CODES)
    assert all(row.value > 0 for row in rows)
    assert {row.indicator.sensitivity for row in rows} == {1}
