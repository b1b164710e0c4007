"""Factor models of ordinal items in several groups by diagonally weighted least squares (WLSMV)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.cfa_fit import incremental, rmsea_of, shifted, tail
from kadsurvey.stats.cfa_model import factor_model
from kadsurvey.stats.correlation import OrdinalCorrelation
from kadsurvey.stats.least_squares import inverse_information, minimise, polished
from kadsurvey.stats.matrices import pairs_of
from kadsurvey.stats.multigroup_model import STEPS, GroupModel, Layout, Step, group_model, layout_of, start

Array = NDArray[np.float64]

FEWEST_THRESHOLDS = 2
"""One threshold cannot tell an item's scale, intercept and threshold apart."""


@dataclass(frozen=True, slots=True)
class GroupSamples:
    """Thresholds and correlations of all groups, one group after the other, with what they vary by.

    Attributes
    ----------
    layout : Layout
    moments : ndarray, shape (n_moments,)
        Of each group the thresholds, then the correlations over pairs; at the end those between each two waves.
    covariances : tuple of ndarray
        Asymptotic covariance of each group's moments, times the rows of all groups; of all moments where the groups are
        waves of the same people.
    n_rows : tuple of int
        Rows of each group.
    start : ndarray, shape (n_groups, n_parameters)
        Starting values of the configural model.
    n_people : int
        Those of the covariances: all rows of groups, which are different people, or people of whom there are waves.
    between : ndarray
        Starting values of what relates waves; empty for groups.
    """

    layout: Layout
    moments: Array
    covariances: tuple[Array, ...]
    n_rows: tuple[int, ...]
    start: Array
    n_people: int
    between: Array

    @property
    def waves(self) -> bool:
        """Whether the groups are waves of the same people."""
        return len(self.covariances) < len(self.n_rows)

    @property
    def correlated(self) -> NDArray[np.bool_]:
        """Which moments are correlations."""
        groups, size = len(self.n_rows), self.layout.n_moments
        own = np.tile(np.arange(size) >= self.layout.n_thresholds, groups)
        return np.concatenate([own, np.ones(len(self.moments) - groups * size, dtype=np.bool_)])

    @property
    def n_tests(self) -> int:
        """How many times the chi-square counts one row less: once a group of different people."""
        return len(self.covariances)

    @property
    def weights(self) -> Array:
        """Weights of the information: the inverse of the variances."""
        return np.concatenate([1 / covariance.diagonal() for covariance in self.covariances])

    @property
    def chisq_weights(self) -> Array:
        """Weights whose weighted squares are the chi-square; each group counts rows less one."""
        if self.waves:
            return self.weights * (self.n_people - 1)
        share = np.array([self.n_people * (n - 1) / n for n in self.n_rows])
        weights: Array = self.weights * np.repeat(share, self.layout.n_moments)
        return weights

    def times_covariance(self, matrix: Array) -> Array:
        """Return the covariance of all moments, in which groups are independent, times a matrix."""
        parts = np.split(matrix, len(self.covariances))
        return np.vstack([covariance @ part for covariance, part in zip(self.covariances, parts, strict=True)])


@dataclass(frozen=True, slots=True)
class GroupFactors:
    """A factor model fitted to several groups at one step.

    Attributes
    ----------
    model : GroupModel
    theta : ndarray, shape (n_free,)
    values, std_errors : ndarray, shape (n_groups, n_parameters)
        Parameters of each group in the order of `Layout`; standard errors are robust, 0 where a value is fixed and NaN
        where it follows from others.
    fit : dict
        lavaan's names with ``_`` for ``.``: chisq, df, chisq_scaled, pvalue_scaled, cfi_scaled, tli_scaled,
        rmsea_scaled, ...; unscaled without ending.
    residuals, slopes, inverse, middle : ndarray
        Sample less implied moments; derivatives of the implied moments by the free parameters; inverse of the
        information; covariance of the score. For tests between models.
    converged : bool
    iterations : int
    """

    model: GroupModel
    theta: Array = field(repr=False)
    values: Array
    std_errors: Array
    fit: dict[str, float]
    residuals: Array = field(repr=False)
    slopes: Array = field(repr=False)
    inverse: Array = field(repr=False)
    middle: Array = field(repr=False)
    converged: bool
    iterations: int

    @property
    def between(self) -> Array:
        """What relates waves; empty for groups."""
        return self.theta[len(self.theta) - len(self.model.between) * self.model.n_between :]


