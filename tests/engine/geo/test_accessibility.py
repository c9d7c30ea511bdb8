"""Accessibility by hand, against PySAL access, against brute force and by its properties."""

import math

import access.fca
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.geo.access import (
    binary,
    cumulative,
    exponential,
    floating_catchment,
    gravity,
    logistic,
    power,
    stepped,
)
from tijian.engine.kernel.faults import Refused

# Three places: a –5– b –10– c, a and c 20 apart; nobody reaches himself but b.
MATRIX = pd.DataFrame(
    [("a", "b", 5.0), ("b", "a", 5.0), ("b", "c", 10.0), ("c", "b", 10.0), ("a", "c", 20.0), ("b", "b", 0.0)],
    columns=["from_id", "to_id", "travel_time"],
)
LAND = pd.DataFrame({"id": ["a", "b", "c", "d"], "jobs": [1.0, 10.0, 100.0, 1000.0], "people": [4, 3, 2, 1]})


def codes(refused):
    return [fault.code for fault in refused.value.faults]


def test_cumulative_by_hand():
    found = cumulative(MATRIX, LAND, opportunity="jobs", cutoff=10)
    assert list(found.columns) == ["id", "cutoff", "jobs"]
    # a: b; b: a, b and c, which is just at the cutoff; c: b; d: nothing, which is 0 and not missing
    assert found.jobs.tolist() == [10.0, 111.0, 10.0, 0.0]
    assert cumulative(MATRIX, LAND, opportunity="jobs", cutoff=9.99).jobs.tolist() == [10.0, 11.0, 0.0, 0.0]


def test_passive_counts_who_comes():
    found = cumulative(MATRIX, LAND, opportunity="people", cutoff=10, active=False)
    # a: from b; b: from a, b, c; c: from b (a is 20 away); d: nobody
    assert found.people.tolist() == [3.0, 9.0, 3.0, 0.0]


def test_several_cutoffs_and_opportunities_stand_under_one_another():
    found = cumulative(MATRIX, LAND, opportunity=["jobs", "people"], cutoff=[5, 20])
    assert found.cutoff.tolist() == [5] * 4 + [20] * 4
    assert found.id.tolist() == ["a", "b", "c", "d"] * 2
    assert found.jobs.tolist() == [10.0, 11.0, 0.0, 0.0, 110.0, 111.0, 10.0, 0.0]
    assert found.people.tolist() == [3.0, 7.0, 0.0, 0.0, 5.0, 9.0, 3.0, 0.0]


def test_groups_are_kept_apart_and_a_pair_may_come_once_in_each():
    slow = MATRIX.assign(mode="walk", travel_time=MATRIX.travel_time * 3)
    both = pd.concat([slow, MATRIX.assign(mode="bus")])
    found = cumulative(both, LAND, opportunity="jobs", cutoff=10, group="mode")
    assert list(found.columns) == ["id", "mode", "cutoff", "jobs"]
    assert found["mode"].tolist() == ["bus"] * 4 + ["walk"] * 4
    assert found.jobs.tolist() == [10.0, 111.0, 10.0, 0.0, 0.0, 10.0, 0.0, 0.0]


def test_a_dict_of_lists_gives_a_dict_and_names_are_parameters():
    matrix = {"o": [1, 2], "z": [2, 1], "min": [3, 4]}
    found = cumulative(
        matrix,
        {"zone": [1, 2], "beds": [5, 6]},
        opportunity="beds",
        cutoff=3,
        cost="min",
        from_id="o",
        to_id="z",
        id_column="zone",
    )
    assert found["zone"] == [1, 2]
    assert found["beds"].tolist() == [6.0, 0.0]


def test_gravity_by_hand():
    found = gravity(
        MATRIX, LAND, opportunity="jobs", decay=[exponential(0.1), power(2), stepped([5, 15], [1, 0.5])]
    )
    assert found.decay.drop_duplicates().tolist() == [
        "exponential(0.1)",
        "power(2)",
        "stepped(5: 1, 15: 0.5)",
    ]
    e = math.exp
    assert found.jobs[:4].tolist() == pytest.approx(
        [10 * e(-0.5) + 100 * e(-2), 1 * e(-0.5) + 10 + 100 * e(-1), 10 * e(-1), 0]
    )
    assert found.jobs[4:8].tolist() == pytest.approx(
        [10 / 25 + 100 / 400, 1 / 25 + 10 + 100 / 100, 10 / 100, 0]
    )
    assert found.jobs[8:].tolist() == [10.0, 1 + 10 + 50.0, 5.0, 0.0]


