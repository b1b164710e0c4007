"""kadsurvey simulate: the folder it writes is a study that the other commands read, and its truth draws it again."""

from __future__ import annotations

import pandas as pd
import pytest
from click.testing import CliRunner

from kadsurvey import load_truth, simulate
from kadsurvey.cli.main import main
from kadsurvey.simulation.study_folder import LAYOUTS
from kadsurvey.study import Study


def run(*args):
    return CliRunner().invoke(main, ["simulate", *args])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_back(tmp_path, layout):
    asked = ("--bodies", "3", "--members", "2", "--respondents", "3:4", "--seed", "7", "--layout", layout)
    result = run(*asked, "--out", str(tmp_path / "s"), "--lang", "en")
    assert result.exit_code == 0, result.output
    truth = load_truth(tmp_path / "s" / "truth.yaml")
    assert (truth.design.bodies, truth.design.members, truth.design.respondents) == (3, (2, 2), (3, 4))
    drawn = simulate(truth, seed=7)
    responses = Study.open(tmp_path / "s").responses
    assert len(responses.data) == len(drawn.responses)
    # the order of rows and ids is the layout's own; the answers are the same
    codes = list(truth.items)
    turned = [code for code in codes if truth.instrument.items[code].reverse]
    theirs = drawn.responses[codes].astype(float).where(lambda answer: answer <= 5)
    theirs[turned] = 6 - theirs[turned]
    for code in codes:
        assert sorted(responses.data[code].dropna()) == sorted(theirs[code].dropna()), code


def test_the_true_scores_stand_beside(tmp_path):
    run("--bodies", "3", "--seed", "2", "--out", str(tmp_path / "s"))
    found = pd.read_csv(tmp_path / "s" / "truth_scores.csv", index_col="respondent_id")
    drawn = simulate(load_truth("sample").changed(design={"bodies": 3}), seed=2)
    pd.testing.assert_frame_equal(found[list(drawn.scores)], drawn.scores, atol=1e-6, check_index_type=False)


def test_two_runs_write_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        run("--bodies", "3", "--seed", "2", "--out", str(tmp_path / name))
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name


def test_a_truth_of_ones_own_brings_its_questionnaire(tmp_path):
    from kadsurvey._resources import bundled

    own = (bundled("instruments") / "kad.yaml").read_text(encoding="utf-8").replace("name: kad", "name: mine", 1)
    (tmp_path / "mine.yaml").write_text(own, encoding="utf-8")
    truth = (bundled("sample_data") / "truth.yaml").read_text(encoding="utf-8")
    truth = truth.replace("instrument: kad", "instrument: mine.yaml").replace("ngo_share: 0.4", "ngo_share: 0")
    (tmp_path / "truth.yaml").write_text(truth, encoding="utf-8")
    out = tmp_path / "s"
    result = run("--truth", str(tmp_path / "truth.yaml"), "--bodies", "2", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert (out / "mine.yaml").exists()
    assert not (out / "ngos.xlsx").exists()
    assert Study.open(out).instrument.name == "mine"


@pytest.mark.parametrize("given", ["0", "4:2", "three", "1:2:3"])
def test_odd_counts_are_refused(tmp_path, given):
    result = run("--members", given, "--out", str(tmp_path), "--lang", "en")
    assert result.exit_code == 2
    assert "whole number" in result.output


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "study.toml").write_text("mine", encoding="utf-8")
    assert run("--out", str(tmp_path)).exit_code == 1
    assert (tmp_path / "study.toml").read_text(encoding="utf-8") == "mine"
