"""Average marginal effects of a generalised linear model, with delta-method errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from kadsurvey.stats.glm import GlmFit, moments

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AverageEffects:
    """Average effects on the expected outcome, in its unit.

    Attributes
    ----------
    columns : tuple of int
        Columns of the design, counted from 0.
    estimate, std_error, statistic, df, p_value : ndarray, shape (q,)
        Effects; delta-method standard errors; t values with ``df``; two-sided p.
    jacobian : ndarray, shape (q, k)
        Derivatives of the effects by the coefficients: the contrasts from which degrees of freedom may be had.
    """

    columns: tuple[int, ...]
    estimate: Array
    std_error: Array
    statistic: Array
    df: Array
    p_value: Array
    jacobian: Array

    def interval(self, level: float = 0.95) -> tuple[Array, Array]:
        """Return the confidence limits with ``df``, low and high, each of shape (q,)."""
        half = stats.t.ppf(0.5 + level / 2, self.df) * self.std_error
        return self.estimate - half, self.estimate + half


def average_marginal_effects(
    fit: GlmFit, vcov: Array, df: ArrayLike, *, columns: Sequence[int] | None = None, binary: Sequence[int] = ()
) -> AverageEffects:
    """Average over the rows what one unit of a predictor changes in the expected outcome.

    Parameters
    ----------
    fit : GlmFit
    vcov : ndarray, shape (k, k)
        Covariance of the coefficients, such as of `glm_cluster_robust`.
    df : float or array_like, shape (k,)
        Degrees of freedom of the t test, one for all or one a coefficient; infinite for a normal one.
    columns : sequence of int, optional
        Columns of the design, counted from 0; by default all that vary.
    binary : sequence of int, default ()
        Those of them whose effect is the change from 0 to 1, not the slope.

    Returns
    -------
    AverageEffects

    Notes
    -----
    A column counts as a predictor of its own: a square or a product is not followed. Counts keep their exposure.

    References
    ----------
    Papke & Wooldridge (1996), Journal of Applied Econometrics 11(6), 619-632; Wooldridge (2010), Econometric analysis
    of cross section and panel data, sections 2.2 and 15.6.

    Examples
    --------
    >>> import numpy as np
    >>> from kadsurvey.stats.glm import fit_glm
    >>> X = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    >>> fit = fit_glm(np.array([1.0, 2, 3, 4, 6, 8]), X, family="poisson")
    >>> average_marginal_effects(fit, fit.vcov, np.inf, binary=[1]).estimate.round(3).tolist()
    [4.0]
    """
    chosen = tuple(np.flatnonzero(np.ptp(fit.design, axis=0)).tolist() if columns is None else columns)
    effects = [_step(fit, column) if column in binary else _slope(fit, column) for column in chosen]
    estimate = np.array([effect for effect, _ in effects])
    jacobian = np.array([gradient for _, gradient in effects]).reshape(len(chosen), len(fit.estimate))
    std_error = np.sqrt(np.einsum("qi,ij,qj->q", jacobian, vcov, jacobian))
    degrees = np.broadcast_to(np.asarray(df, dtype=np.float64), fit.estimate.shape)[list(chosen)]
    statistic = np.divide(estimate, std_error, out=np.full_like(estimate, np.nan), where=std_error > 0)
    p_value = np.asarray(2 * stats.t.sf(np.abs(statistic), degrees))
    return AverageEffects(chosen, estimate, std_error, statistic, degrees, p_value, jacobian)


def _slope(fit: GlmFit, column: int) -> tuple[float, Array]:
    _, first, second = moments(fit.linear_predictor, fit.family)
    coefficient = fit.estimate[column]
    gradient = coefficient * (second @ fit.design) / fit.n_obs
    gradient[column] += first.mean()
    return float(coefficient * first.mean()), gradient


def _step(fit: GlmFit, column: int) -> tuple[float, Array]:
    effect, gradient = 0.0, np.zeros_like(fit.estimate)
    for value, sign in ((1.0, 1.0), (0.0, -1.0)):
        moved = fit.design.copy()
        moved[:, column] = value
        mean, first, _ = moments(fit.linear_predictor + (moved - fit.design) @ fit.estimate, fit.family)
        effect += sign * float(mean.mean())
        gradient += sign * (first @ moved) / fit.n_obs
    return effect, gradient
