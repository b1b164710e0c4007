"""kadsurvey score --second-order: one index of social capital, and what three constructs cannot show of it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from kadsurvey import factor_scores, load_truth, second_order, simulate
from kadsurvey.cli.main import main
from kadsurvey.simulation.study_folder import simulated_files
from kadsurvey.study import Study

SAME = 1e-9  # the fastest parser of csv is off in the last digits


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    truth = load_truth("sample").changed(design={"bodies": 8, "members": [3, 3], "respondents": [8, 8]}, ties=None)
    for name, write in simulated_files(simulate(truth, seed=3), layout="codes", lang="en").items():
        write(folder / name)
    return folder


def run(study, *args):
    return CliRunner().invoke(main, ["score", "--study", str(study), "--lang", "en", *args])


def test_the_index_is_that_of_the_model(study, tmp_path):
    result = run(study, "--second-order", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "Three constructs cannot test it" in " ".join(result.output.split())
    found = pd.read_csv(tmp_path / "scores.csv")
    data = Study.open(study).responses.data
    model = {name: [code for code in data if code[0] == letter] for name, letter in
             (("trust", "T"), ("norm", "N"), ("network", "W"))}  # fmt: skip
    fitted = second_order(data, model)
    expected = fitted.scores(data)
    ours = found["social_capital_z"]
    answered = ours.notna().to_numpy()
    assert answered.mean() > 0.9
    np.testing.assert_allclose(ours[answered], expected.to_numpy()[answered], atol=SAME)
    joint = factor_scores(fitted.model, data).scores
    assert np.corrcoef(ours[answered], joint.mean(axis=1)[answered])[0, 1] > 0.95


def test_without_being_asked_there_is_none(study, tmp_path):
    assert run(study, "--out", str(tmp_path)).exit_code == 0
    assert "social_capital_z" not in pd.read_csv(tmp_path / "scores.csv").columns


def test_a_model_of_an_earlier_wave_has_none_and_says_so(study, tmp_path):
    run(study, "--out", str(tmp_path / "one"))
    asked = ("--second-order", "--model", str(tmp_path / "one" / "model.json"), "--out", str(tmp_path / "two"))
    again, told = run(study, *asked), run(study, *asked, "--json")
    assert again.exit_code == 0
    assert "no index of social capital" in " ".join(again.output.split())
    assert "measurement.no_factor_above" in [entry["code"] for entry in json.loads(told.stdout)["findings"]]
    assert "social_capital_z" not in pd.read_csv(tmp_path / "two" / "scores.csv").columns