def group_samples(correlations: Sequence[OrdinalCorrelation], pattern: ArrayLike) -> GroupSamples:
    """Bring the groups' moments together.

    Parameters
    ----------
    correlations : sequence of OrdinalCorrelation
        Of each group, from ``polychoric(items, categories=..., acov=True)``; the first is the reference.
    pattern : array_like of int, shape (n_items,)
        The factor of each item, 0, 1, ...

    Raises
    ------
    StatisticsError
        If there are fewer than two groups, an item has other categories in one group than in another or fewer than
        three, or a factor too few items.
    """
    first = correlations[0]
    if len(correlations) < 2:
        raise StatisticsError("stats.one_group")
    model = factor_model(pattern, structure="correlated", n_items=len(first.matrix))
    for item in range(model.n_items):
        if any(not np.array_equal(first.categories[item], other.categories[item]) for other in correlations[1:]):
            raise StatisticsError("stats.groups_differ_in_categories", item=item)
        if len(first.thresholds[item]) < FEWEST_THRESHOLDS:
            raise StatisticsError("stats.too_few_categories_for_groups", item=item)
    layout = layout_of(model.factor_of, np.repeat(np.arange(model.n_items), [len(own) for own in first.thresholds]))
    total = sum(correlation.n_rows for correlation in correlations)
    pairs = pairs_of(model.n_items)
    moments, covariances, starts = [], [], []
    for correlation in correlations:
        if correlation.acov is None:
            raise StatisticsError("stats.cfa_needs_acov")
        borders = np.concatenate(correlation.thresholds)
        moments += [borders, correlation.estimates[pairs]]
        covariances.append(total * correlation.acov)
        theta = model.oriented(model.start(correlation.matrix))
        values = np.zeros(layout.n_parameters)
        values[layout.thresholds], values[layout.loadings] = borders, theta[: model.n_items]
        values[layout.scales] = values[layout.variances] = 1.0
        values[layout.covariances] = theta[model.n_items :]
        starts.append(values)
    n_rows = tuple(correlation.n_rows for correlation in correlations)
    return GroupSamples(
        layout=layout,
        moments=np.concatenate(moments),
        covariances=tuple(covariances),
        n_rows=n_rows,
        start=np.array(starts),
        n_people=total,
        between=np.empty(0),
    )


