"""The steps of invariance one after another; where one breaks, the items that break it are freed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.measurement.invariance_rules import LEVEL, ChangeLimits, Outcome, may_free, outcome_of
from kadsurvey.stats.multigroup import GroupFactors, GroupSamples, fit_groups
from kadsurvey.stats.multigroup_model import STEPS, Step
from kadsurvey.stats.multigroup_tests import Difference, ItemTest, difference, item_tests

_FORM_CFI, _FORM_RMSEA = 0.95, 0.06
"""Hu & Bentler (1999), derived under maximum likelihood: what a form that the test rejects must reach."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A model of the sequence, held against the model of the step before.

    Attributes
    ----------
    step : str
    freed : tuple of int
        Items that differ between groups in it.
    fit : GroupFactors
    difference : Difference or None
        None for the first step.
    cfi_change, rmsea_change : float
        Of the scaled indices, from the model before; NaN for the first.
    tests : tuple of ItemTest
        Of each item that takes part in the step.
    outcome : str
    """

    step: Step
    freed: tuple[int, ...]
    fit: GroupFactors
    difference: Difference | None
    cfi_change: float
    rmsea_change: float
    tests: tuple[ItemTest, ...]
    outcome: Outcome


@dataclass(slots=True)
class Steps:
    """All models of the sequence, filled as it goes.

    Attributes
    ----------
    models : list of Tested
        In the order they were fitted; a step appears again for each item freed in it.
    freed : dict of item to step
        Items that differ from this step on, in the models that were kept.
    broken_at : str or None
        The step that freeing items could not repair; those after it were not fitted.
    small_at : list of str
        Steps whose differences were kept, as small.
    """

    models: list[Tested] = field(default_factory=list)
    freed: dict[int, Step] = field(default_factory=dict)
    broken_at: Step | None = None
    small_at: list[Step] = field(default_factory=list)


def run_steps(samples: GroupSamples, limits: ChangeLimits) -> Steps:
    """Fit and test the steps until one breaks that fewer than half of a construct's items cannot repair.

    The residual variances come last and are tested only: no comparison of factor means rests on them.
    """
    found = Steps()
    configural = _fitted(samples, "configural", {}, None)
    found.models.append(_form(configural))
    before = configural
    for step in STEPS[1:]:
        whole = _tested(samples, step, found.freed, before, configural, limits)
        found.models.append(whole)
        kept = whole
        if whole.outcome in ("small", "broken") and step != "residuals":
            repaired = _repair(samples, whole, found, before, configural, limits)
            if repaired is not None:
                kept = repaired
            elif whole.outcome == "broken":
                found.broken_at = step
                return found
            else:
                found.small_at.append(step)
        before = kept.fit
    return found


def _repair(
    samples: GroupSamples,
    whole: Tested,
    found: Steps,
    before: GroupFactors,
    configural: GroupFactors,
    limits: ChangeLimits,
) -> Tested | None:
    """Free the item that speaks loudest against the step, again and again, until the step holds; None if it cannot."""
    freed, current = dict(found.freed), whole
    while (item := _loudest(samples, current, freed)) is not None:
        freed[item] = whole.step
        current = _tested(samples, whole.step, freed, before, configural, limits)
        found.models.append(current)
        if current.outcome in ("holds", "untested"):
            found.freed.update(freed)
            return current
    return None


def _loudest(samples: GroupSamples, current: Tested, freed: dict[int, Step]) -> int | None:
    factor_of = samples.layout.factor_of
    sizes = np.bincount(factor_of)
    counts = np.bincount(factor_of[list(freed)], minlength=len(sizes)) if freed else np.zeros_like(sizes)
    allowed = [
        test
        for test in current.tests
        if test.df and may_free(int(sizes[factor_of[test.item]]), int(counts[factor_of[test.item]]))
    ]
    # equal p values, such as two zeros, are told apart by their statistics
    ranked = sorted(allowed, key=lambda test: (test.p_value, -test.statistic))
    return ranked[0].item if ranked and ranked[0].p_value < LEVEL else None


def _form(configural: GroupFactors) -> Tested:
    fit = configural.fit
    within = fit["cfi_scaled"] >= _FORM_CFI and fit["rmsea_scaled"] <= _FORM_RMSEA
    outcome = outcome_of(fit["pvalue_scaled"], exceeded=not within)
    return Tested("configural", (), configural, None, float("nan"), float("nan"), (), outcome)


def _tested(
    samples: GroupSamples,
    step: Step,
    freed: dict[int, Step],
    before: GroupFactors,
    configural: GroupFactors,
    limits: ChangeLimits,
) -> Tested:
    fit = _fitted(samples, step, freed, configural)
    against = difference(before, fit)
    cfi, rmsea = (fit.fit[name] - before.fit[name] for name in ("cfi_scaled", "rmsea_scaled"))
    outcome = outcome_of(against.p_value, exceeded=limits.exceeded(cfi, rmsea))
    return Tested(step, tuple(sorted(freed)), fit, against, cfi, rmsea, item_tests(samples, fit), outcome)


def _fitted(samples: GroupSamples, step: Step, freed: dict[int, Step], configural: GroupFactors | None) -> GroupFactors:
    fit = fit_groups(samples, step, freed=freed, configural=configural)
    if not fit.converged:
        raise StatisticsError("stats.groups_not_converged", step=step)
    return fit


def latent_means(
    samples: GroupSamples, freed: dict[int, Step], configural: GroupFactors
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return means of the factors in each group and their standard errors, with all intercepts equal but the freed."""
    fit = _fitted(samples, "intercepts", freed, configural)
    part = samples.layout.means
    return fit.values[:, part], fit.std_errors[:, part]


def improper_items(fit: GroupFactors) -> Sequence[tuple[int, int]]:
    """Return group and item of every standardised loading of 1 or more in a model."""
    layout = fit.model.layout
    spread = np.sqrt(np.maximum(fit.values[:, layout.variances][:, layout.factor_of], 0.0))
    standard = np.abs(fit.values[:, layout.loadings] * fit.values[:, layout.scales] * spread)
    return [(int(group), int(item)) for group, item in np.argwhere(standard >= 1)]