def test_logistic_is_one_at_zero_half_near_the_cutoff_and_never_overflows():
    curve = logistic(30, 10)
    weights = curve.weigh(np.array([0.0, 30.0, 1e6]))
    top = 1 + math.exp(-30 * math.pi / (10 * math.sqrt(3)))
    assert weights.tolist() == [1.0, pytest.approx(top / 2), 0.0]
    slow = top / (1 + math.exp((42 - 30) * math.pi / (10 * math.sqrt(3))))
    assert float(curve.weigh(np.array(42.0))) == pytest.approx(slow)


def test_gravity_with_a_binary_decay_is_cumulative():
    one = gravity(MATRIX, LAND, opportunity="jobs", decay=binary(10))
    assert one.jobs.tolist() == cumulative(MATRIX, LAND, opportunity="jobs", cutoff=10).jobs.tolist()


def test_an_unknown_opportunity_is_refused_or_makes_unknown_whoever_reaches_it():
    land = LAND.assign(jobs=[1.0, 10.0, np.nan, 1000.0])
    with pytest.raises(Refused) as refused:
        cumulative(MATRIX, land, opportunity="jobs", cutoff=10)
    assert codes(refused) == ["frame.number"]
    assert "用地表 land_use，第 3 行 jobs" in str(refused.value)
    found = cumulative(MATRIX, land, opportunity="jobs", cutoff=10, missing="unknown")
    assert np.array_equal(found.jobs, [10.0, np.nan, 10.0, 0.0], equal_nan=True)
    with pytest.raises(Refused, match="多"):
        cumulative(
            MATRIX, land.assign(jobs=[1, 2, "多", None]), opportunity="jobs", cutoff=1, missing="unknown"
        )


def test_all_faults_are_told_at_once():
    matrix = pd.DataFrame(
        [
            ("a", "b", -1.0),
            ("a", "b", 2.0),
            ("x", "b", 3.0),
            ("b", "y", np.nan),
            ("b", "a", np.inf),
            ("c", "a", 1),
        ],
        columns=["from_id", "to_id", "travel_time"],
    )
    land = pd.DataFrame({"id": ["a", "b", "b", "c"], "jobs": [1.0, -2.0, 3.0, np.nan]})
    with pytest.raises(Refused) as refused:
        cumulative(matrix, land, opportunity="jobs", cutoff=10)
    assert sorted(codes(refused)) == sorted(
        ["access.twice", "frame.number", "frame.number"]  # the id b; two opportunities
        + ["frame.number"] * 3  # three travel times
        + ["access.unknown", "access.unknown", "access.pair"]
    )
    text = str(refused.value)
    assert "出行时间表 travel_matrix，第 2 行 from_id, to_id：写的是“a → b”" in text
    assert "第 4 行 to_id：写的是“y”" in text


def test_many_faults_of_a_kind_are_counted():
    matrix = pd.DataFrame(
        {"from_id": ["a"] * 4 + ["b"] * 4, "to_id": ["a", "b", "c", "d"] * 2, "travel_time": -1.0}
    )
    with pytest.raises(Refused, match="travel_time 另有 3 行同样的错") as refused:
        cumulative(matrix, LAND, opportunity="jobs", cutoff=10)
    assert len(refused.value.faults) == 6


def test_columns_that_are_not_there_unequal_or_of_one_name():
    with pytest.raises(Refused) as refused:
        cumulative(MATRIX, LAND, opportunity=["jobs", "beds"], cutoff=10, cost="minutes", group="id")
    assert codes(refused) == ["frame.column", "frame.column", "frame.column", "access.name"]
    with pytest.raises(Refused) as refused:
        cumulative(
            {"from_id": [1], "to_id": [1, 2], "travel_time": [3]},
            {"id": [1], "n": [1]},
            opportunity="n",
            cutoff=1,
        )
    assert codes(refused) == ["frame.length"]


