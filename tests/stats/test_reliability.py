"""Alpha and omega against psych and semTools, and against known structures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.correlation import polychoric
from kadsurvey.stats.factoring import efa
from kadsurvey.stats.reliability import alpha_of_matrix, cronbach_alpha, omega_categorical, omega_total
from tests.reference_numbers import columns, load, matrix

Array = NDArray[np.float64]

# Closed form.
CLOSED_FORM = 1e-8
# psych prints Duhachek's limits with 1.96 for the normal quantile.
ROUNDED_QUANTILE = 1e-5
# The polychoric matrices behind ordinal alpha differ by psych's loose line search.
POLYCHORIC = 1e-4
# Loadings of an iterative fit.
OMEGA = 1e-5

SCALES = [
    *(("bfi", scale) for scale in ("agree", "conscientious", "extraversion", "neuroticism", "openness")),
    *(("coop", scale) for scale in ("trust", "norm", "network")),
]
FILES = {"bfi": ("bfi", 7), "coop": ("coop_respondents", 6)}


def answers(data: str, scale: str) -> Array:
    """Return reverse-coded answers; psych marks the items to reverse with a minus."""
    file, top = FILES[data]
    values = columns(file)
    items = load("t04_reliability")[data][scale]["items"]
    return np.column_stack([top - values[item[1:]] if item[0] == "-" else values[item] for item in items])


def names(data: str, scale: str) -> list[str]:
    return [item.removeprefix("-") for item in load("t04_reliability")[data][scale]["items"]]


def signs(data: str, scale: str) -> Array:
    return np.array([-1.0 if item[0] == "-" else 1.0 for item in load("t04_reliability")[data][scale]["items"]])


@pytest.mark.parametrize(("data", "scale"), SCALES)
def test_alpha_equals_psych(data: str, scale: str) -> None:
    node = load("t04_reliability")[data][scale]
    expected = node["alpha_complete"]
    found = cronbach_alpha(answers(data, scale))
    assert found.n_obs == node["n_complete"]
    assert found.n_obs + found.n_dropped == node["n_all"]
    assert found.alpha == pytest.approx(expected["total"]["raw_alpha"], abs=CLOSED_FORM)
    assert found.standardised == pytest.approx(expected["total"]["std.alpha"], abs=CLOSED_FORM)
    assert found.mean_r == pytest.approx(expected["total"]["average_r"], abs=CLOSED_FORM)
    assert found.std_error == pytest.approx(expected["total"]["ase"], abs=CLOSED_FORM)
    assert found.ci_low == pytest.approx(expected["feldt"]["lower"], abs=CLOSED_FORM)
    assert found.ci_high == pytest.approx(expected["feldt"]["upper"], abs=CLOSED_FORM)
    assert found.duhachek_low == pytest.approx(expected["duhachek"]["lower"], abs=ROUNDED_QUANTILE)
    assert found.duhachek_high == pytest.approx(expected["duhachek"]["upper"], abs=ROUNDED_QUANTILE)
    dropped, item_stats = expected["alpha_drop"], expected["item_stats"]
    raw = matrix(dropped)[:, dropped["cols"].index("raw_alpha")]
    np.testing.assert_allclose(found.alpha_dropped, raw, atol=CLOSED_FORM)
    item_rest = matrix(item_stats)[:, item_stats["cols"].index("r.drop")]
    np.testing.assert_allclose(found.item_rest, item_rest, atol=CLOSED_FORM)


def lavaan_correlations(data: str, scale: str) -> Array:
    """Return lavaan's polychoric correlations of the reverse-coded items."""
    node = load("t01_polychoric")["bfi" if data == "bfi" else "coop_raw_items"]["lavaan_complete"]["rho"]
    places = [node["rows"].index(name) for name in names(data, scale)]
    return matrix(node)[np.ix_(places, places)] * np.outer(signs(data, scale), signs(data, scale))


def latent_responses(data: str, scale: str) -> tuple[Array, list[Array]]:
    """Return lavaan's standardised loadings and thresholds; those of bfi are of items not yet reversed."""
    file = "t05_wlsmv_bfi" if data == "bfi" else "t05_wlsmv_coop_reversekeyed"
    solution = load(file)["WLSMV"]["std_solution"]
    rows = list(zip(solution["lhs"], solution["op"], solution["rhs"], solution["est.std"], strict=True))
    flips = signs(data, scale) if data == "bfi" else np.ones(len(names(data, scale)))
    loadings, thresholds = [], []
    for name, flip in zip(names(data, scale), flips, strict=True):
        loadings.append(flip * next(value for _, op, right, value in rows if op == "=~" and right == name))
        cuts = np.array([value for left, op, _, value in rows if op == "|" and left == name])
        thresholds.append(cuts if flip > 0 else -cuts[::-1])
    return np.array(loadings), thresholds


@pytest.mark.parametrize(("data", "scale"), SCALES)
def test_ordinal_alpha_equals_psych_and_semtools(data: str, scale: str) -> None:
    reference = load("t04_reliability")[data]
    items = answers(data, scale)
    found = alpha_of_matrix(polychoric(items[np.isfinite(items).all(axis=1)]).matrix)
    expected = reference[scale]["ordinal_alpha"]
    assert found.alpha == pytest.approx(expected["total"]["raw_alpha"], abs=POLYCHORIC)
    assert found.mean_r == pytest.approx(expected["total"]["average_r"], abs=POLYCHORIC)
    np.testing.assert_allclose(found.alpha_dropped, matrix(expected["alpha_drop"])[:, 0], atol=POLYCHORIC)
    item_rest = matrix(expected["item_stats"])[:, expected["item_stats"]["cols"].index("r.drop")]
    np.testing.assert_allclose(found.item_rest, item_rest, atol=POLYCHORIC)
    same_rows = alpha_of_matrix(lavaan_correlations(data, scale)).alpha
    assert same_rows == pytest.approx(reference["lavaan"]["ordinal"]["alpha_latentresponse"][scale], abs=CLOSED_FORM)


