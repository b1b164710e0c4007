"""Estimates of many units made steadier by what the units have in common: moderated variances, shrunken means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from kadsurvey.errors import StatisticsError

Array: TypeAlias = NDArray[np.float64]

LEAST_UNITS = 4
"""Fewest units whose variance between them is estimated; of fewer, it is hardly more than chance."""
_SMALLEST_VARIANCE = 1e-5
"""A variance of zero is taken as this share of the middle one: its logarithm must exist."""


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Means of units pulled towards the mean of all, the more the less reliable they are.

    Attributes
    ----------
    value, std_error : ndarray, shape (k,)
        Shrunken means, and the root of their mean squared error.
    reliability : ndarray, shape (k,)
        Share of the variance of a unit's mean that is the unit's own: its weight against the mean of all.
    mean, mean_std_error : float
        Of all units, weighted by precision.
    between : float
        Variance between units.
    """

    value: Array
    std_error: Array
    reliability: Array
    mean: float
    mean_std_error: float
    between: float


def moderated_variances(variances: Array, df: Array) -> tuple[Array, Array]:
    r"""Steady the variances of several units by their common distribution.

    The variances are taken as draws of a scaled inverse chi-square distribution, whose degrees of freedom
    :math:`d_0` and scale :math:`s_0^2` are fitted to the moments of their logarithms.

    Parameters
    ----------
    variances, df : ndarray, shape (k,)
        Of each unit; units without degrees of freedom take part only by what they are given.

    Returns
    -------
    ndarray, shape (k,)
        :math:`(d_0 s_0^2 + d s^2) / (d_0 + d)`.
    ndarray, shape (k,)
        :math:`d_0 + d`, at most the sum of all degrees of freedom.

    Raises
    ------
    StatisticsError
        ``stats.no_residual_variance`` if no unit has degrees of freedom, or none varies.

    Notes
    -----
    As `squeezeVar` of limma, but where the variances differ by no more than chance they are pooled by their degrees of
    freedom (limma: by their plain mean).

    References
    ----------
    Smyth (2004), Statistical Applications in Genetics and Molecular Biology 3(1), article 3.
    """
    used = df > 0
    if not used.any() or not (variances[used] > 0).any():
        raise StatisticsError("stats.no_residual_variance")
    own, of = np.where(used, variances, 0.0), np.where(used, df, 0.0)
    whole = float(of.sum())
    known, half = own[used], of[used] / 2
    floored = np.maximum(known, _SMALLEST_VARIANCE * np.median(known[known > 0]))
    logs = np.log(floored) - special.digamma(half) + np.log(half)
    spread = -np.inf
    if len(logs) > 1:
        spread = float(np.var(logs, ddof=1) - special.polygamma(1, half).mean())
    if spread <= 0:
        pooled = float((of * own).sum() / whole)
        return np.full(len(own), pooled), np.full(len(own), whole)
    prior_df = 2 * _trigamma_inverse(spread)
    scale = np.exp(logs.mean() + special.digamma(prior_df / 2) - np.log(prior_df / 2))
    return (prior_df * scale + of * own) / (prior_df + of), np.minimum(prior_df + of, whole)


def _trigamma_inverse(value: float) -> float:
    """Return where the trigamma function, which falls from infinity to zero, has a value."""

    def excess(log_at: float) -> float:
        return float(special.polygamma(1, np.exp(log_at))) - value

    return float(np.exp(optimize.brentq(excess, -20.0, 20.0, xtol=1e-13)))


def shrink(estimates: Array, variances: Array) -> Shrinkage:
    r"""Estimate what units have in common and pull each estimate towards it.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)
        Of the units, with the sampling variance of each taken as known.

    Raises
    ------
    StatisticsError
        ``stats.too_few_units`` below four units.

    Notes
    -----
    :math:`y_i = \mu + u_i + e_i`, with the variance of :math:`u` by restricted maximum likelihood. Equal to metafor's
    ``rma(method="REML")`` and ``blup``; the mean squared error adds what not knowing the variance costs,
    :math:`2 g_3` of Datta and Lahiri, which metafor leaves out.

    References
    ----------
    Fay & Herriot (1979), Journal of the American Statistical Association 74, 269-277. Datta & Lahiri (2000),
    Statistica Sinica 10, 613-627.
    """
    n_units = len(estimates)
    if n_units < LEAST_UNITS:
        raise StatisticsError("stats.too_few_units", least=LEAST_UNITS, n_units=n_units)
    between = _between(estimates, variances)
    weights = 1 / (variances + between)
    mean_variance = float(1 / weights.sum())
    mean = float((weights * estimates).sum()) * mean_variance
    pull = variances * weights
    # Of the true value round its mean; of the mean; of the pull, whose variance is that of ``between``.
    own = between * pull
    of_mean = pull**2 * mean_variance
    of_pull = variances**2 * weights**3 * 2 / (weights**2).sum()
    return Shrinkage(
        value=estimates - pull * (estimates - mean),
        std_error=np.sqrt(own + of_mean + 2 * of_pull),
        reliability=1 - pull,
        mean=mean,
        mean_std_error=float(np.sqrt(mean_variance)),
        between=between,
    )


def _between(estimates: Array, variances: Array) -> float:
    """Return the variance between units that maximises the restricted likelihood."""

    def deviance(between: float) -> float:
        weights = 1 / (variances + between)
        mean = (weights * estimates).sum() / weights.sum()
        rest = (weights * (estimates - mean) ** 2).sum()
        return float(-np.log(weights).sum() + np.log(weights.sum()) + rest)

    # The likelihood may have several tops: the best of a grid is refined.
    most = float(np.var(estimates, ddof=1) + variances.max())
    grid = most * np.linspace(0, 4, 201) ** 2 / 4
    best = int(np.argmin([deviance(between) for between in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    if high <= 0:
        return 0.0
    found = optimize.minimize_scalar(deviance, bounds=(low, high), method="bounded", options={"xatol": 1e-12 * high})
    return float(found.x) if found.fun < deviance(0.0) else 0.0