@pytest.mark.parametrize("cutoff", [0, -3, math.nan, math.inf, "ten", [], [10, -1]])
def test_cutoffs_are_numbers_above_zero(cutoff):
    with pytest.raises(Refused) as refused:
        cumulative(MATRIX, LAND, opportunity="jobs", cutoff=cutoff)
    assert codes(refused) == ["access.cutoff"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: exponential(0),
        lambda: power(-1),
        lambda: logistic(math.nan, 1),
        lambda: binary(math.inf),
        lambda: stepped([10, 5], [1, 0.5]),
        lambda: stepped([5, 10], [1]),
        lambda: stepped([5], [1.5]),
        lambda: stepped([], []),
    ],
)
def test_decays_with_senseless_parameters_are_refused(make):
    with pytest.raises(Refused):
        make()


def test_two_step_by_hand():
    land = pd.DataFrame({"id": ["a", "b", "c", "d"], "people": [4, 3, 2, 1], "beds": [0.0, 18.0, 10.0, 7.0]})
    found = floating_catchment(MATRIX, land, demand="people", supply="beds", cutoff=10)
    # b is reached by a, b, c: 18 / 9 = 2 a head; c by b: 10 / 3 a head; d by nobody, so nobody gains
    assert found.beds.tolist() == pytest.approx([2.0, 2 + 10 / 3, 2.0, 0.0])
    assert found.decay.unique().tolist() == ["binary(10)"]


def test_supply_that_only_a_place_without_people_reaches_is_no_data_there():
    land = pd.DataFrame({"id": ["a", "b"], "people": [0, 5], "beds": [0.0, 3.0]})
    matrix = {"from_id": ["a"], "to_id": ["b"], "travel_time": [1.0]}
    found = floating_catchment(pd.DataFrame(matrix), land, demand="people", supply="beds", cutoff=10)
    assert np.array_equal(found.beds, [np.nan, 0.0], equal_nan=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "2sfca"},
        {"method": "2sfca", "decay": power(1)},
        {"method": "e2sfca", "cutoff": 10},
        {"method": "bfca"},
        {"method": "bfca", "cutoff": 10, "decay": power(1)},
        {"method": "3sfca", "cutoff": 10},
    ],
)
def test_a_method_with_what_does_not_go_with_it_is_refused(wrong):
    with pytest.raises(Refused) as refused:
        floating_catchment(MATRIX, LAND, demand="people", supply="jobs", **wrong)
    assert codes(refused) == ["access.method"]


def city(seed, n=60, share=0.4):
    """A random city: minutes between points in a square, a share of the pairs missing."""
    draw = np.random.default_rng(seed)
    ids = [f"p{k}" for k in draw.permutation(n)]
    where = draw.uniform(0, 60, (n, 2))
    minutes = np.hypot(*(where[:, None] - where[None]).T).T
    i, j = np.nonzero(draw.uniform(size=(n, n)) < share)
    matrix = pd.DataFrame(
        {"from_id": np.take(ids, i), "to_id": np.take(ids, j), "travel_time": minutes[i, j]}
    )
    land = pd.DataFrame(
        {"id": ids, "people": draw.integers(1, 900, n), "beds": draw.integers(0, 40, n).astype(float)}
    )
    return matrix, land


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("method", "weight"), [("2sfca", None), ("e2sfca", exponential(0.05))])
def test_two_step_equals_pysal(seed, method, weight):
    matrix, land = city(seed)
    whole = matrix.loc[matrix.travel_time <= 25]
    theirs = access.fca.two_stage_fca(
        land.set_index(land.id.rename("geoid"))[["people"]].rename(columns={"people": "demand"}),
        land.set_index(land.id.rename("geoid"))[["beds"]].rename(columns={"beds": "supply"}),
        whole.rename(columns={"from_id": "origin", "to_id": "dest", "travel_time": "cost"}),
        max_cost=None,
        weight_fn=None if weight is None else weight.weigh,
    )
    how = {"cutoff": 25} if weight is None else {"decay": weight}
    ours = floating_catchment(whole, land, demand="people", supply="beds", method=method, **how)
    ours = ours.set_index("id").beds
    theirs = theirs.reindex(ours.index).fillna(0.0)
    assert ours.max() > 0.05
    assert np.abs(ours - theirs).max() < 5e-16