def fit_groups(
    samples: GroupSamples,
    step: Step,
    *,
    freed: Mapping[int, Step] | None = None,
    configural: GroupFactors | None = None,
) -> GroupFactors:
    """Fit the model of one step to all groups.

    Parameters
    ----------
    samples : GroupSamples
    step : {"configural", "thresholds", "loadings", "intercepts", "residuals"}
        What is equal between groups: nothing but the form; thresholds; and loadings; and intercepts; and residual
        variances.
    freed : mapping of item to step, optional
        Items that take part only in the steps before.
    configural : GroupFactors, optional
        Where it was fitted before, to start from.

    Raises
    ------
    StatisticsError
        If the model is not identified.

    References
    ----------
    Wu & Estabrook (2016), Psychometrika 81, 1014-1045. Equal to lavaan's WLSMV of the models that semTools
    ``measEq.syntax(ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016")`` writes.
    """
    layout = samples.layout
    model = group_model(layout, step, n_groups=len(samples.n_rows), freed=freed, waves=samples.waves)
    weights = samples.weights
    begin = (
        start(model, samples.start, samples.between)
        if configural is None
        else start(model, configural.values, configural.between)
    )
    theta, iterations, converged = minimise(model, samples.moments, samples.chisq_weights, begin)
    theta = polished(model, samples.moments, samples.chisq_weights, theta)
    implied, slopes = model.implied(theta)
    weighted = weights[:, None] * slopes
    inverse = inverse_information(slopes.T @ weighted)
    spread = samples.times_covariance(weighted)
    middle = weighted.T @ spread
    residuals = samples.moments - implied
    moved = inverse @ middle
    trace = len(weights) - float(np.trace(moved))
    trace_squared = _squared_weights(samples) - 2 * float(np.sum(inverse * (spread.T @ (weights[:, None] * spread))))
    trace_squared += float(np.sum(moved * moved.T))
    vcov = moved @ inverse / (samples.n_people - samples.n_tests)
    return GroupFactors(
        model=model,
        theta=theta,
        values=model.values(theta),
        std_errors=_std_errors(model, vcov),
        fit=_fit(samples, residuals, model.n_free, trace, trace_squared),
        residuals=residuals,
        slopes=slopes,
        inverse=inverse,
        middle=middle,
        converged=converged,
        iterations=iterations,
    )


def _squared_weights(samples: GroupSamples, *, correlations_only: bool = False) -> float:
    """Return the trace of the square of weights times covariance."""
    total, correlated = 0.0, samples.correlated
    ends = np.cumsum([len(covariance) for covariance in samples.covariances])[:-1]
    for covariance, chosen in zip(samples.covariances, np.split(correlated, ends), strict=True):
        own = covariance[np.ix_(chosen, chosen)] if correlations_only else covariance
        scale = own.diagonal() ** -0.5
        total += float(np.sum((own * scale * scale[:, None]) ** 2))
    return total


def _fit(samples: GroupSamples, residuals: Array, n_free: int, trace: float, trace_squared: float) -> dict[str, float]:
    groups, n_rows = samples.n_tests, samples.n_people
    weights, correlated = samples.chisq_weights, samples.correlated
    chisq, df = float(weights @ residuals**2), len(weights) - n_free
    baseline = float(weights[correlated] @ samples.moments[correlated] ** 2)
    baseline_df = int(correlated.sum())
    squared = _squared_weights(samples, correlations_only=True)
    baseline_scaled = shifted(baseline, baseline_df, trace=baseline_df, trace_squared=squared)[0]
    scaled, factor, shift = 0.0, float("nan"), float("nan")
    if df:
        scaled, factor, shift = shifted(chisq, df, trace=trace, trace_squared=trace_squared)
    fit = {"npar": float(n_free), "chisq": chisq, "df": float(df), "pvalue": tail(chisq, df)}
    fit |= {"chisq_scaled": scaled, "df_scaled": float(df), "pvalue_scaled": tail(scaled, df)}
    fit |= {"chisq_scaling_factor": factor, "chisq_shift": shift}
    fit |= {"baseline_chisq": baseline, "baseline_df": float(baseline_df), "baseline_chisq_scaled": baseline_scaled}
    fit |= incremental(chisq, df, baseline, baseline_df) | rmsea_of(chisq, df, n_rows - groups, n_groups=groups)
    robust = incremental(scaled, df, baseline_scaled, baseline_df) | rmsea_of(
        scaled, df, n_rows - groups, n_groups=groups
    )
    return fit | {f"{name}_scaled": value for name, value in robust.items()}


def _std_errors(model: GroupModel, vcov: Array) -> Array:
    own = np.append(np.sqrt(np.maximum(vcov.diagonal(), 0.0)), 0.0)
    errors: Array = own[model.place].copy()
    scales = errors[1:, model.layout.scales]
    scales[:, model.levels >= STEPS.index("residuals")] = np.nan
    return errors
