"""Withholding and its audit: worked examples, errors, and an attacker of its own against random tables."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from rafid.methods.disclosure import (
    LinkedTable,
    TooLargeError,
    attack_intervals,
    link,
    protect_counts,
    protect_linked,
)
from rafid.methods.disclosure.sums import read_sums

NAN = float("nan")


def crossed(base, groups=None):
    """All cells of a table with every margin, and the sums; ``groups`` of the first field (places) are totals, too."""
    shape = base.shape
    grown = base
    if groups:
        grown = np.concatenate([grown, [grown[list(group)].sum(axis=0) for group in groups]])
    grown = np.concatenate([grown, base.sum(axis=0, keepdims=True)])
    for axis in range(1, base.ndim):
        grown = np.concatenate([grown, grown.sum(axis=axis, keepdims=True)], axis=axis)
    cell, sums = np.arange(grown.size).reshape(grown.shape), []
    for axis in range(base.ndim):
        for line in np.moveaxis(cell, axis, -1).reshape(-1, cell.shape[axis]):
            if axis == 0 and groups:
                ends = line[shape[0] : shape[0] + len(groups)]
                sums += [(int(end), line[list(group)]) for end, group in zip(ends, groups, strict=True)]
                sums.append((int(line[-1]), ends))
            else:
                sums.append((int(line[-1]), line[:-1]))
    return grown.ravel().astype(float), sums


def attacker(values, sums, cell):
    """What a reader finds about one cell: two linear programs, written without a look at what is tested."""
    unknown = np.flatnonzero(np.isnan(values))
    matrix, right = [], []
    for total, parts in sums:
        row = np.zeros(len(values))
        row[total] -= 1
        row[list(parts)] += 1
        matrix.append(row[unknown])
        right.append(-np.nansum(row * values))
    aim = (unknown == cell).astype(float)
    ends = []
    for sign in (1, -1):
        answer = linprog(sign * aim, A_eq=np.array(matrix), b_eq=right, bounds=(1, None))
        assert answer.status in (0, 3), answer.message
        ends.append(sign * answer.fun if answer.status == 0 else np.inf)
    return ends


def check(counts, sums, k=5, known=None):
    """The guarantee, and whatever else every protection must be."""
    found = protect_counts(counts, sums=sums, k=k, known=known)
    public = np.zeros(len(counts), bool) if known is None else known
    assert (found.primary == ((counts > 0) & (counts < k) & ~public)).all()
    assert (found.withheld == np.isnan(found.values)).all()
    assert found.withheld[found.primary].all()
    assert not (found.withheld & (public | (counts == 0))).any()
    assert (found.values[~found.withheld] == counts[~found.withheld]).all()
    for cell in np.flatnonzero(found.primary):
        low, high = attacker(found.values, sums, cell)
        assert high - low >= k - 1e-6, f"cell {cell} lies in [{low}, {high}]"
    return found


@st.composite
def tables(draw):
    """Two or three fields, sparse or dense, places in groups or not, one cell or many."""
    shape = draw(st.lists(st.integers(1, 4), min_size=2, max_size=3))
    size = int(np.prod(shape))
    cells = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 40, 300])
    base = np.array(draw(st.lists(cells, min_size=size, max_size=size))).reshape(shape)
    groups = None
    if shape[0] > 2 and draw(st.booleans()):
        cut = draw(st.integers(1, shape[0] - 1))
        groups = [range(cut), range(cut, shape[0])]
    return crossed(base, groups)


# Worked examples


def test_a_single_sum():
    found = protect_counts([3, 20, 30, 53], sums=[(3, [0, 1, 2])])
    assert found.withheld.tolist() == [True, True, False, False]
    assert found.primary.tolist() == [True, False, False, False]
    low, high = attack_intervals(found.values, sums=[(3, [0, 1, 2])])
    assert low.tolist() == [1, 1, 30, 53]
    assert high.tolist() == [22, 22, 30, 53]


def test_withholding_the_small_one_alone_gives_it_away():
    low, high = attack_intervals([NAN, 20, 30, 53], sums=[(3, [0, 1, 2])])
    assert (low[0], high[0]) == (3, 3)


TWO_WAY = crossed(np.array([[2, 40, 31], [30, 25, 12], [18, 22, 4]]))


def test_a_table_with_margins():
    counts, sums = TWO_WAY
    assert counts.reshape(4, 4)[3].tolist() == [50, 87, 47, 184]
    found = protect_counts(counts, sums=sums)
    assert np.flatnonzero(found.primary).tolist() == [0, 10]
    assert np.flatnonzero(found.withheld).tolist() == [0, 2, 8, 10]
    low, high = attack_intervals(found.values, sums=sums)
    assert list(zip(low[[0, 2, 8, 10]], high[[0, 2, 8, 10]], strict=True)) == [(1, 19), (14, 32), (1, 19), (3, 21)]


def test_a_table_with_its_two_small_cells_withheld_tells_both():
    counts, sums = TWO_WAY
    counts = counts.copy()
    counts[[0, 10]] = NAN
    low, high = attack_intervals(counts, sums=sums)
    assert low[[0, 10]].tolist() == high[[0, 10]].tolist() == [2, 4]


# Protection


@settings(max_examples=120, deadline=None)
@given(tables(), st.sampled_from([2, 3, 5, 10]))
def test_no_attacker_finds_a_small_cell(table, k):
    check(*table, k=k)


@settings(max_examples=40, deadline=None)
@given(tables(), st.data())
def test_what_is_known_stays_known_and_the_rest_bends_or_is_refused(table, data):
    counts, sums = table
    known = np.array(data.draw(st.lists(st.booleans(), min_size=len(counts), max_size=len(counts))))
    known &= np.random.default_rng(data.draw(st.integers(0, 9))).random(len(counts)) < 0.4
    try:
        check(counts, sums, known=known)
    except ValueError:
        # Refused rightly: not even with all else withheld is every small cell wide.
        most = np.where((counts > 0) & ~known, NAN, counts)
        narrow = []
        for cell in np.flatnonzero(np.isnan(most) & (counts < 5)):
            low, high = attacker(most, sums, cell)
            narrow.append(high - low < 5 - 1e-6)
        assert any(narrow)


def safe(counts, withheld, sums, k):
    values = np.where(withheld, NAN, counts)
    if any(np.isnan(values[[total, *parts]]).sum() == 1 for total, parts in sums):
        return False
    ends = [attacker(values, sums, cell) for cell in np.flatnonzero((counts > 0) & (counts < k))]
    return all(high - low >= k - 1e-6 for low, high in ends)


def fewest(counts, sums, k, below):
    """By trying all: how few cells need to be withheld beyond the small ones, totals left alone; None where that is no way."""
    small = (counts > 0) & (counts < k)
    others = np.flatnonzero(counts >= k)
    others = others[~np.isin(others, [total for total, _ in sums])]
    if not safe(counts, small | np.isin(np.arange(len(counts)), others), sums, k):
        return None
    for number in range(below):
        for chosen in combinations(others, number):
            withheld = small.copy()
            withheld[list(chosen)] = True
            if safe(counts, withheld, sums, k):
                return number
    return below


def test_few_cells_are_withheld_beyond_the_small_ones_and_totals_last():
    mine, least, compared = 0, 0, 0
    for seed in range(16):
        chance = np.random.default_rng(seed)
        counts, sums = crossed(chance.poisson(chance.lognormal(2.4, 0.8, [(3, 3), (3, 4), (2, 2, 3)][seed % 3])))
        found = check(counts, sums)
        more = found.withheld & ~found.primary
        number = fewest(counts, sums, 5, more.sum())
        if number is not None:
            assert not more[[total for total, _ in sums]].any()
            mine, least, compared = mine + more.sum(), least + number, compared + 1
    assert compared >= 8
    assert mine <= 1.05 * least


def test_parents_are_withheld_last():
    # Country, two governorates of three districts; one district is small.
    sums = [(7, [0, 1, 2]), (8, [3, 4, 5]), (6, [7, 8])]
    found = check(np.array([2.0, 800, 900, 30, 40, 50, 1822, 1702, 120]), sums)
    assert np.flatnonzero(found.withheld).tolist() == [0, 1]


def test_a_parent_is_withheld_where_its_parts_cannot_hide_it():
    found = check(np.array([2.0, 0, 30, 40, 2, 70, 72]), [(4, [0, 1]), (5, [2, 3]), (6, [4, 5])])
    assert found.withheld[[0, 4]].all()
    assert not found.withheld[6]


def test_a_lonely_small_total_takes_all():
    found = check(np.array([3.0, 0, 3]), [(2, [0, 1])])
    assert found.withheld.tolist() == [True, False, True]
    # Four and one make five in all: only without the total is either safe.
    assert check(np.array([4.0, 1, 5]), [(2, [0, 1])]).withheld.all()


def test_two_small_cells_may_hide_one_another():
    found = check(np.array([3.0, 4, 60, 67]), [(3, [0, 1, 2])])
    assert np.flatnonzero(found.withheld).tolist() == [0, 1]
    found = check(np.array([2.0, 2, 60, 64]), [(3, [0, 1, 2])])
    assert np.flatnonzero(found.withheld).tolist() == [0, 1, 2]


def test_nothing_small_and_nothing_at_all():
    assert protect_counts([7, 0, 7], sums=[(2, [0, 1])]).values.tolist() == [7, 0, 7]
    assert protect_counts([], sums=[]).values.tolist() == []
    assert np.isnan(protect_counts([3, 9], sums=[]).values).tolist() == [True, False]


def test_the_same_table_is_protected_alike_each_time():
    counts, sums = crossed(np.random.default_rng(6).poisson(8, (5, 4, 2)))
    first, second = protect_counts(counts, sums=sums), protect_counts(counts, sums=sums)
    np.testing.assert_array_equal(first.withheld, second.withheld)


def test_large_counts_do_not_blur_the_guarantee():
    base = np.random.default_rng(2).poisson(6, (4, 4)).astype(float)
    base[0, 0], base[1, 1], base[2, 3] = 40_000_000, 2, 3_000_000
    check(*crossed(base))


# Audit


@settings(max_examples=60, deadline=None)
@given(tables(), st.data())
def test_intervals_are_those_of_a_linear_program_per_cell(table, data):
    counts, sums = table
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=len(counts), max_size=len(counts)))) & (counts > 0)
    values = np.where(hidden, NAN, counts)
    low, high = attack_intervals(values, sums=sums)
    assert (low[~hidden] == counts[~hidden]).all()
    assert (high[~hidden] == counts[~hidden]).all()
    for cell in np.flatnonzero(hidden):
        np.testing.assert_allclose((low[cell], high[cell]), attacker(values, sums, cell), atol=1e-6, rtol=0)


def test_intervals_of_a_larger_table_are_those_of_a_linear_program_per_cell():
    chance = np.random.default_rng(4)
    counts, sums = crossed(chance.poisson(chance.lognormal(1.5, 1, (12, 6, 2))), [range(5), range(5, 12)])
    values = np.where((counts > 0) & (chance.random(len(counts)) < 0.5), NAN, counts)
    low, high = attack_intervals(values, sums=sums)
    for cell in chance.choice(np.flatnonzero(np.isnan(values)), 25, replace=False):
        np.testing.assert_allclose((low[cell], high[cell]), attacker(values, sums, cell), atol=1e-6, rtol=0)


def test_a_withheld_cell_in_no_sum_has_no_upper_end():
    low, high = attack_intervals([NAN, 4], sums=[])
    assert (low[0], high[0]) == (1, np.inf)


def test_an_end_without_limit_through_two_totals():
    # Both totals withheld: everything may be larger; the published part is not.
    low, high = attack_intervals([NAN, 3, NAN, NAN], sums=[(2, [0, 1]), (3, [2])])
    assert low.tolist() == [1, 3, 4, 4]
    assert high.tolist() == [np.inf, 3, np.inf, np.inf]


def test_the_least_is_what_the_reader_knows():
    low, high = attack_intervals([NAN, NAN, 10], sums=[(2, [0, 1])], least=0)
    assert (low.tolist(), high.tolist()) == ([0, 0, 10], [10, 10, 10])
    low, high = attack_intervals([NAN, NAN, 10], sums=[(2, [0, 1])], least=2.5)
    assert (low.tolist(), high.tolist()) == ([2.5, 2.5, 10], [7.5, 7.5, 10])


def test_fractions_between_whole_numbers_are_told():
    # x + y = 5, y + z = 5, x + z = 5: each is 2.5, which no count can be; the reader learns that all the same.
    low, high = attack_intervals([NAN, NAN, NAN, 5, 5, 5], sums=[(3, [0, 1]), (4, [1, 2]), (5, [0, 2])])
    assert low[:3].tolist() == high[:3].tolist() == [2.5] * 3


# Linked releases


def test_a_second_release_bends_to_the_first():
    sums = [("all", ["a", "b", "c"])]
    true = {"a": 3, "b": 20, "c": 30, "all": 53}
    # The first release published b and the total and withheld a and c.
    ledger = LinkedTable({"a": None, "b": 20, "c": None, "all": 53}, sums)
    alone = protect_counts(list(true.values()), sums=[(3, [0, 1, 2])])
    assert alone.withheld.tolist() == [True, True, False, False]
    betrayed = link([LinkedTable({"a": None, "b": None, "c": 30, "all": 53}, sums), ledger])
    low, high = attack_intervals(betrayed.values, sums=betrayed.sums)
    assert (low[0], high[0]) == (3, 3)

    linked = link([LinkedTable(true, sums), LinkedTable(dict.fromkeys(true), sums)])
    assert linked.sums == [(3, [0, 1, 2])]
    bent = protect_counts(linked.values, sums=linked.sums, known=linked.mask(["b", "all"]))
    assert [linked.cells[at] for at in np.flatnonzero(bent.withheld)] == ["a", "c"]


def test_what_is_known_may_give_a_cell_away_for_good():
    with pytest.raises(ValueError, match=r"cell 0 \(3\) cannot be kept"):
        protect_counts([3, 20, 30, 53], sums=[(3, [0, 1, 2])], known=np.array([False, True, True, True]))
    found = protect_counts([3, 20, 30, 53], sums=[(3, [0, 1, 2])], known=np.ones(4, bool))
    assert not found.withheld.any()
    assert not found.primary.any()


def test_linked_tables_share_their_cells():
    one = LinkedTable({("adm1", "f"): 4, ("adm1", "m"): None, "adm1": 30}, [("adm1", [("adm1", "f"), ("adm1", "m")])])
    other = LinkedTable({"adm1": None, "adm2": 12, "all": 42}, [("all", ["adm1", "adm2"])])
    linked = link([one, other])
    assert linked.cells == (("adm1", "f"), ("adm1", "m"), "adm1", "adm2", "all")
    np.testing.assert_array_equal(linked.values, [4, NAN, 30, 12, 42])
    assert linked.sums == [(2, [0, 1]), (4, [2, 3])]
    assert linked.index("adm2") == 3
    with pytest.raises(ValueError, match="adm9"):
        linked.mask(["adm9"])


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([LinkedTable({"a": 1}), LinkedTable({"a": 2})], "'a' is published as 1 and as 2"),
        ([LinkedTable({"a": 1}, [("a", ["b"])])], "cell 'b' is in the sum of 'a'"),
    ],
)
def test_link_refuses(tables, words):
    with pytest.raises(ValueError, match=words):
        link(tables)


# Bad input


@pytest.mark.parametrize(
    ("counts", "sums", "words"),
    [
        ([3, 20, 24], [(2, [0, 1])], "cell 2 is given as the total 24, but its parts add up to 23"),
        ([3, -1, 2], [(2, [0, 1])], "cell 1 has a negative count"),
        ([3, 1.5, 4.5], [(2, [0, 1])], "cell 1 has a count that is not whole"),
        ([3, NAN, 4], [(2, [0, 1])], "cell 1 has no count"),
        ([3, float("inf"), 4], [(2, [0, 1])], "cell 1 has an infinite count"),
        ([3, 2**60, 4], [], "cell 1 has a count beyond"),
        ([3, 20, 23], [(3, [0, 1])], "cell 3, but there are cells 0 to 2"),
        ([3, 20, 23], [(2, [0, -2])], "cell -2, but"),
        ([3, 20, 23], [(2, [0, 1.0])], "whole numbers"),
        ([3, 20, 23], [(2, [0, 2])], "cell 2 is the total of sum 0 and one of its own parts"),
        ([3, 20, 26], [(2, [0, 0, 1])], "cell 0 is named twice"),
        ([3, 20, 23], [(2, [])], "cell 2 is the total of sum 0, which has no parts"),
        ([3, 20, 23], [2], "sum 0 is not a pair"),
        ([0, 0, 0], [(0, [1]), (1, [2]), (2, [0])], "a part of itself"),
        ([[3, 20]], [], "vector"),
        (["a"], [], "numbers"),
    ],
)
def test_protect_refuses(counts, sums, words):
    with pytest.raises(ValueError, match=words):
        protect_counts(counts, sums=sums)


@pytest.mark.parametrize("k", [1, 0, -3, 2.5, NAN, True])
def test_protect_refuses_a_k_that_hides_nobody(k):
    with pytest.raises(ValueError, match="k must"):
        protect_counts([3, 20, 23], sums=[(2, [0, 1])], k=k)


@pytest.mark.parametrize("known", [[True], [1, 0, 1], np.ones((3, 1), bool)])
def test_protect_refuses_a_known_that_is_no_mask(known):
    with pytest.raises(ValueError, match="3 cells"):
        protect_counts([3, 20, 23], sums=[(2, [0, 1])], known=known)


@pytest.mark.parametrize(
    ("values", "least", "words"),
    [
        ([3, 20, 24], 1, "cell 2 is given as the total 24"),
        ([NAN, 20, 20], 1, "the sum of cell 2"),
        ([NAN, NAN, 1], 1, "the sum of cell 2"),
        ([NAN, -20, 24], 1, "cell 1 is negative"),
        ([NAN, float("inf"), 24], 1, "cell 1 is infinite"),
        ([NAN, 20, 24], -1, "least"),
        ([NAN, 20, 24], NAN, "least"),
    ],
)
def test_attack_refuses(values, least, words):
    with pytest.raises(ValueError, match=words):
        attack_intervals(values, sums=[(2, [0, 1])], least=least)


def test_levels_count_from_the_parts():
    sums = read_sums(7, [(4, [0, 1]), (5, [2, 3]), (6, [4, 5])])
    assert sums.levels().tolist() == [0, 0, 0, 0, 1, 1, 2]


# Large tables, several audiences


@settings(max_examples=60, deadline=None)
@given(tables(), st.data())
def test_wide_enough_is_never_said_of_a_narrow_cell(table, data):
    counts, sums = table
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=len(counts), max_size=len(counts)))) & (counts > 0)
    values = np.where(hidden, NAN, counts)
    exact = hidden & (np.arange(len(counts)) % 2 == 0)
    truth = attack_intervals(values, sums=sums)
    low, high = attack_intervals(values, sums=sums, enough=5, exact=exact)
    assert (low >= truth[0] - 1e-6).all()
    assert (high <= truth[1] + 1e-6).all()
    told = exact | (high - low < 5)
    np.testing.assert_allclose(low[told], truth[0][told], atol=1e-6)
    np.testing.assert_allclose(high[told], truth[1][told], atol=1e-6)
    np.testing.assert_array_equal(high - low >= 5, truth[1] - truth[0] >= 5)


@settings(max_examples=60, deadline=None)
@given(tables(), st.data())
def test_what_is_withheld_anyway_stays_so_and_the_rest_is_still_safe(table, data):
    counts, sums = table
    anyway = np.array(data.draw(st.lists(st.booleans(), min_size=len(counts), max_size=len(counts))))
    found = protect_counts(counts, sums=sums, withheld=anyway)
    assert found.withheld[anyway & (counts > 0)].all()
    for cell in np.flatnonzero(found.primary):
        low, high = attacker(found.values, sums, cell)
        assert high - low >= 5 - 1e-6


def test_a_forgotten_count_of_an_earlier_table_is_guarded_by_a_filling():
    # Cell 0 was withheld before, with 9 beside it; now 1 and 2 would tell it.
    sums = [(3, [0, 1]), (3, [0, 2])]
    found = protect_linked(
        [NAN, 40, 40, 43],
        sums=sums,
        known=np.array([False, False, False, True]),
        guarded=np.array([True] + [False] * 3),
    )
    assert found.withheld.tolist() == [True, True, True, False]
    low, high = attack_intervals(found.values, sums=sums)
    assert high[0] - low[0] >= 5


def test_four_fields_with_every_margin_are_protected_and_attacked_from_outside():
    chance = np.random.default_rng(7)
    counts, sums = crossed(chance.poisson(chance.lognormal(2, 1, (6, 4, 2, 3))), [range(3), range(3, 6)])
    found = protect_counts(counts.astype(float), sums=sums)
    assert found.primary.sum() > 20
    for cell in chance.choice(np.flatnonzero(found.primary), 12, replace=False):
        low, high = attacker(found.values, sums, cell)
        assert high - low >= 5 - 1e-6


def test_a_table_that_would_take_too_long_is_refused_not_released(monkeypatch):
    from rafid.methods.disclosure import guard

    monkeypatch.setattr(guard, "LIMIT", 0)
    with pytest.raises(TooLargeError, match="publish less detail"):
        protect_counts([3, 20, 30, 53], sums=[(3, [0, 1, 2])])
