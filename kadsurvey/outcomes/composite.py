"""One index of social capital in place of parts that a model cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence

from kadsurvey.outcomes.diagnostics import VIF_HIGH
from kadsurvey.outcomes.regress import Regression
from kadsurvey.outcomes.variables import COMPOSITE, Sources, composed_of
from kadsurvey.outcomes.within_between import belongs_to


def with_composite(
    predictors: Sequence[str], interactions: Sequence[tuple[str, str]], regression: Regression, sources: Sources
) -> tuple[str, ...] | None:
    """Return the predictors with the composite in place of its parts, where several of these are collinear.

    Parameters
    ----------
    predictors, interactions : sequences
        Of the model.
    regression : Regression
        Its fit, whose variance inflation factors decide.
    sources : Sources

    Returns
    -------
    tuple of str or None
        None where the composite does not stand for them: a part is not in the model or interacts, or fewer than two
        are inflated.
    """
    parts = composed_of(sources.indices, sources.instrument)
    inflated = regression.diagnostics.vif[regression.diagnostics.vif > VIF_HIGH].index
    collinear = [name for name in parts if any(belongs_to(str(term), [name]) for term in inflated)]
    whole = all(name in predictors for name in parts)
    if not whole or len(collinear) < 2 or any(name in parts for pair in interactions for name in pair):
        return None
    first = min(list(predictors).index(name) for name in parts)
    rest = [name for name in predictors if name not in parts]
    return (*rest[:first], COMPOSITE, *rest[first:])
