"""Where the search for a factor model of continuous items begins."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.stats.cfa_model import FactorModel
from kadsurvey.stats.linear_groups import LinearModel
from kadsurvey.stats.linear_layout import LinearLayout
from kadsurvey.stats.matrices import pairs_of
from kadsurvey.stats.multigroup_model import Layout
from kadsurvey.stats.normal_sample import split_moments
from kadsurvey.stats.retention import one_factor_loadings

Array: TypeAlias = NDArray[np.float64]

_LARGEST_START = 0.9
_SMALLEST_RESIDUAL = 0.1
_SMALLEST_SPREAD = 0.05


def first_start(plan: FactorModel, layout: LinearLayout, moments: Array) -> Array:
    """Return starting values of a group by itself from its means and covariances."""
    mean, covariance = split_moments(moments, layout.n_items)
    scale = np.sqrt(covariance.diagonal())
    theta = plan.oriented(plan.start(covariance / np.outer(scale, scale)))
    loading = theta[: layout.n_items]
    values = np.zeros(layout.n_parameters)
    values[layout.intercepts], values[layout.loadings] = mean, loading * scale
    values[layout.residuals] = np.maximum(1 - loading**2, _SMALLEST_RESIDUAL) * scale**2
    values[layout.variances], values[layout.covariances] = 1.0, theta[layout.n_items :]
    return values


def between_start(layout: LinearLayout | Layout, one: Array, other: Array, observed: Array) -> Array:
    """Return starting values of what relates two waves: of different items the factors, of one item the rest."""
    k = layout.n_factors
    expected = np.outer(one[layout.loadings], other[layout.loadings])
    different = ~np.eye(layout.n_items, dtype=bool)
    related = np.zeros((k, k))
    for f, g in np.ndindex(k, k):
        own = np.outer(layout.factor_of == f, layout.factor_of == g) & different
        related[f, g] = float(np.sum(expected[own] * observed[own]) / np.sum(expected[own] ** 2))
    left = np.diag(observed - expected * related[np.ix_(layout.factor_of, layout.factor_of)])
    return np.concatenate([related.ravel(), left])


def step_start(model: LinearModel, configural: Array, between: Array) -> Array:
    """Return starting values of a step from the parameters of the configural one, and what relates waves in it."""
    layout = model.layout
    theta = np.zeros(model.n_free)
    for group in range(model.n_groups - 1, -1, -1):
        values = configural[group]
        free = model.place[group] >= 0
        # the first group comes last: what is shared starts at its value
        theta[model.place[group][free]] = values[free]
    if model.step != "configural":
        for group in range(1, model.n_groups):
            _relative(model, configural, group, theta)
    theta[model.n_free - len(between) :] = between
    if model.structure == "second_order":
        theta[-layout.n_factors :] = _above(layout.phi(configural[0]))
    return theta


def _relative(model: LinearModel, configural: Array, group: int, theta: Array) -> None:
    """Put a further group's factors on the first one's loadings and intercepts."""
    layout = model.layout
    ours, theirs = configural[group], configural[0]
    spread, shift = np.ones(layout.n_factors), np.zeros(layout.n_factors)
    for factor in range(layout.n_factors):
        own = layout.factor_of == factor
        loading, base = ours[layout.loadings][own], theirs[layout.loadings][own]
        spread[factor] = max(float(loading @ base / (base @ base)), _SMALLEST_SPREAD)
        away = (ours[layout.intercepts] - theirs[layout.intercepts])[own]
        shift[factor] = float(away @ base / (base @ base))
    first, second = pairs_of(layout.n_factors)
    values = ours.copy()
    values[layout.variances], values[layout.means] = spread**2, shift
    values[layout.covariances] = ours[layout.covariances] * spread[first] * spread[second]
    chosen = np.zeros(layout.n_parameters, bool)
    for part in (layout.variances, layout.means, layout.covariances):
        chosen[part] = True
    chosen &= model.place[group] >= 0
    theta[model.place[group][chosen]] = values[chosen]


def _above(phi: Array) -> Array:
    return np.clip(one_factor_loadings(phi), -_LARGEST_START, _LARGEST_START)
