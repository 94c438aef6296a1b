"""Arrays that outgrow a machine: the same functions on Dask's blocks give the same numbers, one block at a time."""

from __future__ import annotations

import numpy as np
import pytest

from rafid.methods.hydrology import crps, gr4j, spi

da = pytest.importorskip("dask.array", reason="Dask is not installed")


@pytest.fixture
def chance():
    return np.random.default_rng(3)


def test_an_index_of_drought_of_a_grid_in_blocks_of_cells(chance):
    rain = chance.gamma(2.0, 20.0, (12, 9, 240))
    blocks = da.from_array(rain, chunks=(4, 3, 240))
    found = blocks.map_blocks(spi, scale=3, dtype=float)
    assert found.numblocks == (3, 3, 1)
    np.testing.assert_array_equal(found.compute(scheduler="threads"), spi(rain, scale=3))


def test_scores_of_an_ensemble_in_blocks_of_cases(chance):
    members, seen = chance.normal(size=(51, 2_000)), chance.normal(size=2_000)

    def total(some, own):
        return np.array([crps(some, own) * own.size])

    parts = da.map_blocks(
        total,
        da.from_array(members, chunks=(51, 500)),
        da.from_array(seen, chunks=500),
        dtype=float,
        chunks=(1,),
        drop_axis=0,
    )
    assert parts.sum().compute(scheduler="threads") / seen.size == pytest.approx(crps(members, seen), rel=1e-12)


def test_many_sets_of_a_model_in_blocks_of_sets(chance):
    rain, pet = chance.gamma(0.4, 9.0, 500), np.full(500, 2.0)
    sets = np.column_stack([chance.uniform(low, high, 64) for low, high in ((100, 900), (-2, 2), (20, 200), (1, 5))])

    def flows(some):
        x1, x2, x3, x4 = some.T
        many = (len(some), rain.size)
        return gr4j(np.broadcast_to(rain, many), np.broadcast_to(pet, many), x1=x1, x2=x2, x3=x3, x4=x4).flow

    found = da.from_array(sets, chunks=(16, 4)).map_blocks(flows, dtype=float, chunks=(16, rain.size))
    np.testing.assert_allclose(found.compute(scheduler="threads"), flows(sets), rtol=0, atol=1e-12)