@pytest.mark.parametrize(("data", "scale"), SCALES)
def test_categorical_omega_equals_semtools(data: str, scale: str) -> None:
    expected = load("t04_reliability")[data]["lavaan"]["ordinal"]
    loadings, thresholds = latent_responses(data, scale)
    R = lavaan_correlations(data, scale)
    assert omega_categorical(loadings, thresholds, matrix=R) == pytest.approx(
        expected["omega_ordscale"][scale], abs=OMEGA
    )
    assert omega_total(loadings, matrix=R) == pytest.approx(expected["omega_latentresponse"][scale], abs=OMEGA)


@pytest.mark.parametrize(("data", "scale"), SCALES)
def test_linear_omega_equals_psych(data: str, scale: str) -> None:
    items = answers(data, scale)
    R = np.corrcoef(items[np.isfinite(items).all(axis=1)], rowvar=False)
    found = omega_total(efa(R, 1, n_obs=100, method="ml").loadings)
    expected = load("t04_reliability")[data][scale]["one_factor_ml_omega"]["omega_std"]
    assert found == pytest.approx(expected, abs=OMEGA)


def test_parallel_items_have_the_spearman_brown_reliability() -> None:
    k, r = 6, 0.4
    R = np.full((k, k), r)
    np.fill_diagonal(R, 1)
    expected = k * r / (1 + (k - 1) * r)
    found = alpha_of_matrix(R)
    assert found.alpha == pytest.approx(expected)
    assert omega_total(np.full(k, np.sqrt(r))) == pytest.approx(expected)
    assert found.alpha_dropped[0] == pytest.approx((k - 1) * r / (1 + (k - 2) * r))


def test_omega_of_several_factors_counts_their_correlation() -> None:
    loadings = np.array([[0.8, 0], [0.7, 0], [0, 0.6], [0, 0.5]])
    phi = np.array([[1, 0.5], [0.5, 1]])
    common = loadings @ phi @ loadings.T
    unique = np.array([0.3, 0.4, 0.5, 0.6])
    found = omega_total(loadings, phi=phi, uniquenesses=unique)
    assert found == pytest.approx(common.sum() / (common.sum() + unique.sum()))


def test_categorical_omega_is_the_correlation_of_two_parallel_forms() -> None:
    """Reliability is the correlation of two sums that share the factor and nothing else."""
    rng = np.random.default_rng(8)
    loadings = np.array([0.8, 0.6, 0.7])
    thresholds = [np.array([-1.0, 0.2]), np.array([-0.3, 0.4, 1.2]), np.array([0.5])]
    factor = rng.normal(size=400_000)
    forms = []
    for _ in range(2):
        total = np.zeros(len(factor))
        for weight, cuts in zip(loadings, thresholds, strict=True):
            latent = weight * factor + np.sqrt(1 - weight**2) * rng.normal(size=len(factor))
            total += np.searchsorted(cuts, latent)
        forms.append(total)
    expected = np.corrcoef(forms)[0, 1]
    standard_error = (1 - expected**2) / np.sqrt(len(factor))
    assert omega_categorical(loadings, thresholds) == pytest.approx(expected, abs=4 * standard_error)


def test_fine_categories_approach_the_linear_omega() -> None:
    loadings = np.array([0.8, 0.6, 0.7])
    cuts = [np.linspace(-3.5, 3.5, 141)] * 3
    assert omega_categorical(loadings, cuts) == pytest.approx(omega_total(loadings), abs=2e-3)


def test_a_negative_alpha_is_returned() -> None:
    x = np.array([1.0, 2, 3, 4, 5])
    found = cronbach_alpha(np.column_stack([x, 6 - x + np.array([0, 1, 0, 0, -1])]))
    assert found.alpha < 0
    assert np.isnan(found.alpha_dropped).all()


def test_a_wider_confidence_gives_wider_limits() -> None:
    items = answers("coop", "trust")
    wide, narrow = cronbach_alpha(items, confidence=0.99), cronbach_alpha(items, confidence=0.9)
    assert wide.ci_low < narrow.ci_low < narrow.alpha < narrow.ci_high < wide.ci_high
    assert wide.duhachek_low < narrow.duhachek_low


@pytest.mark.parametrize(
    ("items", "code"),
    [
        (np.ones((5, 1)), "stats.too_few_items"),
        (np.array([[1.0, 2], [np.nan, 3], [2, np.nan]]), "stats.too_few_rows"),
        (np.array([[1.0, 2, 3], [2, 2, 1], [3, 2, 4]]), "stats.constant_item"),
    ],
)
def test_refuses(items: Array, code: str) -> None:
    with pytest.raises(StatisticsError) as caught:
        cronbach_alpha(items)
    assert caught.value.code == code


def test_refuses_thresholds_that_do_not_match() -> None:
    with pytest.raises(StatisticsError) as caught:
        omega_categorical(np.array([0.5, 0.6]), [np.array([0.0])])
    assert caught.value.code == "stats.lengths_differ"
    with pytest.raises(StatisticsError) as caught:
        alpha_of_matrix(np.ones((1, 1)))
    assert caught.value.code == "stats.too_few_items"
