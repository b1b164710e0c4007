"""2,800 real respondents from the file to the scores, against psych's numbers."""

import json
from dataclasses import replace

import numpy as np
import pytest

from kadsurvey import adequacy, efa, measure, polychoric, reliability, retention, score
from kadsurvey.errors import ArgumentError, InputFileError
from kadsurvey.measurement.efa import name_factors
from kadsurvey.measurement.scoring import ScoringModel
from tests.reference_numbers import load, matrix, vector

# Closed form on the same complete rows.
ALPHA = 1e-8
# psych's polychoric optimiser stops about 2e-5 from lavaan's; alpha sums the correlations of ten pairs.
ORDINAL_ALPHA = 1e-4
# psych's omega comes from a maximum likelihood factor, ours from minres.
OMEGA = 1e-3
# minres and oblimin both stop on psych's side with about three digits.
LOADINGS = 1e-3
KMO = 1e-4  # of the polychoric matrix, whose entries differ by 2e-5
EBM = 2e-3  # lavaan's optimiser stops early on single rows
CLOSED_FORM = 1e-10
RELIABILITY = load("t04_reliability")["bfi"]
EFA = load("t02_efa_bfi")
CONSTRUCTS = ["agree", "conscientious", "extraversion", "neuroticism", "openness"]


@pytest.fixture(scope="module")
def model(bfi):
    return measure(bfi)


@pytest.fixture(scope="module")
def complete(bfi):
    """Return the complete rows, unreversed, as psych saw them."""
    answers = bfi.items.dropna()
    reverse = [code for code, item in bfi.instrument.items.items() if item.reverse]
    return answers.assign(**{code: 7 - answers[code] for code in reverse})


def test_every_respondent_is_read(bfi):
    assert bfi.data.shape[0] == 2800
    assert len(bfi.items.dropna()) == EFA["n"]
    assert [finding.code for finding in bfi.findings if finding.severity != "note"] == []


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_alpha_equals_psych(bfi, model, construct):
    expected = RELIABILITY[construct]
    row = model.reliability.loc[construct]
    assert row["n_obs"] == expected["n_complete"]
    assert row["alpha"] == pytest.approx(expected["alpha_complete"]["total"]["raw_alpha"], abs=ALPHA)
    low, high = (expected["alpha_complete"]["feldt"][name] for name in ("lower", "upper"))
    assert (row["alpha_low"], row["alpha_high"]) == pytest.approx((low, high), abs=ALPHA)
    dropped = model.items.loc[model.items["construct"] == construct, "alpha_if_dropped"]
    theirs = matrix(expected["alpha_complete"]["alpha_drop"])[:, 0]
    np.testing.assert_allclose(dropped, theirs, atol=ALPHA)
    found = reliability(bfi.items[bfi.instrument.item_codes(construct)].dropna())
    assert found.alpha_ordinal == pytest.approx(expected["ordinal_alpha"]["total"]["raw_alpha"], abs=ORDINAL_ALPHA)


def test_omega_equals_psych(bfi):
    for construct, expected in OMEGAS.items():
        found = reliability(bfi.items[bfi.instrument.item_codes(construct)].dropna())
        assert found.omega == pytest.approx(expected, abs=OMEGA), construct


OMEGAS = {name: node["omega.tot"] for name, node in load("t04_omega_polychoric")["bfi"].items()}


def test_loadings_equal_psych(complete):
    expected = EFA["polychoric"]["minres"]["oblimin"]
    found = efa(polychoric(complete).matrix, 5, n_obs=len(complete))
    assert found.loadings.index.tolist() == expected["loadings"]["rows"]
    theirs = matrix(expected["loadings"])
    congruence = np.abs(found.loadings.to_numpy().T @ theirs)
    order = congruence.argmax(axis=0)
    assert sorted(order) == list(range(5))
    ours = found.loadings.to_numpy()[:, order]
    ours = ours * np.sign((ours * theirs).sum(axis=0))
    np.testing.assert_allclose(ours, theirs, atol=LOADINGS)
    np.testing.assert_allclose(found.uniquenesses, vector(expected["uniquenesses"]), atol=LOADINGS)


def test_factors_are_named_for_their_constructs(bfi, model):
    loadings = model.structure.loadings
    assert list(loadings.columns) == CONSTRUCTS
    own = [loadings.loc[item, bfi.instrument.construct_of[item]] for item in loadings.index]
    assert min(own) > 0.1
    assert np.mean(own) > 0.5


def test_naming_undoes_order_and_sign(complete, bfi):
    solution = efa(polychoric(complete).matrix, 5, n_obs=len(complete))
    named = name_factors(solution, bfi.instrument.construct_of)
    implied = named.loadings.to_numpy() @ named.phi.to_numpy() @ named.loadings.to_numpy().T
    original = solution.loadings.to_numpy() @ solution.phi.to_numpy() @ solution.loadings.to_numpy().T
    np.testing.assert_allclose(implied, original, atol=CLOSED_FORM)


