"""Factor models of continuous items by maximum likelihood, in one group or several, with or without missing answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.cfa_model import Structure, factor_model
from kadsurvey.stats.least_squares import inverse_information
from kadsurvey.stats.linear_fit_measures import Likelihoods, linear_fit_measures
from kadsurvey.stats.linear_groups import LinearLayout, LinearModel, linear_layout, linear_model
from kadsurvey.stats.linear_start import first_start, step_start
from kadsurvey.stats.matrices import SMALLEST_EIGENVALUE
from kadsurvey.stats.multigroup_model import Step
from kadsurvey.stats.normal_sample import (
    NormalSample,
    independent,
    information,
    log_likelihood,
    normal_sample,
    saturated,
    score_products,
    slope,
    split_moments,
)

Array: TypeAlias = NDArray[np.float64]
LinearEstimator: TypeAlias = Literal["ML", "MLR"]

_MAX_ITERATIONS = 200
_NEAR = 0.1
"""Rise of the log-likelihood that one more step would bring, below which the second derivatives can be trusted."""
_VISIBLE = 1e-6
_SMALLEST_GAIN = 1e-13
_SMALLEST_STEP = 2.0**-30


@dataclass(frozen=True, slots=True)
class LinearSamples:
    """Answers of all groups, with what does not depend on the step.

    Attributes
    ----------
    layout : LinearLayout
    samples : tuple of NormalSample
    saturated : tuple of ndarray, shape (n_moments,)
        Means and covariances of each group without a model.
    start : ndarray, shape (n_groups, n_parameters)
        Starting values of the configural model.
    estimator : {"ML", "MLR"}
    """

    layout: LinearLayout
    samples: tuple[NormalSample, ...]
    saturated: tuple[Array, ...]
    start: Array
    estimator: LinearEstimator

    @property
    def n_rows(self) -> tuple[int, ...]:
        """Rows of each group."""
        return tuple(sample.n_rows for sample in self.samples)

    @property
    def observed(self) -> bool:
        """Whether standard errors rest on the observed information, as in lavaan with MLR or missing answers."""
        return self.estimator == "MLR" or not all(sample.complete for sample in self.samples)


@dataclass(frozen=True, slots=True)
class LinearFactors:
    """A step fitted to all groups.

    Attributes
    ----------
    model : LinearModel
    values, std_errors : ndarray, shape (n_groups, n_parameters)
        In the order of `LinearLayout`, in items' units; standard errors are 0 where a value is fixed.
    vcov : ndarray, shape (n_free, n_free)
        Of the free parameters; for MLR robust.
    theta : ndarray, shape (n_free,)
    fit : dict
        lavaan's names with ``_`` for ``.``; for MLR also ``_scaled`` and, with complete answers, ``_robust``.
    slopes : tuple of ndarray, shape (n_moments, n_parameters)
        Of each group's moments by its parameters.
    spread : tuple of ndarray, shape (n_parameters, n_free)
    moments : tuple of ndarray
        Implied means and covariances of each group.
    information, meat : tuple of ndarray, shape (n_moments, n_moments)
        About each group's moments; products of the rows' scores, empty for ML.
    inverse : ndarray, shape (n_free, n_free)
        Of the information about the free parameters.
    converged : bool
    iterations : int
    """

    model: LinearModel
    values: Array
    std_errors: Array
    vcov: Array = field(repr=False)
    theta: Array = field(repr=False)
    fit: dict[str, float]
    slopes: tuple[Array, ...] = field(repr=False)
    spread: tuple[Array, ...] = field(repr=False)
    moments: tuple[Array, ...] = field(repr=False)
    information: tuple[Array, ...] = field(repr=False)
    meat: tuple[Array, ...] = field(repr=False)
    inverse: Array = field(repr=False)
    converged: bool
    iterations: int


def linear_samples(groups: Sequence[ArrayLike], pattern: ArrayLike, *, estimator: LinearEstimator) -> LinearSamples:
    """Bring the groups' answers together.

    Parameters
    ----------
    groups : sequence of array_like, shape (n_rows, n_items)
        Answers of each group, NaN missing; the first is the reference.
    pattern : array_like of int, shape (n_items,)
        The factor of each item, 0, 1, ...
    estimator : {"ML", "MLR"}
        With standard errors and chi-square of normal theory, or made robust.

    Raises
    ------
    StatisticsError
        If an item is constant in a group, nobody in it answered two of them, a factor has too few items, or the
        covariances are singular.
    """
    samples = tuple(normal_sample(items) for items in groups)
    plan = factor_model(pattern, structure="correlated", n_items=samples[0].n_items)
    layout = linear_layout(plan.factor_of)
    for sample in samples:
        together = (sample.answered.T * sample.counts) @ sample.answered
        for first, second in np.argwhere(together == 0):
            raise StatisticsError("stats.no_common_rows", first=int(first), second=int(second))
    found = tuple(saturated(sample) for sample in samples)
    for moments in found:
        _check(moments, plan.n_items)
    start = np.array([first_start(plan, layout, moments) for moments in found])
    return LinearSamples(layout, samples, found, start, estimator)


def fit_linear(
    samples: LinearSamples,
    step: Step = "configural",
    *,
    freed: Mapping[int, Step] | None = None,
    configural: LinearFactors | None = None,
    structure: Structure = "correlated",
) -> LinearFactors:
    """Fit the model of one step to all groups by maximum likelihood; missing answers are left out of it, not filled in.

    Parameters
    ----------
    samples : LinearSamples
    step : {"configural", "loadings", "intercepts", "residuals"}
        What is equal between groups: nothing but the form; loadings; and intercepts; and residual variances.
    freed : mapping of item to step, optional
        Items that take part only in the steps before.
    configural : LinearFactors, optional
        Where it was fitted before, to start from.
    structure : {"correlated", "second_order"}
        Of the factors; the latter in one group only.

    Raises
    ------
    StatisticsError
        If the model is not identified.

    References
    ----------
    Joreskog (1969), Psychometrika 34, 183-202; Arbuckle (1996), in Marcoulides & Schumacker (eds), Advanced structural
    equation modeling, 243-277; Yuan & Bentler (2000), Sociological Methodology 30, 165-200. Equal to lavaan ``cfa``
    with ``estimator = "ML"`` or ``"MLR"``, ``std.lv = TRUE``, and ``missing = "ml"`` where answers are missing.
    """
    model = linear_model(samples.layout, step, n_groups=len(samples.samples), freed=freed, structure=structure)
    begin = step_start(model, samples.start if configural is None else configural.values)
    theta, iterations, converged = _maximise(model, samples, begin)
    theta = model.oriented(theta)
    parts = [_Group(model, samples, theta, group) for group in range(model.n_groups)]
    inverse = inverse_information(_information(model, samples, parts, observed=samples.observed))
    meat = tuple(
        score_products(sample, part.moments) if samples.estimator == "MLR" else np.empty((0, 0))
        for sample, part in zip(samples.samples, parts, strict=True)
    )
    vcov, trace = inverse, float("nan")
    if samples.estimator == "MLR":
        middle = sum(part.by_free.T @ own @ part.by_free for part, own in zip(parts, meat, strict=True))
        vcov, trace = inverse @ middle @ inverse, float(np.trace(inverse @ middle))
    error = np.append(np.sqrt(np.maximum(vcov.diagonal(), 0.0)), 0.0)
    value = sum(log_likelihood(sample, part.moments) for sample, part in zip(samples.samples, parts, strict=True))
    return LinearFactors(
        model=model,
        values=model.values(theta),
        std_errors=_std_errors(model, parts, vcov, error),
        vcov=vcov,
        theta=theta,
        fit=linear_fit_measures(
            _likelihoods(samples, value, trace), [part.moments for part in parts], n_free=model.n_free
        ),
        slopes=tuple(part.slopes for part in parts),
        spread=tuple(part.spread for part in parts),
        moments=tuple(part.moments for part in parts),
        information=tuple(
            information(sample, part.moments, observed=samples.observed)
            for sample, part in zip(samples.samples, parts, strict=True)
        ),
        meat=meat,
        inverse=inverse,
        converged=converged,
        iterations=iterations,
    )


class _Group:
    """A group's implied moments and their derivatives at the estimates."""

    def __init__(self, model: LinearModel, samples: LinearSamples, theta: Array, group: int) -> None:
        self.values = model.values(theta)[group]
        self.moments, self.slopes = model.layout.moments(self.values)
        self.spread = model.spread(group, theta)
        self.by_free = self.slopes @ self.spread
        self.pull = slope(samples.samples[group], self.moments)


