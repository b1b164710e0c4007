"""Average variance extracted, composite reliability and discriminant validity against semTools and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.cfa import cfa
from kadsurvey.stats.correlation import polychoric
from kadsurvey.stats.validity import average_variance_extracted, composite_reliability, fornell_larcker, htmt
from tests.reference_numbers import columns, load, matrix, vector

SEMTOOLS = 1e-5  # of lavaan's estimates, which stop at about 3e-6

KEYS = {
    "bfi": ["-A1 A2 A3 A4 A5", "C1 C2 C3 -C4 -C5", "-E1 -E2 E3 E4 E5", "N1 N2 N3 N4 N5", "O1 -O2 O3 O4 -O5"],
    "coop": ["T1 T2 T3 -T4 T5", "N1 -N2 N3 N4 N5", "W1 W2 W3 W4 -W5"],
}


def items_of(data: str) -> NDArray[np.float64]:
    table, turn = (columns("bfi"), 7) if data == "bfi" else (columns("coop_respondents"), 6)
    names = " ".join(KEYS[data]).split()
    items = np.column_stack([turn - table[name[1:]] if name[0] == "-" else table[name] for name in names])
    return items[np.isfinite(items).all(axis=1)]


@pytest.mark.parametrize("data", list(KEYS))
def test_reliability_of_the_latent_responses_equals_semtools(data: str) -> None:
    reference = load("t04_validity")[data]["ordinal"]
    correlation = polychoric(items_of(data), acov=True)
    found = cfa(correlation, np.repeat(np.arange(len(KEYS[data])), 5))
    np.testing.assert_allclose(average_variance_extracted(found.loadings), vector(reference["AVE"]), atol=SEMTOOLS)
    composite = composite_reliability(found.loadings, matrix=correlation.matrix)
    np.testing.assert_allclose(composite, vector(reference["omega_latentresponse"]), atol=SEMTOOLS)


@pytest.mark.parametrize("data", list(KEYS))
def test_htmt_equals_semtools(data: str) -> None:
    reference = load("t04_validity")[data]["htmt"]
    items = items_of(data)
    pattern = np.repeat(np.arange(len(KEYS[data])), 5)
    R = np.corrcoef(items.T)
    np.testing.assert_allclose(htmt(R, pattern), matrix(reference["arithmetic"]), atol=1e-10)
    np.testing.assert_allclose(htmt(R, pattern, mean="geometric"), matrix(reference["geometric"]), atol=1e-10)
    ordinal = htmt(polychoric(items).matrix, pattern)
    np.testing.assert_allclose(ordinal, matrix(reference["arithmetic_polychoric"]), atol=1e-6)


def test_closed_forms() -> None:
    loadings = np.array([[0.8, 0], [0.6, 0], [0, 0.5], [0, 0.5]])
    np.testing.assert_allclose(average_variance_extracted(loadings), [0.5, 0.25])
    np.testing.assert_allclose(composite_reliability(loadings), [1.96 / 2.96, 1 / 2.5])
    implied = loadings @ loadings.T
    np.fill_diagonal(implied, 1)
    np.testing.assert_allclose(composite_reliability(loadings, matrix=implied), composite_reliability(loadings))


def test_fornell_larcker_compares_with_the_lesser_of_both() -> None:
    loadings = np.array([[0.8, 0], [0.6, 0], [0, 0.5], [0, 0.5]])
    near, apart = (fornell_larcker(loadings, [[1, phi], [phi, 1]]) for phi in (0.6, -0.4))
    np.testing.assert_allclose(near.table, [[np.sqrt(0.5), 0.6], [0.6, 0.5]])
    assert not near.distinct[0, 1]
    assert apart.distinct.all()


def test_htmt_of_equal_loadings_is_the_factor_correlation() -> None:
    loadings = np.repeat(np.eye(2), 3, axis=0) * 0.7
    R = loadings @ [[1, 0.45], [0.45, 1]] @ loadings.T
    np.fill_diagonal(R, 1)
    for mean in ("arithmetic", "geometric"):
        assert htmt(R, [0, 0, 0, 1, 1, 1], mean=mean)[0, 1] == pytest.approx(0.45)


def test_htmt_does_not_depend_on_the_keying() -> None:
    items = items_of("coop")
    R = np.corrcoef(items.T)
    sign = np.where(np.arange(15) % 4 == 0, -1, 1)
    pattern = np.repeat([0, 1, 2], 5)
    np.testing.assert_allclose(htmt(R * np.outer(sign, sign), pattern), htmt(R, pattern))


def test_bad_input_is_refused() -> None:
    with pytest.raises(StatisticsError, match="more than one factor"):
        average_variance_extracted([[0.5, 0.5], [0.6, 0.0]])
    with pytest.raises(StatisticsError, match="table of numbers"):
        composite_reliability([0.5, 0.6])
    with pytest.raises(StatisticsError, match="at least 1"):
        average_variance_extracted([[0.5, 0.0], [0.6, 0.0]])
    with pytest.raises(StatisticsError, match="at least 2"):
        htmt(np.eye(3), [0, 0, 1])
    with pytest.raises(StatisticsError, match="same items"):
        htmt(np.eye(3), [0, 0, 1, 1])
    with pytest.raises(StatisticsError, match="same items"):
        fornell_larcker([[0.5], [0.6]], np.eye(2))
