"""How far a frontier of few units flatters them: the smoothed bootstrap of efficiency scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.frontier import checked_amounts, radial_scores
from kadsurvey.stats.frontier_programmes import Array, Returns
from kadsurvey.stats.frontier_simplex import stretched_scores
from kadsurvey.workers import in_use, spread

# A distribution of inefficiency needs two values that differ from none.
FEWEST_INEFFICIENT = 2
# Limits rest on the draws beyond them; the source takes 2,000.
FEWEST_DRAWS = 100
# Silverman's rule of thumb for a Gaussian kernel, and the interquartile range of a standard normal distribution.
SILVERMAN, NORMAL_IQR = 0.9, 1.349
# A corrected score has about four times the variance of a plain one: it is worth that where bias^2 exceeds the other
# three.
WORTH = 3.0
# Pieces into which a cluster is given the draws.
_PARTS = 16


@dataclass(frozen=True, slots=True)
class FrontierBootstrap:
    """Efficiency scores corrected for the bias of a frontier that is estimated from the units themselves.

    Attributes
    ----------
    score, corrected : ndarray, shape (n_units,)
        Farrell's input efficiency as `kadsurvey.stats.frontier.dea` has it, and less its bias; never above it.
    bias : ndarray, shape (n_units,)
        ``score - corrected``.
    ci_low, ci_high : ndarray, shape (n_units,)
        Limits of the true score, approximate: of few units they hold it far less often than ``confidence`` says.
        ``ci_high`` is at most the score itself, which the true one cannot exceed.
    bias_ratio : ndarray, shape (n_units,)
        Squared bias over three times the variance, both of the reciprocal score.
    correction_helps : ndarray of bool, shape (n_units,)
        ``bias_ratio`` is above 1: Simar and Wilson's rule for when the correction takes more bias away than it adds
        noise. The rule is timid: in ``benchmarks/frontier_coverage.md`` corrected scores are nearer to the truth also
        where it says no.
    bandwidth : float
        Of the kernel, on the scale of the reciprocal scores.
    returns : {"crs", "vrs", "nirs"}
    confidence : float
    draws, n_units, n_inefficient : int
        Bootstrap samples; units; those that score below 1, from which the bandwidth comes.
    """

    score: Array
    corrected: Array
    bias: Array
    ci_low: Array
    ci_high: Array
    bias_ratio: Array
    correction_helps: NDArray[np.bool_]
    bandwidth: float
    returns: Returns
    confidence: float
    draws: int
    n_units: int
    n_inefficient: int


def bootstrap_frontier(
    inputs: ArrayLike,
    outputs: ArrayLike,
    *,
    returns: Returns = "vrs",
    draws: int = 2000,
    confidence: float = 0.95,
    bandwidth: float | None = None,
    seed: int,
) -> FrontierBootstrap:
    r"""Correct efficiency scores by Simar and Wilson's smoothed homogeneous bootstrap.

    Parameters
    ----------
    inputs, outputs : array_like, shape (n_units, n_inputs), (n_units, n_outputs)
        As `kadsurvey.stats.frontier.dea`.
    returns : {"crs", "vrs", "nirs"}, default "vrs"
    draws : int, default 2000
        Bootstrap samples.
    confidence : float, default 0.95
        Coverage that the intervals aim at. They fall far short of it: ``benchmarks/frontier_coverage.md``.
    bandwidth : float, optional
        Of the Gaussian kernel; by default `reflected_bandwidth` of the reciprocal scores.
    seed : int
        Seed of the draws.

    Returns
    -------
    FrontierBootstrap

    Raises
    ------
    StatisticsError
        As `kadsurvey.stats.frontier.dea`; ``stats.too_few_inefficient`` where fewer than two units score below 1;
        ``stats.bootstrap_too_short`` below 100 draws; ``stats.confidence_not_share``;
        ``stats.bandwidth_not_positive``.

    Notes
    -----
    Everything is done on Shephard's distances \(\delta = 1/\theta \ge 1\), as in Simar & Wilson (2000), not on the
    scores: they have no upper bound, so that neither a smoothed draw, nor a corrected score, nor a limit can leave
    \((0, 1]\). A draw of distances comes from the kernel density of the estimated ones, reflected at 1 and shrunk to
    their variance; it moves every unit's inputs from the estimated frontier, and all units are scored against those.
    Bias is the mean of these scores less the estimate. Limits are the estimate less the quantiles of the differences.

    Inefficiency must be distributed alike for units of every size and mix (homogeneous). Units that differ only by
    luck are taken for inefficient: the model has no noise.

    References
    ----------
    Simar & Wilson (1998), Management Science 44(1), 49-61. Simar & Wilson (2000), Journal of Applied Statistics 27(6),
    779-802. Bandwidth: Daraio & Simar (2007), Advanced Robust and Nonparametric Methods in Efficiency Analysis,
    eq. 3.26.
    """
    _check_options(draws, confidence, bandwidth)
    x, y = checked_amounts(inputs, outputs)
    score = radial_scores(x, y, returns=returns)
    distance = 1 / score
    n_inefficient = int(np.sum(score < 1))
    if n_inefficient < FEWEST_INEFFICIENT:
        raise StatisticsError("stats.too_few_inefficient", n_inefficient=n_inefficient, n_units=len(score))
    width = reflected_bandwidth(distance) if bandwidth is None else float(bandwidth)
    drawn = smoothed_draws(distance, width, draws=draws, rng=np.random.default_rng(seed))
    # the draws are independent of each other: on a cluster each worker takes some
    parts = np.array_split(drawn / distance, _PARTS if in_use() else 1)
    found = 1 / np.concatenate(spread(partial(stretched_scores, x, y, returns=returns), parts))

    # A drawn frontier lies inside the estimated one, so that what is positive here is rounding.
    difference = np.minimum(found - distance, 0.0)
    bias = difference.mean(axis=0)
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(difference, [tail, 1 - tail], axis=0)
    ratio = bias**2 / (WORTH * difference.var(axis=0, ddof=1))
    corrected = 1 / (distance - bias)
    return FrontierBootstrap(
        score=score,
        corrected=corrected,
        bias=score - corrected,
        ci_low=1 / (distance - lower),
        ci_high=1 / (distance - upper),
        bias_ratio=ratio,
        correction_helps=ratio > 1,
        bandwidth=width,
        returns=returns,
        confidence=confidence,
        draws=draws,
        n_units=len(score),
        n_inefficient=n_inefficient,
    )


def reflected_bandwidth(distance: Array) -> float:
    """Return the bandwidth of a Gaussian kernel for distances from 1 upwards.

    Parameters
    ----------
    distance : ndarray, shape (n_units,)
        At least 1; two or more above 1.

    Notes
    -----
    Silverman's rule on the distances above 1 and their reflections, carried over to the sample with its ones by size
    and spread. The ones themselves are left out: that many equal values are the estimator's doing.

    References
    ----------
    Silverman (1986), Density Estimation, eq. 3.31. Daraio & Simar (2007), eq. 3.26.
    """
    above = distance[distance > 1]
    reflected = np.concatenate([above, 2 - above])
    spread = float(reflected.std(ddof=1))
    low, high = np.quantile(reflected, [0.25, 0.75])
    rule = SILVERMAN * min(spread, float(high - low) / NORMAL_IQR) * len(reflected) ** -0.2
    return float(rule * (len(reflected) / len(distance)) ** 0.2 * distance.std(ddof=1) / spread)


def smoothed_draws(distance: Array, bandwidth: float, *, draws: int, rng: np.random.Generator) -> Array:
    """Draw distances from their reflected kernel density, shape (draws, n_units), all at least 1.

    Parameters
    ----------
    distance : ndarray, shape (n_units,)
    bandwidth : float
        Standard deviation of the Gaussian kernel.
    draws : int
        Rows.
    rng : numpy.random.Generator

    Notes
    -----
    Smoothing adds the kernel's variance to that of the reflected distances; the draws are shrunk towards the centre
    of reflection by as much.
    """
    reflected = np.concatenate([distance, 2 - distance])
    shape = (draws, len(distance))
    smooth = rng.choice(reflected, size=shape) - 1 + bandwidth * rng.standard_normal(shape)
    drawn: Array = 1 + np.abs(smooth) / np.sqrt(1 + bandwidth**2 / reflected.var())
    return drawn


def _check_options(draws: int, confidence: float, bandwidth: float | None) -> None:
    if draws < FEWEST_DRAWS:
        raise StatisticsError("stats.bootstrap_too_short", draws=draws, needed=FEWEST_DRAWS)
    if not 0 < confidence < 1:
        raise StatisticsError("stats.confidence_not_share", confidence=confidence)
    if bandwidth is not None and not (np.isfinite(bandwidth) and bandwidth > 0):
        raise StatisticsError("stats.bandwidth_not_positive", bandwidth=bandwidth)
