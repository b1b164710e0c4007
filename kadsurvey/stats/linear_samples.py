"""Answers of several groups, or of several waves of the same people, to continuous items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.cfa_model import factor_model
from kadsurvey.stats.linear_layout import LinearLayout, linear_layout
from kadsurvey.stats.linear_start import between_start, first_start
from kadsurvey.stats.matrices import SMALLEST_EIGENVALUE
from kadsurvey.stats.normal_sample import NormalSample, moments_of, normal_sample, saturated, split_moments

Array: TypeAlias = NDArray[np.float64]
LinearEstimator: TypeAlias = Literal["ML", "MLR"]


@dataclass(frozen=True, slots=True)
class LinearSamples:
    """Answers of all groups, with what does not depend on the step.

    Attributes
    ----------
    layout : LinearLayout
    samples : tuple of NormalSample
        Of each group; of all waves together where the groups are waves of the same people.
    saturated : tuple of ndarray, shape (n_moments,)
        Means and covariances of each sample without a model.
    start : ndarray, shape (n_groups, n_parameters)
        Starting values of the configural model.
    between : ndarray
        Starting values of what relates waves; empty for groups.
    n_rows : tuple of int
        Rows of each group.
    estimator : {"ML", "MLR"}
    """

    layout: LinearLayout
    samples: tuple[NormalSample, ...]
    saturated: tuple[Array, ...]
    start: Array
    between: Array
    n_rows: tuple[int, ...]
    estimator: LinearEstimator

    @property
    def waves(self) -> bool:
        """Whether the groups are waves of the same people."""
        return len(self.samples) < len(self.n_rows)

    @property
    def observed(self) -> bool:
        """Whether standard errors rest on the observed information, as in lavaan with MLR or missing answers."""
        return self.estimator == "MLR" or not all(sample.complete for sample in self.samples)


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
    found = tuple(_saturated(sample) for sample in samples)
    return LinearSamples(
        layout=layout,
        samples=samples,
        saturated=found,
        start=np.array([first_start(plan, layout, moments) for moments in found]),
        between=np.empty(0),
        n_rows=tuple(sample.n_rows for sample in samples),
        estimator=estimator,
    )


def wave_linear_samples(
    people: ArrayLike, pattern: ArrayLike, *, waves: int, estimator: LinearEstimator
) -> LinearSamples:
    """Bring the answers of the same people in several waves together.

    Parameters
    ----------
    people : array_like, shape (n_people, waves * n_items)
        The items of the first wave, then of the second, ...; NaN missing, as are all of a wave that someone missed.
    pattern : array_like of int, shape (n_items,)
    waves : int
    estimator : {"ML", "MLR"}

    Raises
    ------
    StatisticsError
        As `linear_samples`, of any two items of all waves.

    References
    ----------
    Widaman, Ferrer & Conger (2010), Child Development Perspectives 4, 10-18.
    """
    sample = normal_sample(people)
    p = sample.n_items // waves
    plan = factor_model(pattern, structure="correlated", n_items=p)
    layout = linear_layout(plan.factor_of)
    found = _saturated(sample)
    mean, covariance = split_moments(found, sample.n_items)
    blocks = [slice(wave * p, (wave + 1) * p) for wave in range(waves)]
    starts = np.array([first_start(plan, layout, moments_of(mean[own], covariance[own, own])) for own in blocks])
    between = [
        between_start(layout, starts[one], starts[other], covariance[blocks[one], blocks[other]])
        for one, other in combinations(range(waves), 2)
    ]
    counted = tuple(int(sample.counts @ sample.answered[:, own].any(axis=1)) for own in blocks)
    return LinearSamples(layout, (sample,), (found,), starts, np.concatenate(between), counted, estimator)


def _saturated(sample: NormalSample) -> Array:
    together = (sample.answered.T * sample.counts) @ sample.answered
    for first, second in np.argwhere(together == 0):
        raise StatisticsError("stats.no_common_rows", first=int(first), second=int(second))
    found = saturated(sample)
    covariance = split_moments(found, sample.n_items)[1]
    scale = np.sqrt(covariance.diagonal())
    smallest = float(np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0])
    if smallest < SMALLEST_EIGENVALUE:
        raise StatisticsError("stats.not_positive_definite", eigenvalue=smallest)
    return found
