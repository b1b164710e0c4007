"""What this design of study can answer, worked out before any model is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import DesignError
from kadsurvey.stats.agreement import design_effect, icc1
from kadsurvey.stats.power import detectable_r

Level: TypeAlias = Literal["body", "respondent", "body_year"]
"""What a row of the model is: a body, one of its respondents, or one of its years."""

REFUSED_BELOW_DF = 2
"""Fewer residual degrees of freedom than this: the model is refused (METHODS: Outcomes)."""
DESCRIPTIVE_BELOW_DF = 4
"""Fewer than this: slopes are described, without p values or intervals."""


@dataclass(frozen=True, slots=True)
class Design:
    """The numbers behind a model, and the smallest effect they could show.

    Attributes
    ----------
    level : {"body", "respondent", "body_year"}
        The outcome's level, which is the level of the test.
    n_bodies, n_members, n_respondents, n_rows : int
        Used in the model; ``n_members`` and ``n_respondents`` are 0 where the data do not name them.
    n_terms : int
        Slopes.
    residual_df : int
        Of the bodies: n_bodies - slopes - 1.
    icc : float
        Of the outcome between bodies; NaN at body level, and where each body is compared with itself only.
    effective_n : float
        Rows the test can count on: bodies, or rows divided by the design effect; of body fixed effects the rows less
        one a body.
    detectable_r : float
        Smallest partial correlation found with 80% power at 5%, two-sided.
    detectable_between_r : float or None
        The same of the slopes between bodies, of which only the bodies count; None without such slopes.
    """

    level: Level
    n_bodies: int
    n_members: int
    n_respondents: int
    n_rows: int
    n_terms: int
    residual_df: int
    icc: float
    effective_n: float
    detectable_r: float
    detectable_between_r: float | None = None

    @property
    def descriptive(self) -> bool:
        """Whether slopes are only described: too few bodies for a test."""
        return self.residual_df < DESCRIPTIVE_BELOW_DF


def body_design(*, n_bodies: int, n_terms: int, n_members: int = 0, n_respondents: int = 0) -> Design:
    """Work out the design of a model with one row a body.

    Raises
    ------
    DesignError
        If it leaves fewer than two residual degrees of freedom.
    """
    residual_df = n_bodies - n_terms - 1
    _refuse_too_few(n_bodies, n_terms, residual_df)
    return Design(
        level="body",
        n_bodies=n_bodies,
        n_members=n_members,
        n_respondents=n_respondents,
        n_rows=n_bodies,
        n_terms=n_terms,
        residual_df=residual_df,
        icc=float("nan"),
        effective_n=float(n_bodies),
        detectable_r=detectable_r(n_bodies, n_terms),
    )


def clustered_design(
    outcome: NDArray[np.float64],
    bodies: NDArray[Any],
    *,
    level: Level = "respondent",
    n_terms: int,
    n_between: int = 0,
    n_members: int = 0,
    fixed: bool = False,
) -> Design:
    """Work out the design of a model with several rows a body, its respondents or its years.

    Parameters
    ----------
    outcome, bodies : ndarray, shape (n_rows,)
    level : {"respondent", "body_year"}
    n_terms, n_between : int
        Slopes; those of them that are of the bodies' means.
    n_members : int
    fixed : bool
        Whether each body has an intercept of its own.

    Raises
    ------
    DesignError
        If the bodies leave fewer than two degrees of freedom.
    """
    n_bodies, n = len(np.unique(bodies)), len(outcome)
    residual_df = n_bodies - 1
    _refuse_too_few(n_bodies, 0, residual_df)
    icc = float("nan") if fixed else icc1(outcome, bodies)
    effective = n - n_bodies + 1 if fixed else n / design_effect(icc, n / n_bodies)
    return Design(
        level=level,
        n_bodies=n_bodies,
        n_members=n_members,
        n_respondents=n if level == "respondent" else 0,
        n_rows=n,
        n_terms=n_terms,
        residual_df=residual_df,
        icc=icc,
        effective_n=effective,
        detectable_r=detectable_r(max(round(effective), n_terms + 3), n_terms),
        detectable_between_r=detectable_r(n_bodies, n_between) if 0 < n_between < n_bodies - 1 else None,
    )


def _refuse_too_few(n_bodies: int, n_terms: int, residual_df: int) -> None:
    if residual_df < REFUSED_BELOW_DF:
        raise DesignError(
            "outcomes.too_few_bodies",
            n_bodies=n_bodies,
            n_terms=n_terms,
            residual_df=residual_df,
            enough=n_terms + 1 + REFUSED_BELOW_DF,
            enough_for_p=n_terms + 1 + DESCRIPTIVE_BELOW_DF,
        )
