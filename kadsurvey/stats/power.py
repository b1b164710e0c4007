"""What a correlation must at least be for a study of this size to find it."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import optimize, special, stats

from kadsurvey.errors import StatisticsError

# Beyond this a correlation is called undetectable; the sum below would need tens of thousands of terms.
LARGEST_R = 0.999
# Probability of the mixture's terms that are left out.
TAIL = 1e-13


@cache
def detectable_r(n_obs: int, n_predictors: int = 1, *, power: float = 0.80, alpha: float = 0.05) -> float:
    r"""Return the smallest absolute (partial) correlation that a two-sided test detects with the given power.

    Parameters
    ----------
    n_obs : int
        Rows.
    n_predictors : int, default 1
        Predictors of the model, the tested one included, the constant not.
    power, alpha : float
        Probability to find it; level of the test.

    Returns
    -------
    float
        In (0, 1); NaN where not even .999 is detected.

    Raises
    ------
    StatisticsError
        ``stats.no_residual_df`` where ``n_obs - 1 - n_predictors < 1``.

    Notes
    -----
    Exact for jointly normal variables: predictors are drawn with the outcome and not fixed by design. (Fixed
    predictors, the plain noncentral t, give .905 instead of .935 at five rows.)

    Examples
    --------
    >>> [round(detectable_r(n), 2) for n in (5, 6, 12, 24, 30)]
    [0.94, 0.89, 0.71, 0.54, 0.49]
    """

    def excess(r: float) -> float:
        return correlation_power(r, n_obs, n_predictors, alpha=alpha) - power

    below, above = 0.0, 0.0
    while excess(above) < 0:  # from below, because power near one takes many terms
        if above >= LARGEST_R:
            return np.nan
        below, above = above, min(float(np.tanh(2 * np.arctanh(above) + 1 / np.sqrt(n_obs))), LARGEST_R)
    return float(optimize.brentq(excess, below, above, xtol=1e-10)) if above else 0.0


def correlation_power(r: float, n_obs: int, n_predictors: int = 1, *, alpha: float = 0.05) -> float:
    r"""Return the probability that a two-sided test of a (partial) correlation is significant.

    Parameters
    ----------
    r : float
        True correlation, in (-1, 1); partial where there are other predictors.
    n_obs, n_predictors : int
        Rows; predictors, the tested one included, the constant not.
    alpha : float
        Level of the test.

    Raises
    ------
    StatisticsError
        ``stats.no_residual_df`` where ``n_obs - 1 - n_predictors < 1``.

    Notes
    -----
    Given j, the squared sample correlation is Beta(1/2 + j, df/2); over samples of jointly normal variables j is
    negative binomial with size (df + 1)/2 and failure probability r^2 (Fisher's 1928 distribution of the multiple
    correlation, for one predictor). A partial correlation is an ordinary one with ``n_predictors - 1`` fewer rows.

    References
    ----------
    Fisher (1928), Proceedings of the Royal Society A 121, 654-673. Gatsonis & Sampson (1989), Psychological
    Bulletin 106(3), 516-524.
    """
    df = n_obs - 1 - n_predictors
    if df < 1:
        raise StatisticsError("stats.no_residual_df", n_obs=n_obs, n_params=n_predictors + 1)
    critical_f = stats.f.isf(alpha, 1, df)
    critical_r2 = critical_f / (critical_f + df)
    size = (df + 1) / 2
    terms = np.arange(1 + int(stats.nbinom.isf(TAIL, size, 1 - r**2))) if r else np.arange(1)
    shares = stats.nbinom.pmf(terms, size, 1 - r**2)
    return float(1 - shares @ special.betainc(0.5 + terms, df / 2, critical_r2))
