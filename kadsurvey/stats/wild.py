"""Wild cluster bootstrap of one contrast, null hypothesis imposed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.linear import checked_model, fit_ols

Array: TypeAlias = NDArray[np.float64]
WildWeights: TypeAlias = Literal["auto", "webb", "rademacher"]
WILD_WEIGHTS: tuple[WildWeights, ...] = get_args(WildWeights)

# Below this many clusters two points give too few different samples, and Webb's six are used.
FEWEST_FOR_RADEMACHER = 10
_POINTS: dict[str, tuple[float, ...]] = {
    "rademacher": (-1.0, 1.0),
    "webb": (-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)),
}
# Statistics that are equal by symmetry differ by rounding; they count as ties.
TIE = 1e-9
BISECTIONS = 60
# Multiples of the standard error beyond which a limit counts as infinite.
FURTHEST = 1e6


@dataclass(frozen=True, slots=True)
class WildTest:
    """A wild bootstrap test and the interval of the values it does not reject.

    Attributes
    ----------
    estimate, std_error, statistic : float
        The contrast, its CR1S standard error, and t for the null value.
    p_value : float
        Symmetric: share of bootstrap samples whose \\|t\\| is at least the sample's.
    ci_low, ci_high : float
        Limits by inversion; infinite where no value, however far, is rejected.
    smallest_p : float
        No data could give a smaller ``p_value`` with these clusters and draws.
    weights : str
        "webb" or "rademacher".
    enumerated : bool
        True where every sample was computed once, so that no chance is left in ``p_value``.
    draws, n_clusters : int
        Bootstrap samples; clusters.
    """

    estimate: float
    std_error: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    smallest_p: float
    weights: WildWeights
    enumerated: bool
    draws: int
    n_clusters: int


def wild_cluster_test(
    y: Array,
    X: Array,
    clusters: NDArray[Any],
    contrast: Array,
    *,
    null: float = 0.0,
    weights: WildWeights = "auto",
    draws: int = 9999,
    confidence: float = 0.95,
    seed: int,
) -> WildTest:
    r"""Test one linear combination of OLS coefficients by the wild cluster bootstrap-t.

    Parameters
    ----------
    y : ndarray, shape (n_obs,)
        Outcome.
    X : ndarray, shape (n_obs, k)
        Design with its constant as a column.
    clusters : ndarray, shape (n_obs,)
        Cluster label of each row.
    contrast : ndarray, shape (k,)
        The combination: a one at a coefficient's place tests that coefficient.
    null : float, default 0
        Its value under the hypothesis.
    weights : {"auto", "webb", "rademacher"}
        Multipliers of the clusters' residuals; "auto" is Webb's to 9 clusters and Rademacher's from 10.
    draws : int, default 9999
        Bootstrap samples. Where all different ones are no more than this, each is taken once instead.
    confidence : float, default 0.95
        Coverage of the interval.
    seed : int
        Seed of the draws.

    Returns
    -------
    WildTest

    Raises
    ------
    StatisticsError
        As `kadsurvey.stats.linear.fit_ols`; ``stats.single_cluster``; ``stats.contrast_empty``.

    Notes
    -----
    Restricted residuals are linear in the tested value, hence so is every bootstrap numerator, and every squared
    bootstrap standard error is quadratic in it. The coefficients are computed once; each value tested while inverting
    then costs one pass over the draws.

    References
    ----------
    Cameron, Gelbach & Miller (2008), Review of Economics and Statistics 90(3), 414-427. Roodman, Nielsen, MacKinnon &
    Webb (2019), Stata Journal 19(1), 4-60. Webb (2023), Canadian Journal of Economics 56(3), 839-858.
    """
    if weights not in WILD_WEIGHTS:
        raise ArgumentError("stats.unknown_option", given=weights, known=list(WILD_WEIGHTS))
    y, X, _ = checked_model(y, X, None)
    labels, code = np.unique(np.asarray(clusters), return_inverse=True)
    if len(code) != len(y):
        raise StatisticsError("stats.lengths_differ", n_first=len(y), n_second=len(code))
    if len(labels) < 2:
        raise StatisticsError("stats.single_cluster")
    direction = np.asarray(contrast, dtype=np.float64)
    if not np.any(direction):
        raise StatisticsError("stats.contrast_empty")

    used: WildWeights = weights
    if weights == "auto":
        used = "rademacher" if len(labels) >= FEWEST_FOR_RADEMACHER else "webb"
    multipliers, enumerated = _multipliers(used, len(labels), draws, seed)
    paths = _Paths.of(y, X, code, direction, multipliers, enumerated=enumerated)
    low, high = paths.interval(1 - confidence)
    return WildTest(
        estimate=paths.estimate,
        std_error=paths.std_error,
        statistic=(paths.estimate - null) / paths.std_error,
        p_value=paths.p_value(null),
        ci_low=low,
        ci_high=high,
        smallest_p=float(len(_POINTS[used])) ** (1 - len(labels)) if enumerated else 1 / (draws + 1),
        weights=used,
        enumerated=enumerated,
        draws=len(multipliers),
        n_clusters=len(labels),
    )


def _multipliers(weights: WildWeights, n_clusters: int, draws: int, seed: int) -> tuple[Array, bool]:
    """Return one row of cluster multipliers a sample, and whether these are all there are."""
    points = _POINTS[weights]
    if len(points) ** n_clusters <= draws:
        return np.array(list(itertools.product(points, repeat=n_clusters))), True
    return np.random.default_rng(seed).choice(np.array(points), size=(draws, n_clusters)), False


@dataclass(frozen=True, slots=True)
class _Paths:
    """Every sample's t as a function of the value r under test.

    A sample's numerator is ``top[0] + r top[1]``; its squared standard error is the quadratic of ``square``, lowest
    power first.
    """

    estimate: float
    std_error: float
    top: tuple[Array, Array]
    square: tuple[Array, Array, Array]
    enumerated: bool

    @classmethod
    def of(
        cls, y: Array, X: Array, code: NDArray[np.intp], direction: Array, multipliers: Array, *, enumerated: bool
    ) -> _Paths:
        fit = fit_ols(y, X)
        n, k = X.shape
        n_clusters = multipliers.shape[1]
        factor = n_clusters * (n - 1) / ((n_clusters - 1) * (n - k))
        along = direction @ fit.bread
        length = float(along @ direction)
        estimate = float(direction @ fit.estimate)

        # Restricted residuals at r: residuals + X along (estimate - r) / length.
        moved = X @ along / length
        start = _cluster_sums(X * (fit.residuals + estimate * moved)[:, None], code, n_clusters)
        slope = _cluster_sums(X * -moved[:, None], code, n_clusters)
        cross = np.array([along @ X[code == g].T @ X[code == g] @ fit.bread for g in range(n_clusters)])
        tops = [multipliers @ (part @ along) for part in (start, slope)]
        errors = [multipliers * (part @ along) - (multipliers @ part) @ cross.T for part in (start, slope)]
        sample_scores = _cluster_sums(X * fit.residuals[:, None], code, n_clusters) @ along
        std_error = float(np.sqrt(factor * np.sum(sample_scores**2)))
        if not std_error > 0:
            raise StatisticsError("stats.no_residual_variance")
        return cls(
            estimate,
            std_error,
            (tops[0], tops[1]),
            (
                factor * np.sum(errors[0] ** 2, axis=1),
                2 * factor * np.sum(errors[0] * errors[1], axis=1),
                factor * np.sum(errors[1] ** 2, axis=1),
            ),
            enumerated,
        )

    def p_value(self, r: float) -> float:
        numerator = np.abs(self.top[0] + r * self.top[1])
        squared = self.square[0] + r * self.square[1] + r**2 * self.square[2]
        return self._share(numerator, squared, abs(self.estimate - r) / self.std_error)

    def p_value_far_away(self) -> float:
        """Return the limit of p as the tested value goes to either infinity."""
        return self._share(np.abs(self.top[1]), self.square[2], 1 / self.std_error)

    def interval(self, alpha: float) -> tuple[float, float]:
        """Return the nearest values on both sides of the estimate at which p falls to alpha."""
        if self.p_value_far_away() > alpha:
            return -np.inf, np.inf
        return self._limit(-1, alpha), self._limit(1, alpha)

    def _share(self, numerator: Array, squared: Array, statistic: float) -> float:
        reached = int(np.sum(numerator >= statistic * np.sqrt(np.maximum(squared, 0)) * (1 - TIE)))
        if self.enumerated:
            return reached / len(numerator)
        return (1 + reached) / (1 + len(numerator))

    def _limit(self, side: int, alpha: float) -> float:
        kept, step = 0.0, 2.0
        while self.p_value(self.estimate + side * step * self.std_error) > alpha:
            kept, step = step, 2 * step
            if step > FURTHEST:
                return side * np.inf
        rejected = step
        for _ in range(BISECTIONS):
            middle = (kept + rejected) / 2
            if self.p_value(self.estimate + side * middle * self.std_error) > alpha:
                kept = middle
            else:
                rejected = middle
        return self.estimate + side * kept * self.std_error


def _cluster_sums(rows: Array, code: NDArray[np.intp], n_clusters: int) -> Array:
    sums = np.zeros((n_clusters, rows.shape[1]))
    np.add.at(sums, code, rows)
    return sums