def by_loops(matrix, land, decay, *, balanced):
    """The formulas pair by pair."""
    people, beds = (dict(zip(land.id, land[c], strict=True)) for c in ("people", "beds"))
    w = {(r.from_id, r.to_id): float(decay.weigh(np.array(r.travel_time))) for r in matrix.itertuples()}
    out = {i: sum(v for (o, _), v in w.items() if o == i) for i in people}
    into = {j: sum(v for (_, d), v in w.items() if d == j) for j in people}
    first = {(i, j): v / out[i] if balanced else v for (i, j), v in w.items() if v}
    second = {(i, j): v / into[j] if balanced else v for (i, j), v in w.items() if v}
    rivals = {j: sum(people[i] * v for (i, d), v in first.items() if d == j) for j in people}
    return [sum(beds[j] / rivals[j] * v for (o, j), v in second.items() if o == i) for i in land.id]


@pytest.mark.parametrize("balanced", [True, False])
def test_catchments_equal_loops(balanced):
    matrix, land = city(11, n=25)
    decay = stepped([10, 20, 30], [1, 0.68, 0.22])
    method = "bfca" if balanced else "e2sfca"
    ours = floating_catchment(matrix, land, demand="people", supply="beds", method=method, decay=decay)
    assert ours.beds.tolist() == pytest.approx(by_loops(matrix, land, decay, balanced=balanced), rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_two_step_hands_out_all_beds_and_balanced_keeps_the_level_of_service(seed):
    matrix, land = city(seed, n=20)
    reached = land.id.isin(matrix.loc[matrix.travel_time <= 30, "to_id"])
    plain = floating_catchment(matrix, land, demand="people", supply="beds", cutoff=30)
    assert (plain.beds * land.people).sum() == pytest.approx(land.beds[reached].sum())
    balanced = floating_catchment(matrix, land, demand="people", supply="beds", method="bfca", cutoff=30)
    weight = (matrix.travel_time <= 30).astype(float)
    share = weight / weight.groupby(matrix.from_id).transform("sum").replace(0.0, 1.0)
    met = (share * matrix.from_id.map(land.set_index("id").people)).groupby(matrix.to_id).sum()
    level = (land.set_index("id").beds / met).loc[land.id[reached]]
    assert balanced.beds.sum() == pytest.approx(level.sum())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), short=st.floats(1, 40), longer=st.floats(0, 40))
def test_more_time_reaches_no_less_and_rows_in_any_order_give_the_same_bits(seed, short, longer):
    matrix, land = city(seed, n=20)
    land = land.assign(beds=land.beds / 7)
    near = cumulative(matrix, land, opportunity="beds", cutoff=short)
    far = cumulative(matrix, land, opportunity="beds", cutoff=short + longer)
    assert (far.beds >= near.beds).all()
    mixed = land.sample(frac=1, random_state=seed % 1000)
    for decay in (exponential(0.1), logistic(20, 10)):
        one = gravity(matrix, land, opportunity="beds", decay=decay).set_index("id").beds
        other = gravity(
            matrix.sample(frac=1, random_state=seed % 997), mixed, opportunity="beds", decay=decay
        )
        assert one.equals(other.set_index("id").beds.reindex(one.index))


def test_the_tables_are_left_as_they_were():
    matrix, land = MATRIX.copy(), LAND.copy()
    floating_catchment(matrix, land, demand="people", supply="jobs", method="bfca", cutoff=10)
    assert matrix.equals(MATRIX)
    assert land.equals(LAND)


def test_nothing_in_the_matrix_reaches_nothing():
    found = cumulative(MATRIX.iloc[:0], LAND, opportunity="jobs", cutoff=10)
    assert found.jobs.tolist() == [0.0] * 4
