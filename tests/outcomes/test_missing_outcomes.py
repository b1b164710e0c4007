"""Bodies with and without an outcome: the numbers by hand, who counts as without, and how it is shown."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kadsurvey import load_truth, score, simulate
from kadsurvey.errors import ArgumentError
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.language.text import LANGUAGES, render
from kadsurvey.outcomes.missing_outcomes import missing_outcomes
from kadsurvey.report.builders.missing_outcomes import missing_outcomes_table
from kadsurvey.report.writers.xlsx import write_xlsx
from kadsurvey.simulation.responses import simulated_responses

SAME = 1e-12  # the same sums in another order


@pytest.fixture(scope="module")
def study():
    return simulate(load_truth("sample"), seed=4)


@pytest.fixture(scope="module")
def indices(study):
    return score(simulated_responses(study), method="mean")


@pytest.fixture(scope="module")
def bodies(study):
    data = study.bodies.copy()
    data.loc[data.index[:5], "cost_efficiency"] = np.nan
    return Bodies(data=data, log=(), findings=())


def exact(first, second):
    values = np.concatenate([first, second])
    far = []
    for chosen in combinations(range(len(values)), len(second)):
        rest = np.delete(values, chosen)
        far.append(abs(rest.mean() - values[list(chosen)].mean()) >= abs(first.mean() - second.mean()) * (1 - 1e-9))
    return np.mean(far)


def test_columns_and_indices_are_compared_by_hand(indices, bodies):
    found = missing_outcomes("cost_efficiency", bodies, indices, seed=1)
    data = bodies.data
    assert found.without == tuple(data.index[:5])
    assert len(found.with_outcome) == len(data) - 5
    table = found.table.set_index("variable")
    assert "cost_efficiency" not in table.index
    assert set(indices.constructs) <= set(table.index)
    first, second = data["members"].to_numpy(float)[5:], data["members"].to_numpy(float)[:5]
    row = table.loc["members"]
    assert (row["kind"], row["n_with"], row["n_without"], row["enumerated"]) == ("column", 19, 5, True)
    assert row["difference"] == pytest.approx(first.mean() - second.mean(), abs=SAME)
    assert row["std_difference"] == pytest.approx((first.mean() - second.mean()) / data["members"].std(), abs=SAME)
    assert row["p_value"] == pytest.approx(exact(first, second), abs=SAME)
    means = indices.bodies[indices.bodies["construct"] == "trust"]["mean"]
    trust = table.loc["trust"]
    assert trust["kind"] == "index"
    assert trust["mean_without"] == pytest.approx(means[list(found.without)].mean(), abs=SAME)


def test_a_surveyed_body_without_body_data_lacks_its_outcome(study, indices):
    missing = study.bodies.index[-1]
    found = missing_outcomes("cost_efficiency", Bodies(study.bodies.drop(missing), (), ()), indices, seed=1)
    assert found.without == (missing,)
    row = found.table.set_index("variable").loc["members"]
    assert (row["n_without"], row["enumerated"]) == (0, False)
    assert np.isnan(row["p_value"])


def test_a_construct_can_be_the_outcome(indices, bodies):
    rows = pd.concat([bodies.data, bodies.data.iloc[:1].set_axis(["KAD baru"])]).rename_axis("body")
    found = missing_outcomes("effectiveness", Bodies(rows, (), ()), indices, seed=1)
    assert found.without == ("KAD baru",)
    assert "effectiveness" not in set(found.table["variable"])


def test_of_several_years_the_mean_counts():
    index = pd.MultiIndex.from_product([["a", "b", "c"], [2023, 2024]], names=["body", "year"])
    data = pd.DataFrame({"saving": [1, np.nan, np.nan, np.nan, 2, 3], "cost": [1.0, 3, 5, 7, 9, 11]}, index=index)
    found = missing_outcomes("saving", Bodies(data, (), ()), None, seed=1)
    assert (found.with_outcome, found.without, found.several_years) == (("a", "c"), ("b",), True)
    assert found.table["mean_without"].tolist() == [6.0]


def test_nothing_is_compared_where_all_or_none_have_it(study, indices):
    assert missing_outcomes("cost_efficiency", Bodies(study.bodies, (), ()), indices, seed=1) is None
    empty = study.bodies.assign(cost_efficiency=np.nan)
    assert missing_outcomes("cost_efficiency", Bodies(empty, (), ()), indices, seed=1) is None


def test_an_unknown_outcome_is_refused(indices, bodies):
    with pytest.raises(ArgumentError, match="cost_efficiency"):
        missing_outcomes("cost_eficiency", bodies, indices, seed=1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_names_the_bodies_and_the_smallest_p(tmp_path: Path, indices, bodies, lang):
    found = missing_outcomes("cost_efficiency", bodies, indices, seed=1)
    table = missing_outcomes_table(found)
    notes = " ".join(render(note, lang) for note in table.notes)
    assert found.without[0] in notes
    assert "2.4e-05" in notes.replace(",", ".")  # one of the 42,504 ways to part 24 bodies into 19 and 5
    assert render(table.rows[0].group, lang) == ("Body data" if lang == "en" else "Data lembaga")
    write_xlsx([table], tmp_path / "a.xlsx", lang=lang)
    assert found.finding.severity == "warning"
    assert found.without[0] in found.finding.render(lang)
    assert set(found.to_dict()) == {"outcome", "with_outcome", "without", "several_years", "table"}