def test_number_of_factors_and_adequacy(complete):
    found = retention(complete, seed=1)
    assert (found.n_parallel, found.n_parallel_reduced, found.n_map) == (5, 6, 5)
    expected = load("t03_nfactors")["bfi"]["polychoric"]["KMO"]
    fit = adequacy(polychoric(complete).matrix, len(complete))
    assert fit.kmo == pytest.approx(expected["MSA"], abs=KMO)


def test_scores_equal_lavaan(bfi):
    """lavaan scored the first rows of the complete cases; so the model is fitted to those."""
    whole = replace(bfi, data=bfi.data[bfi.items.notna().all(axis=1)])
    indices = score(whole)
    node = load("t05b_wlsmv_scores")["bfi"]["EBM"]
    theirs = matrix(node)
    # lavaan's factors bear the unit of their first item, and its direction before reversal.
    first = indices.model.items.loc[["A1", "C1", "E1", "N1", "O1"], "loading"].to_numpy(float)
    ours = indices.respondents[[f"{name}_z" for name in CONSTRUCTS]].to_numpy()[: len(theirs)] * first
    np.testing.assert_allclose(ours * np.sign((ours * theirs).sum(axis=0)), theirs, atol=EBM)
    percent = 100 * (whole.items[["N1", "N2", "N3", "N4", "N5"]].mean(axis=1) - 1) / 5
    np.testing.assert_allclose(indices.respondents["neuroticism_100"], percent, atol=CLOSED_FORM)


def test_categorical_omega_equals_semtools(bfi):
    whole = replace(bfi, data=bfi.data[bfi.items.notna().all(axis=1)])
    theirs = load("t04_reliability")["bfi"]["lavaan"]["ordinal"]["omega_ordscale"]
    ours = measure(whole).reliability["omega"]
    np.testing.assert_allclose(ours.to_numpy(float), list(theirs.values()), atol=OMEGA)


def test_a_saved_model_scores_as_the_fitted_one(bfi, model):
    saved = json.loads(json.dumps(model.scoring.to_dict()))
    again = ScoringModel.from_dict(saved)
    one, other = (found.scores(bfi.data) for found in (model, again))
    np.testing.assert_array_equal(one.scores, other.scores)
    assert saved["format"] == "kadsurvey.model/1"
    assert {entry["item"] for entry in saved["items"] if entry["reversed"]} == {
        "A1",
        "C4",
        "C5",
        "E1",
        "E2",
        "O2",
        "O5",
    }


@pytest.mark.parametrize("change", [{"format": "other/1"}, {"items": [{"item": "A1"}]}, {"phi": None}])
def test_a_damaged_model_is_refused(model, change):
    with pytest.raises(InputFileError, match="model file"):
        ScoringModel.from_dict({**model.scoring.to_dict(), **change})


def test_an_answer_the_model_does_not_know_is_said(bfi, model):
    strange = bfi.data.head(5).assign(A2=[9.0, 1, 2, 3, 4])
    found = score(replace(bfi, data=strange), model=model)
    assert [(finding.code, finding.params["item"]) for finding in found.findings] == [("indices.category_merged", "A2")]


def test_half_of_the_items_is_enough(bfi, model):
    indices = score(bfi, model=model).respondents
    count = bfi.items[bfi.instrument.item_codes("neuroticism")].notna().sum(axis=1)
    scored = indices["neuroticism_z"].notna()
    assert scored.equals(count >= 3)
    assert (indices["neuroticism_items"] == count).all()
    partly = (count >= 3) & (count < 5)
    assert partly.sum() > 50
    assert indices.loc[partly, "neuroticism_se"].mean() > indices.loc[count == 5, "neuroticism_se"].mean()


def test_an_unreversed_item_is_named(bfi):
    wrong = replace(bfi, data=bfi.data.assign(A1=7 - bfi.data["A1"]))
    findings = [finding for finding in measure(wrong).findings if finding.code == "measurement.keying"]
    assert [finding.params["item"] for finding in findings] == ["A1"]
    assert "probably a keying error" in findings[0].render("en")


def test_a_percent_never_stands_in_for_a_missing_factor_score(bfi, model):
    """A slope once came out in percent points, because one construct's model had failed."""
    indices = score(bfi, model=model)
    assert indices.model_column("agree") == "agree_z"
    without = replace(indices, respondents=indices.respondents.drop(columns="agree_z"))
    with pytest.raises(ArgumentError, match="'agree' has no factor score"):
        without.model_column("agree")
    assert replace(without, method="mean").model_column("agree") == "agree_100"
