"""Pairs of outcome and predictor that the same person answered, or that ask about the same matter."""

from __future__ import annotations

from collections.abc import Sequence

from kadsurvey.findings import Finding
from kadsurvey.instrument.model import Instrument


def same_source(instrument: Instrument, outcome: str, predictors: Sequence[str], *, split: bool) -> list[Finding]:
    """Name what ties an outcome to predictors other than what they measure.

    Parameters
    ----------
    instrument : Instrument
    outcome, predictors : str, sequence of str
        Constructs of the instrument, or other variables, which are of another source.
    split : bool
        Whether outcome and predictors come from different respondents: items that overlap then still do.

    References
    ----------
    Podsakoff et al. (2003), Journal of Applied Psychology 88, 879-903.
    """
    if outcome not in instrument.constructs:
        return []
    asked = [name for name in predictors if name in instrument.constructs]
    findings = []
    if asked and not split:
        findings.append(Finding("outcomes.same_source", "warning", {"outcome": outcome, "predictors": asked}))
    for overlap in instrument.overlaps:
        of = {instrument.construct_of[item] for item in overlap.items}
        if outcome in of and of & set(asked):
            first, second = overlap.items
            params = {"first": first, "second": second, "reason": dict(overlap.note)}
            findings.append(Finding("outcomes.overlap", "note", params))
    return findings
