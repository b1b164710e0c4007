"""A short form: the best of all choices, its price, and the honesty of both."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import cfa, reliability, short_form
from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.halves import halves
from kadsurvey.stats.reliability import omega_categorical, omega_total
from kadsurvey.stats.subsets import subset_reliabilities

SAME = 1e-9  # one formula, summed in another order
BORDERS = np.array([-1.2, -0.4, 0.5, 1.4])
LOADINGS = (0.5, 0.85, 0.6, 0.8, 0.7, 0.45)
ITEMS = [f"Q{place}" for place in range(1, 7)]
DRAWN = 0.03  # 4 standard errors of a mean of 40,000 sums
OPTIMISM = 0.02


def drawn(loadings=LOADINGS, *, n_obs: int = 600, seed: int = 2) -> pd.DataFrame:
    """Answers to items of one construct."""
    rng = np.random.default_rng(seed)
    size = np.array(loadings)
    latent = size * rng.standard_normal((n_obs, 1)) + np.sqrt(1 - size**2) * rng.standard_normal((n_obs, len(size)))
    codes = 1 + (latent[:, :, None] > BORDERS).sum(axis=2)
    return pd.DataFrame(codes.astype(float), columns=[f"Q{place}" for place in range(1, len(size) + 1)])


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    return drawn()


@pytest.fixture(scope="module")
def found(items):
    return short_form(items, {"one": ITEMS}, seed=4)


def naive(items: pd.DataFrame) -> dict[tuple[str, ...], float]:
    """Every choice by a loop over the public pieces."""
    fitted = cfa(items, {"one": list(items)})
    omegas = {}
    for chosen in combinations(items, 3):
        own = list(chosen)
        omegas[chosen] = omega_categorical(
            fitted.loadings.loc[own, "one"].to_numpy(),
            [fitted.thresholds[item] for item in own],
            matrix=fitted.matrix.loc[own, own].to_numpy(),
        )
    return omegas


def test_it_is_the_best_of_all_choices(items, found) -> None:
    omegas = naive(items)
    best = max(omegas, key=lambda chosen: omegas[chosen])
    row = found.table.loc["one"]
    assert row["items"] == best == ("Q2", "Q4", "Q5")
    assert row["omega_short"] == pytest.approx(omegas[best], abs=SAME)
    assert row["loss"] == pytest.approx(row["omega_long"] - row["omega_short"], abs=SAME)
    ranked = sorted(omegas.values(), reverse=True)[:5]
    np.testing.assert_allclose(found.candidates["omega_short"], ranked, atol=SAME)


def test_the_long_form_is_the_categorical_omega_of_all_items(items, found) -> None:
    fitted = cfa(items, {"one": ITEMS})
    expected = omega_categorical(
        fitted.loadings["one"].to_numpy(), list(fitted.thresholds.values()), matrix=fitted.matrix.to_numpy()
    )
    assert found.table.loc["one", "omega_long"] == pytest.approx(expected, abs=SAME)


def test_a_reversed_item_is_kept_where_there_is_one(items) -> None:
    kept = short_form(items, {"one": ITEMS}, reversed_items=["Q6"])
    omegas = {chosen: omega for chosen, omega in naive(items).items() if "Q6" in chosen}
    assert kept.table.loc["one", "items"] == max(omegas, key=lambda chosen: omegas[chosen])
    assert (kept.candidates["n_reversed"] == 1).all()
    assert kept.findings == ()


def test_items_that_differ_between_groups_give_way(items) -> None:
    kept = short_form(items, {"one": ITEMS}, not_alike=["Q2", "Q4"])
    assert not {"Q2", "Q4"} & {item for chosen in kept.candidates["items"] for item in chosen}
    assert kept.left_out["reason"].to_dict() == {"Q2": "not_alike", "Q4": "not_alike"}
    crowded = short_form(items, {"one": ITEMS}, not_alike=ITEMS[:4])
    assert crowded.table.loc["one", "items"] == ("Q2", "Q4", "Q5")
    assert crowded.left_out.empty


def test_the_only_reversed_item_may_be_lost_and_that_is_said(items) -> None:
    kept = short_form(items, {"one": ITEMS}, reversed_items=["Q6"], not_alike=["Q6"])
    assert "Q6" not in kept.table.loc["one", "items"]
    assert [finding.code for finding in kept.findings] == ["measurement.short_form_one_way"]


def test_a_reversed_item_that_was_not_reversed_is_left_out(items) -> None:
    """The rule to keep a reversed item would force a wrong one into the form."""
    wrong = items.assign(Q2=6 - items["Q2"])
    kept = short_form(wrong, {"one": ITEMS}, reversed_items=["Q2"])
    assert kept.left_out["reason"].to_dict() == {"Q2": "against"}
    assert "Q2" not in kept.table.loc["one", "items"]


def test_correlation_with_the_long_form_as_if_both_were_answered() -> None:
    """Two answers of the same people share the construct only; the sums drawn twice correlate as the formula says."""
    items = drawn(n_obs=40_000)
    row = short_form(items, {"one": ITEMS}, n_splits=1).table.loc["one"]
    rng = np.random.default_rng(9)
    size, factor = np.array(LOADINGS), rng.standard_normal((40_000, 1))
    noise = np.sqrt(1 - size**2)
    twice = [
        1 + ((size * factor + noise * rng.standard_normal((40_000, 6)))[:, :, None] > BORDERS).sum(axis=2)
        for _ in range(2)
    ]
    chosen = [ITEMS.index(item) for item in row["items"]]
    short, long = twice[0][:, chosen].sum(axis=1), twice[1].sum(axis=1)
    assert row["r_long"] == pytest.approx(np.corrcoef(short, long)[0, 1], abs=DRAWN)
    overlapping = twice[0].sum(axis=1)
    assert row["r_overlap"] == pytest.approx(np.corrcoef(short, overlapping)[0, 1], abs=DRAWN)


def test_the_choice_flatters_itself_and_the_other_half_shows_it() -> None:
    """Eight items that are all alike: whatever is chosen is chosen by luck, and luck is not there in the other half."""
    luck = [
        short_form(drawn((0.6,) * 8, n_obs=120, seed=seed), {"one": [f"Q{i}" for i in range(1, 9)]}).table.loc["one"]
        for seed in range(10)
    ]
    table = pd.DataFrame(luck).astype({"chosen_in": float, "judged_in": float, "again": float})
    assert (table["chosen_in"] - table["judged_in"]).mean() > OPTIMISM
    assert table["again"].mean() < 0.5


def test_bodies_are_split_where_there_are_four(items) -> None:
    body = pd.Series(np.repeat(["a", "b", "c", "d", "e", "f"], 100), items.index)
    assert short_form(items, {"one": ITEMS}, body=body).halves == "bodies"
    assert short_form(items, {"one": ITEMS}, body=body.where(body < "d")).halves == "respondents"


def test_halves_keep_clusters_whole_and_are_halves() -> None:
    cluster = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, -1, -1])
    for first in halves(cluster, 50, seed=1):
        assert all(len(set(first[cluster == name])) == 1 for name in range(4))
        assert 5 <= first.sum() <= 9


def test_subsets_by_a_loop() -> None:
    rng = np.random.default_rng(0)
    true, total = rng.random((2, 7, 7))
    chosen = list(combinations(range(7), 3))
    expected = [true[np.ix_(one, one)].sum() / total[np.ix_(one, one)].sum() for one in chosen]
    np.testing.assert_allclose(subset_reliabilities(true, total, chosen), expected, rtol=SAME)


def test_answers_as_numbers(items) -> None:
    found = short_form(items, {"one": ITEMS}, correlation="pearson")
    row, fitted = found.table.loc["one"], reliability(items, ordinal=False)
    assert row["items"] == ("Q2", "Q4", "Q5")
    size = (fitted.items["loading"] * fitted.items["sd"]).to_numpy()
    covariance = fitted.correlation.matrix * np.outer(fitted.items["sd"], fitted.items["sd"])
    assert row["omega_long"] == pytest.approx(omega_total(size, matrix=covariance.to_numpy()), abs=SAME)


def test_two_runs_are_one(items, found) -> None:
    pd.testing.assert_frame_equal(short_form(items, {"one": ITEMS}, seed=4).table, found.table)


def test_of_very_many_items_the_largest_loadings_are_tried() -> None:
    many = drawn(tuple(np.linspace(0.3, 0.8, 50)), n_obs=500)
    found = short_form(many, {"one": list(many)}, reversed_items=["Q1"], n_splits=1)
    assert "Q1" in found.table.loc["one", "items"]


@pytest.mark.parametrize("kept", [2, 3])
def test_a_construct_that_is_short_already_is_left_as_it_is(items, kept) -> None:
    found = short_form(items, {"short": ITEMS[:kept]})
    assert found.table.empty
    assert found.candidates.empty
    assert found.to_dict()["table"] == []


def test_a_construct_without_a_proper_model_is_told_and_the_others_stand(items) -> None:
    """One item is tied to two others that are hardly tied to each other: its loading exceeds 1."""
    rng = np.random.default_rng(3)
    first, second = rng.standard_normal((2, len(items)))
    between = first + second + 0.3 * rng.standard_normal(len(items))
    latent = np.column_stack([between, first, second, rng.standard_normal(len(items))])
    codes = 1 + (latent[:, :, None] > np.array([-1, 0, 1])).sum(axis=2)
    improper = items.assign(**{f"R{place}": codes[:, place] for place in range(4)})
    found = short_form(improper, {"improper": [f"R{place}" for place in range(4)], "one": ITEMS})
    assert list(found.table.index) == ["one"]
    assert [finding.code for finding in found.findings] == ["measurement.no_short_form"]


def test_an_item_nobody_answered_is_named(items) -> None:
    with pytest.raises(StatisticsError) as err:
        short_form(items.assign(Q3=np.nan), {"one": ITEMS})
    assert "Q3" in str(err.value)


def test_bad_arguments_are_named(items) -> None:
    with pytest.raises(ArgumentError) as err:
        short_form(items, {"one": [*ITEMS, "Q9"]})
    assert err.value.params["items"] == ["Q9"]
    with pytest.raises(ArgumentError) as err:
        short_form(items, {"one": ITEMS}, size=1)
    assert err.value.code == "measurement.short_form_too_short"
