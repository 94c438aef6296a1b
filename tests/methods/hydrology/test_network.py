"""Networks: the worked example, random ones that lose no water, cycles and gaps refused."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.hydrology import Diversion, Reach, RiverNetwork, muskingum, route_network

DAY = 86_400.0
SAMARRA = RiverNetwork(
    ["Samarra", "Baghdad", "Tharthar"],
    [Reach("Samarra-Baghdad", "Samarra", "Baghdad")],
    [Diversion("Tharthar inlet", "Samarra", "Tharthar", capacity_downstream=3000)],
    ["Tharthar"],
)


def test_samarra_spills_into_the_tharthar():
    run = route_network(SAMARRA, {"Samarra": [5000.0] * 10}, dt=43_200)
    assert run.diverted["Tharthar inlet"].tolist() == [2000.0] * 10
    assert run.flow["Baghdad"].tolist() == [3000.0] * 10
    assert run.storage["Tharthar"][-1] == pytest.approx(777.6e6)
    assert run.storage["Tharthar"][0] == 0
    assert run.balance_error == 0
    assert set(run.outflow) == {"Baghdad", "Tharthar"}, "where no main reach goes on, water leaves"


def test_the_tharthar_gives_to_both_rivers():
    """No tree: it takes from the Tigris above and gives to the Tigris below, and to the Euphrates."""
    river = RiverNetwork(
        ["Samarra", "Baghdad", "Tharthar", "Fallujah", "Qurna"],
        [
            Reach("R1", "Samarra", "Baghdad", k=2 * DAY, x=0.2, subreaches=2),
            Reach("R2", "Baghdad", "Qurna", k=3 * DAY, x=0.1, subreaches=2, loss=0.05),
            Reach("R3", "Tharthar", "Fallujah"),
            Reach("R4", "Fallujah", "Qurna", k=4 * DAY, x=0.1, subreaches=3),
        ],
        [
            Diversion("in", "Samarra", "Tharthar", capacity_downstream=1000, maximum=1500),
            Diversion("to Tigris", "Tharthar", "Baghdad", fraction=0.25),
        ],
        ["Tharthar"],
    )
    flood = np.concatenate([np.full(10, 800.0), np.full(10, 4000.0), np.full(30, 700.0)])
    run = route_network(
        river, {"Samarra": flood}, dt=DAY, releases={"Tharthar": 200.0}, initial_storage={"Tharthar": 5e9}
    )
    assert run.diverted["in"].max() == 1500, "not above the maximum"
    assert run.flow["Fallujah"].tolist() == [150.0] * 50
    assert run.diverted["to Tigris"].tolist() == [50.0] * 50
    assert run.balance_error < 1e-9


def test_a_reach_is_muskingums():
    river = RiverNetwork(["a", "b"], [Reach("r", "a", "b", k=1.5 * DAY, x=0.2, loss=0.1)])
    flow = np.random.default_rng(1).gamma(2, 50, 30)
    run = route_network(river, {"a": flow}, dt=DAY)
    np.testing.assert_allclose(run.flow["b"], 0.9 * muskingum(flow, k=1.5, x=0.2, dt=1), rtol=1e-13)


def test_diversions_of_a_node_take_in_their_order():
    river = RiverNetwork(
        ["kut", "gharraf", "dujaila"],
        [],
        [
            Diversion("g", "kut", "gharraf", fraction=0.5, maximum=100),
            Diversion("d", "kut", "dujaila", capacity_downstream=60),
        ],
    )
    run = route_network(river, {"kut": [100.0, 400.0]}, dt=DAY)
    assert run.diverted["g"].tolist() == [50.0, 100.0]
    assert run.diverted["d"].tolist() == [0.0, 240.0]
    assert run.outflow["kut"].tolist() == [50.0, 60.0]


def test_members_are_routed_beside_one_another():
    flow = np.random.default_rng(2).gamma(2, 2000, (4, 12))
    whole = route_network(SAMARRA, {"Samarra": flow}, dt=DAY)
    for member in range(4):
        one = route_network(SAMARRA, {"Samarra": flow[member]}, dt=DAY)
        np.testing.assert_allclose(whole.storage["Tharthar"][member], one.storage["Tharthar"], rtol=1e-14)
    assert whole.balance_error < 1e-9


@st.composite
def networks(draw):
    """Nodes in a drawn order; reaches and diversions go from earlier to later ones only, so that there is no cycle."""
    size = draw(st.integers(2, 9))
    nodes = draw(st.permutations([f"n{i}" for i in range(size)]))
    reaches, diversions = [], []
    for at in range(size - 1):
        if draw(st.booleans()):
            many, x = draw(st.integers(1, 3)), draw(st.floats(0, 0.45))
            passes = draw(st.booleans())
            inside = draw(st.floats(0.05, 0.95))
            part = DAY / (2 * x + inside * (2 - 4 * x))
            reaches.append(
                Reach(
                    f"r{at}",
                    nodes[at],
                    nodes[draw(st.integers(at + 1, size - 1))],
                    k=0 if passes else part * many,
                    x=x,
                    subreaches=many,
                    loss=draw(st.sampled_from([0, 0, 0.02, 0.3, 1])),
                )
            )
        for number in range(draw(st.integers(0, 2))):
            diversions.append(
                Diversion(
                    f"d{at}.{number}",
                    nodes[at],
                    nodes[draw(st.integers(at + 1, size - 1))],
                    capacity_downstream=draw(st.sampled_from([0, 10, 500, math.inf])),
                    maximum=draw(st.sampled_from([0, 5, 300, math.inf])),
                    fraction=draw(st.floats(0, 1)),
                )
            )
    reservoirs = [node for node in nodes if draw(st.integers(0, 3)) == 0]
    return RiverNetwork(list(reversed(nodes)), reaches, diversions, reservoirs)


@settings(max_examples=120, deadline=None)  # the first call compiles
@given(networks(), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_no_network_loses_water(network, steps, seed):
    drawn = np.random.default_rng(seed)
    inflows = {node: drawn.gamma(0.5, 300, steps) for node in network.nodes if drawn.random() < 0.6}
    inflows = inflows or {network.nodes[0]: np.ones(steps)}
    releases = {node: drawn.gamma(1, 50, steps) for node in network.reservoirs}
    run = route_network(
        network, inflows, dt=DAY, releases=releases, initial_storage=dict.fromkeys(network.reservoirs, 1e9)
    )
    assert run.balance_error < 1e-9
    assert all(series.min() >= 0 for part in (run.flow, run.diverted, run.outflow) for series in part.values())
    assert accounted(network, run, inflows, releases) < 1e-9


def accounted(network, run, inflows, releases):
    """The balance once more, node by node, from what the run says alone."""

    def volume(series):
        return DAY * (np.asarray(series)[1:] + np.asarray(series)[:-1]).sum() / 2

    came = sum(volume(series) for series in inflows.values())
    worst = 0.0
    for node in network.nodes:
        passed = releases.get(node, run.flow[node])
        taken = sum(volume(run.diverted[one.code]) for one in network.diversions if one.at == node)
        if node in network.reservoirs:
            change = run.storage[node][-1] - run.storage[node][0]
            worst = max(worst, abs(volume(run.flow[node]) - volume(passed) - change) / max(1e9, came))
        if node in run.outflow:
            worst = max(worst, abs(volume(passed) - taken - volume(run.outflow[node])) / max(came, 1e9))
    return worst


@settings(max_examples=40, deadline=None)
@given(networks(), st.integers(0, 2**32 - 1))
def test_the_order_of_the_nodes_does_not_matter(network, seed):
    inflows = {node: np.random.default_rng(seed).gamma(0.5, 300, 6) for node in network.nodes}
    other = RiverNetwork(sorted(network.nodes), network.reaches, network.diversions, network.reservoirs)
    first, second = (route_network(one, inflows, dt=DAY) for one in (network, other))
    for node in network.nodes:
        np.testing.assert_allclose(first.flow[node], second.flow[node], rtol=1e-12, atol=1e-9)


def test_cycles_are_named():
    with pytest.raises(ValueError, match=r"b → c → d → b|c → d → b → c|d → b → c → d"):
        RiverNetwork(
            ["a", "b", "c", "d", "e"],
            [Reach("1", "a", "b"), Reach("2", "b", "c"), Reach("3", "d", "b"), Reach("4", "c", "e")],
            [Diversion("5", "c", "d")],
        )
    with pytest.raises(ValueError, match="a → a"):
        RiverNetwork(["a"], [Reach("1", "a", "a")])


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"reaches": [Reach("r", "a", "x")]}, "reach r names x"),
        ({"diversions": [Diversion("d", "x", "b")]}, "diversion d names x"),
        ({"reservoirs": ["x"]}, "the reservoirs name x"),
        ({"reaches": [Reach("r", "a", "b"), Reach("s", "a", "c")]}, "two main reaches leave a: r and s"),
        ({"reaches": [Reach("r", "a", "b"), Reach("r", "b", "c")]}, "reach r is there twice"),
        ({"reaches": [Reach("r", "a", "b", loss=1.2)]}, "loss"),
        ({"reaches": [Reach("r", "a", "b", k=-1)]}, "k is 0 or more"),
        ({"reaches": [Reach("r", "a", "b", subreaches=0)]}, "subreaches"),
        ({"diversions": [Diversion("d", "a", "b", fraction=2)]}, "the fraction is 0 to 1"),
        ({"nodes": ["a", "a"]}, "node a is there twice"),
    ],
)
def test_a_network_that_is_none_is_refused(parts, said):
    with pytest.raises(ValueError, match=said):
        RiverNetwork(**({"nodes": ["a", "b", "c"]} | parts))


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"inflows": {"Samarra": [1, math.nan]}}, "inflow at Samarra has a gap at step 1"),
        ({"inflows": {"Mosul": [1, 2]}}, "the inflows name Mosul"),
        ({"inflows": {"Samarra": [1, 2], "Baghdad": [1]}}, "not of one shape"),
        ({"inflows": {}}, "no node has an inflow"),
        ({"releases": {"Tharthar": [1000.0] * 3}}, "Tharthar is below empty from step 1"),
        ({"releases": {"Baghdad": 1.0}}, "no reservoir"),
        ({"releases": {"Tharthar": [1.0] * 2}}, "has 2 steps"),
        ({"initial_storage": {"Baghdad": 1.0}}, "no reservoir"),
        ({"initial_storage": {"Tharthar": -1.0}}, "0 or more"),
        ({"dt": 0}, "step in seconds"),
    ],
)
def test_a_run_that_cannot_be_is_refused(given_, said):
    with pytest.raises(ValueError, match=said):
        route_network(SAMARRA, **({"inflows": {"Samarra": [10.0] * 3}, "dt": DAY} | given_))


def test_a_step_that_does_not_fit_names_the_reach():
    river = RiverNetwork(["a", "b"], [Reach("upper", "a", "b", k=10 * DAY, x=0.3)])
    with pytest.raises(ValueError, match=r"reach upper: .* 6 to 14 subreaches fit"):
        route_network(river, {"a": [1.0, 2.0]}, dt=DAY)
