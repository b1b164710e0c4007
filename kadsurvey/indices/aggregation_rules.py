"""When the mean of a cluster's respondents may stand for the cluster; rules of thumb, each with its source."""

from __future__ import annotations

from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal[
    "aggregate", "unreliable", "divided", "pseudo_agreement", "no_agreement", "no_difference", "undecided"
]

AGREED_LEAST = 0.70
"""rwg(j) from which respondents agree (LeBreton & Senter 2008: .71 to .90 is strong)."""
ICC1_LEAST = 0.05
"""ICC(1) below which clusters hardly differ (Bliese 2000: .05 to .20 is usual)."""
ICC2_LEAST = 0.70
"""ICC(2) from which means are reliable (LeBreton & Senter 2008: .70 to .85)."""
LEVEL = 0.05
"""Level of the F test that clusters differ at all."""


def verdict_of(*, icc1: float, p_value: float, icc2: float, agreed: float) -> Verdict:
    """Read the numbers of one construct.

    Parameters
    ----------
    icc1, p_value, icc2 : float
        Of the analysis of variance.
    agreed : float
        The middle rwg(j) over clusters; NaN where agreement cannot be measured.

    Returns
    -------
    str
        Clusters differ: ``aggregate`` (respondents agree and means are reliable), ``unreliable`` (they agree, but the
        means of so few are not reliable), ``divided`` (they do not agree with one another). Clusters hardly differ:
        ``pseudo_agreement`` (respondents agree, but in all clusters on the same, so that the agreement is none on the
        cluster), ``no_agreement``. Where agreement cannot be measured the first two or ``no_difference``;
        ``undecided`` where values do not vary.

    Examples
    --------
    >>> verdict_of(icc1=0.01, p_value=0.4, icc2=0.2, agreed=0.9)
    'pseudo_agreement'
    """
    if icc1 != icc1:
        return "undecided"
    measured = agreed == agreed
    if p_value >= LEVEL or icc1 < ICC1_LEAST:
        if not measured:
            return "no_difference"
        return "pseudo_agreement" if agreed >= AGREED_LEAST else "no_agreement"
    if measured and agreed < AGREED_LEAST:
        return "divided"
    return "aggregate" if icc2 >= ICC2_LEAST else "unreliable"
