from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from kadsurvey.simulation.thresholds import thresholds

ROOT = 1e-10  # brentq stops at 2e-12 in the threshold; the density is below .4
SHARES = [0.05, 0.15, 0.3, 0.35, 0.15]


def test_without_a_shift_they_are_normal_quantiles() -> None:
    cuts = thresholds(SHARES, loading=0.8, shift=0, ngo_share=0.4)
    np.testing.assert_allclose(cuts, norm.ppf(np.cumsum(SHARES)[:-1]), atol=ROOT)


def test_one_group_alone_has_no_shift() -> None:
    for share in (0.0, 1.0):
        cuts = thresholds(SHARES, loading=0.8, shift=1.5, ngo_share=share)
        np.testing.assert_allclose(cuts, norm.ppf(np.cumsum(SHARES)[:-1]), atol=ROOT)


@pytest.mark.parametrize("shift", [-1.5, -0.2, 0.6])
def test_the_mixture_of_groups_has_the_shares(shift: float) -> None:
    loading, ngo = 0.7, 0.3
    cuts = thresholds(SHARES, loading=loading, shift=shift, ngo_share=ngo)
    sd = np.sqrt(1 - ngo * (1 - ngo) * (loading * shift) ** 2)
    officials = norm.cdf(cuts, loc=-ngo * loading * shift, scale=sd)
    ngos = norm.cdf(cuts, loc=(1 - ngo) * loading * shift, scale=sd)
    np.testing.assert_allclose((1 - ngo) * officials + ngo * ngos, np.cumsum(SHARES)[:-1], atol=ROOT)


def test_rare_answers() -> None:
    cuts = thresholds([1e-9, 1 - 2e-9, 1e-9], loading=0.8, shift=0, ngo_share=0.5)
    np.testing.assert_allclose(cuts, norm.ppf([1e-9, 1 - 1e-9]), atol=1e-6)  # 1 - 1e-9 itself is rounded
