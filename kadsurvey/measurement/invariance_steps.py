"""The steps of invariance one after another; where one breaks, the items that break it are freed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.measurement.cfa import fit_of
from kadsurvey.measurement.invariance_family import F, Family
from kadsurvey.measurement.invariance_rules import LEVEL, ChangeLimits, Outcome, may_free, outcome_of
from kadsurvey.stats.multigroup_model import Step
from kadsurvey.stats.multigroup_tests import Difference, ItemTest

_FORM_CFI, _FORM_RMSEA = 0.95, 0.06
"""Hu & Bentler (1999), derived under maximum likelihood: what a form that the test rejects must reach."""


@dataclass(frozen=True, slots=True)
class Tested(Generic[F]):
    """A model of the sequence, held against the model of the step before.

    Attributes
    ----------
    step : str
    freed : tuple of int
        Items that differ between groups in it.
    fit : GroupFactors or LinearFactors
    difference : Difference or None
        None for the first step.
    cfi_change, rmsea_change : float
        Of the indices, scaled but with ML, from the model before; NaN for the first.
    tests : tuple of ItemTest
        Of each item that takes part in the step.
    outcome : str
    """

    step: Step
    freed: tuple[int, ...]
    fit: F
    difference: Difference | None
    cfi_change: float
    rmsea_change: float
    tests: tuple[ItemTest, ...]
    outcome: Outcome


@dataclass(slots=True)
class Steps(Generic[F]):
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

    models: list[Tested[F]] = field(default_factory=list)
    freed: dict[int, Step] = field(default_factory=dict)
    broken_at: Step | None = None
    small_at: list[Step] = field(default_factory=list)


def run_steps(family: Family[F], limits: ChangeLimits) -> Steps[F]:
    """Fit and test the steps until one breaks that fewer than half of a construct's items cannot repair.

    The residual variances come last and are tested only: no comparison of factor means rests on them.
    """
    found: Steps[F] = Steps()
    configural = _fitted(family, "configural", {}, None)
    found.models.append(_form(configural))
    before = configural
    for step in family.steps[1:]:
        whole = _tested(family, step, found.freed, before, configural, limits)
        found.models.append(whole)
        kept = whole
        if whole.outcome in ("small", "broken") and step != "residuals":
            repaired = _repair(family, whole, found, before, configural, limits)
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
    family: Family[F],
    whole: Tested[F],
    found: Steps[F],
    before: F,
    configural: F,
    limits: ChangeLimits,
) -> Tested[F] | None:
    """Free the item that speaks loudest against the step, again and again, until the step holds; None if it cannot."""
    freed, current = dict(found.freed), whole
    while (item := _loudest(family, current, freed)) is not None:
        freed[item] = whole.step
        current = _tested(family, whole.step, freed, before, configural, limits)
        found.models.append(current)
        if current.outcome in ("holds", "untested"):
            found.freed.update(freed)
            return current
    return None


def _loudest(family: Family[F], current: Tested[F], freed: dict[int, Step]) -> int | None:
    factor_of = family.factor_of
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


def _form(configural: F) -> Tested[F]:
    fit = configural.fit
    within = fit_of(fit, "cfi") >= _FORM_CFI and fit_of(fit, "rmsea") <= _FORM_RMSEA
    outcome = outcome_of(fit_of(fit, "pvalue"), exceeded=not within)
    return Tested("configural", (), configural, None, float("nan"), float("nan"), (), outcome)


def _tested(
    family: Family[F],
    step: Step,
    freed: dict[int, Step],
    before: F,
    configural: F,
    limits: ChangeLimits,
) -> Tested[F]:
    fit = _fitted(family, step, freed, configural)
    against = family.difference(before, fit)
    cfi, rmsea = (fit_of(fit.fit, name) - fit_of(before.fit, name) for name in ("cfi", "rmsea"))
    outcome = outcome_of(against.p_value, exceeded=limits.exceeded(cfi, rmsea))
    return Tested(step, tuple(sorted(freed)), fit, against, cfi, rmsea, family.item_tests(fit), outcome)


def _fitted(family: Family[F], step: Step, freed: dict[int, Step], configural: F | None) -> F:
    fit = family.fit(step, freed=freed, configural=configural)
    if not fit.converged:
        raise StatisticsError("stats.groups_not_converged", step=step)
    return fit


def latent_means(
    family: Family[F], freed: dict[int, Step], configural: F
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return means of the factors in each group and their standard errors, with all intercepts equal but the freed."""
    return family.means(_fitted(family, "intercepts", freed, configural))
