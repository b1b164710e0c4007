"""What `kadsurvey score` tells of bodies beyond their indices: waves, weights, what can be told apart."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from kadsurvey import score
from kadsurvey.errors import ArgumentError, InputFileError, StudyError
from kadsurvey.study import Study

SAME = 1e-9


def _failure(result):
    return json.loads(result.stdout)["error"]["code"]


def _frame(result, name="indices", part="bodies"):
    return pd.DataFrame(json.loads(result.stdout)["results"][name][part])


def test_bodies_are_put_on_one_mix_and_compared(run, study_folder):
    result = run("score", "--study", study_folder, "--json")
    assert result.exit_code == 0, result.output
    bodies = _frame(result)
    trust = bodies[bodies["construct"] == "trust"].set_index("body")
    assert len(trust) == 24
    assert (trust["index"] - trust["mean"]).abs().between(1e-6, 10).all()
    # The officials alone answer on transaction costs in most bodies; the index then is theirs.
    assert bodies["index"].notna().all()
    assert trust["top_quarter"].sum() == pytest.approx(6, abs=1e-3)
    sheet = load_workbook(study_folder / "results" / "score.xlsx")["bodies_compared"]
    assert sheet.max_row > 5 * 24


def test_a_league_table_says_how_many_pairs_it_tells_apart(run, study_folder):
    shown = " ".join(run("score", "--study", study_folder, "--method", "mean").output.split())
    assert "of 276, Norm" in shown
    assert "Do not read the order of the others as a ranking." in shown


def test_members_that_are_a_sample_make_the_intervals_wider(run, study_folder):
    common = ("score", "--study", study_folder, "--method", "mean", "--json", "--force")
    census, sample = _frame(run(*common)), _frame(run(*common, "--members", "sample"))
    np.testing.assert_allclose(census["index"], sample["index"], rtol=SAME)
    assert sample["std_error"].mean() > census["std_error"].mean()


def test_a_field_may_weigh_respondents(run, study_folder):
    common = ("score", "--study", study_folder, "--method", "mean", "--json", "--force")
    known = Study.open(study_folder).screening.clean.data["years_in_role"].notna().all()
    result = run(*common, "--weight", "years_in_role")
    if known:
        assert result.exit_code == 0
    else:
        assert _failure(result) == "indices.weights_not_positive"
    assert _failure(run(*common, "--weight", "years")) == "indices.no_weight_field"
    assert _failure(run(*common, "--weight", "position")) == "indices.weights_not_positive"


def test_two_waves_scored_by_one_model_show_their_change(run, study_folder, tmp_path):
    assert run("score", "--study", study_folder).exit_code == 0
    first = tmp_path / "first"
    shutil.copytree(study_folder / "results", first)
    common = ("score", "--study", study_folder, "--force", "--before", first / "scores.csv")
    result = run(*common, "--model", first / "model.json", "--json")
    assert result.exit_code == 0, result.output
    changes = _frame(result, "change", "bodies")
    assert set(changes["scale"]) == {"100", "z"}
    # The same answers by the same people: nothing changed, and this is certain.
    np.testing.assert_allclose(changes["change"].dropna().astype(float), 0, atol=SAME)
    np.testing.assert_allclose(changes["std_error"].dropna().astype(float), 0, atol=1e-6)
    other = json.loads(run(*common, "--json").stdout)
    assert {row["scale"] for row in other["results"]["change"]["bodies"]} == {"100"}
    assert "indices.before_other_model" in [finding["code"] for finding in other["findings"]]
    assert "Change between the waves, index" in run(*common, "--model", first / "model.json").output


def test_waves_of_other_people_are_told(run, study_folder, tmp_path):
    run("score", "--study", study_folder, "--method", "mean")
    scores = pd.read_csv(study_folder / "results" / "scores.csv")
    scores["respondent_id"] = [f"other-{place}" for place in range(len(scores))]
    scores.to_csv(tmp_path / "scores.csv", index=False)
    common = (
        "score",
        "--study",
        study_folder,
        "--method",
        "mean",
        "--force",
        "--before",
        tmp_path / "scores.csv",
        "--json",
    )
    document = json.loads(run(*common).stdout)
    assert "indices.before_nobody_twice" in [finding["code"] for finding in document["findings"]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b\n1,2\n", "indices.before_unreadable"),
        ("respondent_id,body\nx,A\nx,B\n", "indices.before_unreadable"),
        ("respondent_id,trust_100\nx,5\n", "indices.before_without_body"),
        ("", "indices.before_unreadable"),
    ],
)
def test_an_earlier_wave_that_is_none_is_an_error(study_folder, tmp_path, text, code):
    (tmp_path / "scores.csv").write_text(text, encoding="utf-8")
    (study_folder / "study.toml").write_text(
        (study_folder / "study.toml")
        .read_text(encoding="utf-8")
        .replace("[score]", f"[score]\nbefore = '{tmp_path / 'scores.csv'}'")
    )
    with pytest.raises(InputFileError) as caught:
        _ = Study.open(study_folder).change
    assert caught.value.code == code


def test_study_toml_says_what_members_are(study_folder):
    settings = (study_folder / "study.toml").read_text(encoding="utf-8")
    (study_folder / "study.toml").write_text(settings.replace("[score]", "[score]\nmembers = 'sample'\nweight = 'w'"))
    study = Study.open(study_folder)
    assert (study.settings.members, study.settings.weight) == ("sample", "w")
    with pytest.raises(ArgumentError) as caught:
        _ = study.indices
    assert caught.value.code == "indices.no_weight_field"
    (study_folder / "study.toml").write_text(settings.replace("[score]", "[score]\nmembers = 'all'"))
    with pytest.raises(StudyError):
        Study.open(study_folder)


def test_the_rosters_trust_stands_beside_the_scale(run, study_folder):
    names = Study.open(study_folder).bodies.data.index.tolist()
    rng = np.random.default_rng(3)
    rows = [
        (body, f"{body} {first}", f"{body} {second}", int(rng.integers(0, 5)))
        for body in names
        for first in range(4)
        for second in range(4)
        if first != second
    ]
    ties = pd.DataFrame(rows, columns=["body", "from", "to", "trust"])
    ties.to_csv(study_folder / "ties.csv", index=False)
    common = ("score", "--study", study_folder, "--method", "mean", "--ties", study_folder / "ties.csv", "--force")
    beside = json.loads(run(*common, "--json").stdout)["results"]["roster_beside"]
    assert (beside["n_bodies"], beside["relation"]) == (24, "trust")
    strength = ties.groupby("body")["trust"].mean()
    assert {row["body"]: row["mean_strength"] for row in beside["bodies"]} == pytest.approx(strength.to_dict())
    assert "Trust in the roster and on the scale" in run(*common).output


def test_the_sample_studys_roster_stands_beside_its_trust_scale(run, study_folder):
    result = run("score", "--study", study_folder, "--method", "mean", "--json")
    assert result.exit_code == 0, result.output
    beside = json.loads(result.stdout)["results"]["roster_beside"]
    assert (beside["n_bodies"], beside["relation"]) == (24, "trust")
    # In the truth the trust of the roster rises with the bodies' latent trust.
    assert beside["correlation"] > 0.5
    assert beside["p_value"] < 0.05
    assert "Trust in the roster and on the scale" in run("score", "--study", study_folder, "--force").output


def test_a_body_without_ngos_has_no_index_and_is_named(run, study_folder):
    frame = pd.read_excel(study_folder / "ngos.xlsx", engine="openpyxl")
    body = next(name for name in frame.columns if frame[name].astype(str).str.startswith("KAD").any())
    frame[frame[body] != "KAD Sintetis Waru"].to_excel(study_folder / "ngos.xlsx", index=False)
    words = ("score", "--study", study_folder, "--method", "mean", "--min-cell", 1, "--json")
    document = json.loads(run(*words).stdout)
    named = [finding for finding in document["findings"] if finding["code"] == "indices.body_without_group"]
    assert any("KAD Sintetis Waru" in finding["message"] for finding in named)
    bodies = pd.DataFrame(document["results"]["indices"]["bodies"])
    row = bodies[(bodies["body"] == "KAD Sintetis Waru") & (bodies["construct"] == "trust")].iloc[0]
    assert np.isnan(row["index"])
    assert row["mean"] > 0


def test_a_group_that_hardly_answered_does_not_enter_the_mix(run, study_folder):
    frame = pd.read_excel(study_folder / "ngos.xlsx", engine="openpyxl")
    body = next(name for name in frame.columns if frame[name].astype(str).str.startswith("KAD").any())
    kept = frame[body].isin(frame[body].drop_duplicates().head(3))
    frame[kept].to_excel(study_folder / "ngos.xlsx", index=False)
    document = json.loads(run("score", "--study", study_folder, "--method", "mean", "--json").stdout)
    assert "indices.group_outside_mix" in [finding["code"] for finding in document["findings"]]
    assert pd.DataFrame(document["results"]["indices"]["bodies"])["index"].notna().all()


def test_groups_are_compared_with_the_verdict_on_invariance(run, study_folder):
    result = run("score", "--study", study_folder, "--json")
    verdict = json.loads(result.stdout)["results"]["invariance"]
    assert verdict["verdict"] == "comparable"
    text = " ".join(run("score", "--study", study_folder, "--force").output.split())
    assert "the groups' indices may be compared" in text


def test_respondents_of_no_known_group_are_told(study_folder):
    responses = Study.open(study_folder).screening.clean
    data = responses.data.copy()
    data.loc[data.index[:3], "group"] = None
    found = score(replace(responses, data=data), method="mean")
    (told,) = [finding for finding in found.findings if finding.code == "indices.respondents_outside_mix"]
    assert told.params == {"count": 3}
