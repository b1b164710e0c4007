"""Factor models of continuous items by maximum likelihood, in one group or several, with or without missing answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.stats.cfa_model import Structure
from kadsurvey.stats.least_squares import inverse_information
from kadsurvey.stats.linear_fit_measures import Likelihoods, linear_fit_measures
from kadsurvey.stats.linear_groups import Implied, LinearModel, linear_model
from kadsurvey.stats.linear_samples import LinearSamples
from kadsurvey.stats.linear_start import step_start
from kadsurvey.stats.multigroup_model import Step
from kadsurvey.stats.normal_sample import (
    independent,
    information,
    log_likelihood,
    score_products,
    slope,
)

Array: TypeAlias = NDArray[np.float64]

_MAX_ITERATIONS = 200
_NEAR = 0.1
"""Rise of the log-likelihood that one more step would bring, below which the second derivatives can be trusted."""
_VISIBLE = 1e-6
_SMALLEST_GAIN = 1e-13
_SMALLEST_STEP = 2.0**-30


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
    implied : tuple of Implied
        Of each sample.
    information, meat : tuple of ndarray, shape (n_moments, n_moments)
        About each sample's moments; products of the rows' scores, empty for ML.
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
    implied: tuple[Implied, ...] = field(repr=False)
    information: tuple[Array, ...] = field(repr=False)
    meat: tuple[Array, ...] = field(repr=False)
    inverse: Array = field(repr=False)
    converged: bool
    iterations: int

    @property
    def between(self) -> Array:
        """What relates waves; empty for groups."""
        pairs = len(self.model.between)
        return self.theta[self.model.related(0).start :] if pairs else np.empty(0)


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
    model = linear_model(
        samples.layout, step, n_groups=len(samples.n_rows), freed=freed, structure=structure, waves=samples.waves
    )
    begin = step_start(model, *_begin(samples, configural))
    theta, iterations, converged = _maximise(model, samples, begin)
    theta = model.oriented(theta)
    implied = model.implied(theta)
    parts = list(zip(samples.samples, implied, strict=True))
    inverse = inverse_information(_information(model, samples, theta, implied, observed=samples.observed))
    robust = samples.estimator == "MLR"
    meat = tuple(score_products(sample, at.moments) if robust else np.empty((0, 0)) for sample, at in parts)
    vcov, trace = inverse, float("nan")
    if robust:
        middle = np.sum([at.by_free.T @ own @ at.by_free for at, own in zip(implied, meat, strict=True)], axis=0)
        vcov, trace = inverse @ middle @ inverse, float(np.trace(inverse @ middle))
    value = sum(log_likelihood(sample, at.moments) for sample, at in parts)
    likelihoods = _likelihoods(samples, value, trace)
    return LinearFactors(
        model=model,
        values=model.values(theta),
        std_errors=_std_errors(model, theta, vcov),
        vcov=vcov,
        theta=theta,
        fit=linear_fit_measures(likelihoods, [at.moments for at in implied], n_free=model.n_free),
        implied=implied,
        information=tuple(information(sample, at.moments, observed=samples.observed) for sample, at in parts),
        meat=meat,
        inverse=inverse,
        converged=converged,
        iterations=iterations,
    )


def _begin(samples: LinearSamples, configural: LinearFactors | None) -> tuple[Array, Array]:
    return (samples.start, samples.between) if configural is None else (configural.values, configural.between)


def _information(
    model: LinearModel, samples: LinearSamples, theta: Array, implied: Sequence[Implied], *, observed: bool
) -> Array:
    total = np.zeros((model.n_free, model.n_free))
    for sample, at in zip(samples.samples, implied, strict=True):
        total += at.by_free.T @ information(sample, at.moments, observed=observed) @ at.by_free
    return total - model.bent(theta, _pulls(samples, implied)) if observed else total


def _pulls(samples: LinearSamples, implied: Sequence[Implied]) -> list[Array]:
    return [slope(sample, at.moments) for sample, at in zip(samples.samples, implied, strict=True)]


def _maximise(model: LinearModel, samples: LinearSamples, theta: Array) -> tuple[Array, int, bool]:
    """Climb by Fisher's scoring with steps cut until they rise; near the top by Newton's steps, to the last digits."""
    value, near = _value(model, samples, theta), False
    for iteration in range(1, _MAX_ITERATIONS + 1):
        implied = model.implied(theta)
        every = zip(implied, _pulls(samples, implied), strict=True)
        gradient: Array = np.sum([at.by_free.T @ pull for at, pull in every], axis=0)
        step = np.linalg.lstsq(_information(model, samples, theta, implied, observed=near), gradient)[0]
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
    return sum(log_likelihood(s, at.moments) for s, at in zip(samples.samples, model.implied(theta), strict=True))


def _likelihoods(samples: LinearSamples, value: float, trace: float) -> Likelihoods:
    """Return what the fit measures need: the model's likelihood, and those of the saturated and the baseline model."""
    robust = samples.estimator == "MLR"
    apart = [independent(sample) for sample in samples.samples]
    p = samples.samples[0].n_items
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
        n_rows=tuple(sample.n_rows for sample in samples.samples),
        n_items=p,
        complete=(complete := all(sample.complete for sample in samples.samples)),
        models_means=len(samples.n_rows) > 1 or not complete,
    )


def _traces(samples: LinearSamples, moments: Sequence[Array], free: NDArray[np.bool_]) -> float:
    """Return the trace of inverse information times products of scores where these moments are the parameters."""
    total = 0.0
    for sample, at in zip(samples.samples, moments, strict=True):
        about = information(sample, at, observed=True)[np.ix_(free, free)]
        total += float(np.trace(np.linalg.solve(about, score_products(sample, at)[np.ix_(free, free)])))
    return total


def _std_errors(model: LinearModel, theta: Array, vcov: Array) -> Array:
    error = np.append(np.sqrt(np.maximum(vcov.diagonal(), 0.0)), 0.0)
    errors: Array = error[model.place].copy()
    if model.structure == "second_order":
        between = model.layout.covariances
        spread = model.spread(0, theta)[between]
        errors[0, between] = np.sqrt(np.einsum("ca,ab,cb->c", spread, vcov, spread))
    return errors
