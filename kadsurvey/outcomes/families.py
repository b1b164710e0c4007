"""Models other than least squares: random intercepts, shares, yes or no, ordered answers, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.outcomes.inference import COLUMNS, robust_table
from kadsurvey.outcomes.model_matrix import ModelMatrix
from kadsurvey.stats.cluster import ClusterRobust
from kadsurvey.stats.glm import GlmFit, fit_glm, glm_cluster_robust
from kadsurvey.stats.marginal import average_marginal_effects
from kadsurvey.stats.mixed import random_intercepts
from kadsurvey.stats.ordered import ordered_jackknife

OtherFamily: TypeAlias = Literal["mixed", "fractional", "logit", "ordered", "poisson"]
Family: TypeAlias = Literal["ols", "mixed", "fixed", "difference", "fractional", "logit", "ordered", "poisson"]


@dataclass(frozen=True, slots=True)
class FamilyFit:
    """A fitted model of another family.

    Attributes
    ----------
    table : DataFrame
        A row a term, in log odds or log rates (mixed: in the outcome's unit); of an ordered logit the slopes.
    marginal : DataFrame
        Average marginal effects of the slopes in the outcome's own unit, the same columns; empty for ordered logits and
        mixed models.
    fit : mapping
        log_likelihood, aic, bic (NaN for shares, which have no likelihood), pseudo_r2. Of mixed models log_likelihood
        and aic (restricted), r2_marginal, r2_conditional, and the shares of variance icc_body, icc_member.
    findings : tuple of Finding
    """

    table: pd.DataFrame
    marginal: pd.DataFrame
    fit: Mapping[str, float]
    findings: tuple[Finding, ...] = ()


def fit_family(
    y: NDArray[np.float64],
    matrix: ModelMatrix,
    units: NDArray[Any],
    family: OtherFamily,
    exposure: NDArray[np.float64] | None = None,
    nested: NDArray[Any] | None = None,
) -> FamilyFit:
    """Fit a family other than least squares with inference for few bodies.

    Mixed: random intercepts of bodies, and of members within them, by REML with Satterthwaite degrees of freedom.
    Ordered: leaving out each body, with t(bodies - 1). The others: CR2 with Satterthwaite degrees of freedom, as
    clubSandwich does for glm (clusters of one at body level).

    Parameters
    ----------
    y : ndarray, shape (n_rows,)
    matrix : ModelMatrix
        The intercept first.
    units : ndarray, shape (n_rows,)
        The body of each row; each its own at body level.
    family : {"mixed", "fractional", "logit", "ordered", "poisson"}
    exposure : ndarray, shape (n_rows,), optional
        Of counts: what the rate is per.
    nested : ndarray, shape (n_rows,), optional
        Of mixed models: the member of each row, inside its body.

    Raises
    ------
    StatisticsError
        If the outcome is not of the family's kind, terms predict it perfectly, or the iterations do not end.

    References
    ----------
    Papke & Wooldridge (1996), Journal of Applied Econometrics 11, 619-632; McCullagh (1980), JRSS B 42, 109-142.
    """
    if family == "mixed":
        return _mixed(y, matrix, units, nested)
    if family == "ordered":
        return _ordered(y, matrix, units)
    fit = fit_glm(y, matrix.values, family=family, exposure=exposure)
    if not fit.converged:
        raise StatisticsError("outcomes.family_not_converged", family=family)
    robust = glm_cluster_robust(fit, units, kind="CR2")
    measures = {
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "pseudo_r2": fit.pseudo_r2,
    }
    return FamilyFit(robust_table(robust, matrix), _marginal(fit, matrix, robust), measures)


def _marginal(fit: GlmFit, matrix: ModelMatrix, robust: ClusterRobust) -> pd.DataFrame:
    """Return the average marginal effects, each with the degrees of freedom of its own linear contrast."""
    indicators = [place for place, name in enumerate(matrix.names) if "[" in name]
    found = average_marginal_effects(fit, robust.vcov, robust.df, columns=matrix.slopes, binary=indicators)
    df = np.array([robust.wald(contrast[None]).df_denom for contrast in found.jacobian])
    p_value = 2 * stats.t.sf(np.abs(found.statistic), df)
    half = stats.t.ppf(0.975, df) * found.std_error
    limits = (found.estimate - half, found.estimate + half)
    names = [matrix.names[place] for place in matrix.slopes]
    values = (names, found.estimate, found.std_error, found.statistic, df, p_value, *limits)
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))


def _mixed(y: NDArray[np.float64], matrix: ModelMatrix, units: NDArray[Any], nested: NDArray[Any] | None) -> FamilyFit:
    found = random_intercepts(y, matrix.values, units, within=nested)
    if not found.converged:
        raise StatisticsError("outcomes.family_not_converged", family="mixed")
    low, high = found.interval(0.95)
    tests = (found.statistic, found.df, found.p_value, low, high)
    columns = (matrix.names, found.estimate, found.std_error, *tests)
    shares = dict(zip(("icc_body", "icc_member"), found.icc[:-1], strict=False))
    measures = {
        "log_likelihood": found.log_likelihood,
        "aic": found.aic,
        "r2_marginal": found.r2_marginal,
        "r2_conditional": found.r2_conditional,
        **shares,
    }
    table = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    findings = (Finding("outcomes.singular", "warning"),) if found.singular else ()
    return FamilyFit(table, pd.DataFrame(columns=list(COLUMNS)), measures, findings)


def _ordered(y: NDArray[np.float64], matrix: ModelMatrix, units: NDArray[Any]) -> FamilyFit:
    found = ordered_jackknife(y, matrix.values[:, 1:], units)
    k = len(matrix.names) - 1
    slopes = (found.estimate, found.std_error, found.statistic)
    limits = (found.p_value, found.ci_low, found.ci_high)
    columns = [
        matrix.names[1:],
        *(part[:k] for part in slopes),
        np.full(k, float(found.df)),
        *(part[:k] for part in limits),
    ]
    measures = {
        "log_likelihood": found.fit.log_likelihood,
        "aic": found.fit.aic,
        "bic": found.fit.bic,
        "pseudo_r2": found.fit.pseudo_r2,
    }
    table = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    return FamilyFit(table, pd.DataFrame(columns=list(COLUMNS)), measures)