def _information(model: LinearModel, samples: LinearSamples, parts: Sequence[_Group], *, observed: bool) -> Array:
    total = np.zeros((model.n_free, model.n_free))
    for sample, part in zip(samples.samples, parts, strict=True):
        about = information(sample, part.moments, observed=observed)
        total += part.by_free.T @ about @ part.by_free
        if observed:
            total -= part.spread.T @ model.layout.curvature(part.values, part.pull) @ part.spread
            total -= model.bend(part.slopes.T @ part.pull)
    return total


def _maximise(model: LinearModel, samples: LinearSamples, theta: Array) -> tuple[Array, int, bool]:
    """Climb by Fisher's scoring with steps cut until they rise; near the top by Newton's steps, to the last digits."""
    value, near = _value(model, samples, theta), False
    for iteration in range(1, _MAX_ITERATIONS + 1):
        parts = [_Group(model, samples, theta, group) for group in range(model.n_groups)]
        gradient: Array = np.sum([part.by_free.T @ part.pull for part in parts], axis=0)
        step = np.linalg.lstsq(_information(model, samples, parts, observed=near), gradient)[0]
        gain = float(gradient @ step)
        if near and not 0 <= gain < 2 * _NEAR:
            near = False
            continue
        if gain < _SMALLEST_GAIN:
            return theta + step, iteration, True
        size = 1.0
        # the likelihood's own digits end where a gain this small cannot be seen
        while (proposed := _value(model, samples, theta + size * step)) <= value and gain > _VISIBLE:
            size /= 2
            if size < _SMALLEST_STEP:
                return theta, iteration, False
        theta, value, near = theta + size * step, proposed, gain < _NEAR
    return theta, _MAX_ITERATIONS, False


