"""2,800 real respondents from the file to the scores, against psych's numbers."""

import numpy as np
import pytest

from kadsurvey import adequacy, efa, measure, polychoric, reliability, retention, score
from kadsurvey.measurement.efa import name_factors
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


def test_scores_are_the_regression_on_the_answered_items(bfi, model):
    indices = score(bfi, model=model)
    items = bfi.instrument.item_codes("agree")
    answers = bfi.items[items]
    whole = answers.dropna().index
    stats = model.items.loc[items]
    weights = np.linalg.solve(model.matrices["agree"].to_numpy(), stats["loading"].to_numpy(float))
    z = (answers.loc[whole] - stats["mean"]) / stats["sd"]
    np.testing.assert_allclose(indices.respondents.loc[whole, "agree_z"], z.to_numpy() @ weights, atol=CLOSED_FORM)
    expected = 100 * (answers.loc[whole].mean(axis=1) - 1) / 5
    np.testing.assert_allclose(indices.respondents.loc[whole, "agree_100"], expected, atol=CLOSED_FORM)


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
    from dataclasses import replace

    wrong = replace(bfi, data=bfi.data.assign(A1=7 - bfi.data["A1"]))
    findings = [finding for finding in measure(wrong).findings if finding.code == "measurement.keying"]
    assert [finding.params["item"] for finding in findings] == ["A1"]
    assert "probably a keying error" in findings[0].render("en")
