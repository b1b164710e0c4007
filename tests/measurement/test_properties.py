"""What names, codes and order of rows, items and constructs must not change, from the answers to the scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from kadsurvey import cfa, efa, factor_scores, polychoric, reliability, validity

SAME = 1e-8
MODEL = {"trust": ["T1", "T2", "T3", "T4"], "norm": ["N1", "N2", "N3", "N4"], "network": ["W1", "W2", "W3", "W4"]}
ITEMS = [item for items in MODEL.values() for item in items]
N = 400


def answers(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(N, 3)) @ np.linalg.cholesky(0.6 * np.eye(3) + 0.4).T
    latent = 0.75 * np.repeat(factors, 4, axis=1) + 0.66 * rng.normal(size=(N, 12))
    coded = 1.0 + (latent[:, :, None] > [-1.2, -0.4, 0.5, 1.4]).sum(axis=2)
    coded[rng.random(coded.shape) < 0.05] = np.nan
    return pd.DataFrame(coded, [f"r{row:03d}" for row in range(N)], ITEMS)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_order_and_codes_do_not_matter(seed: int) -> None:
    data = answers(seed)
    rng = np.random.default_rng(seed)
    constructs = list(rng.permutation(list(MODEL)))
    shuffled = {name: list(rng.permutation(MODEL[name])) for name in constructs}
    other = (10 * data.sample(frac=1, random_state=seed) - 3)[list(rng.permutation(ITEMS))]

    first, second = cfa(data, MODEL), cfa(other, shuffled)
    close(second.loadings, first.loadings)
    close(second.phi, first.phi)
    close(validity(second).htmt, validity(first).htmt)
    close(factor_scores(second, other).scores, factor_scores(first, data).scores)
    for name, items in MODEL.items():
        ours, theirs = reliability(data[items]), reliability(other[shuffled[name]])
        for statistic in ("alpha", "alpha_ordinal", "omega", "omega_linear"):
            assert abs(getattr(ours, statistic) - getattr(theirs, statistic)) < SAME
        close(theirs.items[["item_rest", "alpha_if_dropped", "loading"]], ours.items)
    close(factors(other), factors(data))


def factors(data: pd.DataFrame) -> pd.DataFrame:
    """Return oblimin loadings, each factor named for its highest item's construct."""
    found = efa(polychoric(data).matrix, 3, n_obs=N).loadings
    return found.rename(columns={name: str(found[name].idxmax())[0] for name in found.columns})


def close(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    aligned = expected.loc[found.index, found.columns]
    np.testing.assert_allclose(found.to_numpy(float), aligned.to_numpy(float), atol=SAME)