def _value(model: LinearModel, samples: LinearSamples, theta: Array) -> float:
    every = zip(samples.samples, model.values(theta), strict=True)
    return sum(log_likelihood(sample, model.layout.moments(values)[0]) for sample, values in every)


def _likelihoods(samples: LinearSamples, value: float, trace: float) -> Likelihoods:
    """Return what the fit measures need: the model's likelihood, and those of the saturated and the baseline model."""
    robust = samples.estimator == "MLR"
    apart = [independent(sample) for sample in samples.samples]
    p = samples.layout.n_items
    lonely = np.concatenate([np.ones(p, bool), np.equal(*np.triu_indices(p))])
    every = np.ones(len(lonely), bool)
    return Likelihoods(
        value=value,
        saturated=sum(map(log_likelihood, samples.samples, samples.saturated)),
        baseline=sum(map(log_likelihood, samples.samples, apart)),
        trace=trace,
        saturated_trace=_traces(samples, samples.saturated, every) if robust else float("nan"),
        baseline_trace=_traces(samples, apart, lonely) if robust else float("nan"),
        moments=samples.saturated,
        n_rows=samples.n_rows,
        n_items=p,
        complete=all(sample.complete for sample in samples.samples),
    )


def _traces(samples: LinearSamples, moments: Sequence[Array], free: NDArray[np.bool_]) -> float:
    """Return the trace of inverse information times products of scores where these moments are the parameters."""
    total = 0.0
    for sample, at in zip(samples.samples, moments, strict=True):
        about = information(sample, at, observed=True)[np.ix_(free, free)]
        total += float(np.trace(np.linalg.solve(about, score_products(sample, at)[np.ix_(free, free)])))
    return total


def _std_errors(model: LinearModel, parts: Sequence[_Group], vcov: Array, error: Array) -> Array:
    errors: Array = error[model.place].copy()
    if model.structure == "second_order":
        between = model.layout.covariances
        spread = parts[0].spread[between]
        errors[0, between] = np.sqrt(np.einsum("ca,ab,cb->c", spread, vcov, spread))
    return errors


def _check(moments: Array, n_items: int) -> None:
    covariance = split_moments(moments, n_items)[1]
    scale = np.sqrt(covariance.diagonal())
    smallest = float(np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0])
    if smallest < SMALLEST_EIGENVALUE:
        raise StatisticsError("stats.not_positive_definite", eigenvalue=smallest)
