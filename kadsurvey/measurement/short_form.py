"""A short form proposed: the few items of each construct that lose least reliability, and how much they lose."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.language.text import Text
from kadsurvey.measurement.correlation import CorrelationKind
from kadsurvey.measurement.short_form_choice import Choice, Covariances, candidates, covariances, judged
from kadsurvey.results import Result
from kadsurvey.stats.halves import halves

Halves: TypeAlias = Literal["bodies", "respondents"]

ITEMS_KEPT = 3
"""The fewest that a factor model of one construct can be fitted to."""
N_SPLITS = 10
_FEWEST_BODIES = 4
"""Below this, half of the bodies is one or two of them."""
_SHOWN_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class ShortForm(Result):
    """Few items for each construct, chosen by the reliability of their sum, with the price of leaving out the others.

    Attributes
    ----------
    table : DataFrame by construct
        items (tuple, the form proposed), n_items (of the long form), omega_long, omega_short (both of the same model of
        all items), loss (their difference); r_long (correlation of the short with the long form's sum, as if each had
        been answered apart from the other), r_overlap (as they are, the short form's items within the long one);
        chosen_in, judged_in: mean omega of the items chosen in one half of the answers, in that half and in the other;
        loss_judged: mean fall from the long form's omega in that other half; again: share of the halves that chose
        the items proposed; n_halves: halves that count. A construct that has no more items than asked for is left out.
    candidates : DataFrame
        construct, rank, items, omega_short, n_reversed: the five best choices of each construct, for people to choose
        among by content.
    left_out : DataFrame by item
        construct, reason (``not_alike``: differs between groups; ``against``: does not load on its construct in the
        direction of the others), where enough other items were left.
    size : int
        Items kept a construct.
    halves : {"bodies", "respondents"}
        What was split in two.
    n_splits, seed : int
    n_obs : int
    findings : tuple of Finding

    Notes
    -----
    ``omega_short`` is of the answers the items were chosen by, and therefore flatters; ``judged_in`` does not, but its
    choice had half of the answers only. Both take the items from the long form: alone, they may be answered otherwise.
    """

    table: pd.DataFrame
    candidates: pd.DataFrame
    left_out: pd.DataFrame
    size: int
    halves: Halves
    n_splits: int
    seed: int
    n_obs: int
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table


def short_form(
    items: pd.DataFrame,
    model: Mapping[str, Sequence[str]],
    *,
    reversed_items: Collection[str] = (),
    not_alike: Collection[str] = (),
    body: pd.Series[Any] | None = None,
    size: int = ITEMS_KEPT,
    correlation: CorrelationKind = "polychoric",
    n_splits: int = N_SPLITS,
    seed: int = 1,
) -> ShortForm:
    """Propose a short form: of all choices of a few items of a construct, the one whose sum is the most reliable.

    A choice keeps a reversed item where the construct has one, and leaves out items that work differently in groups
    where that leaves enough. The choice is made again in halves of the answers and judged in the other halves, which
    shows by how much a choice flatters itself. Content is not looked at: whether the items kept still cover the
    construct is for people to say.

    Parameters
    ----------
    items : DataFrame, respondent x item
        Codes, reversed items turned round, NaN missing.
    model : mapping of construct to items
    reversed_items : collection of str
        Items worded against their construct.
    not_alike : collection of str
        Items that break invariance.
    body : Series, optional
        The body of each respondent, joined by index: from four bodies on, bodies are split, not respondents.
    size : int, default 3
        Items to keep of each construct, two or more.
    correlation : {"polychoric", "pearson"}
        Polychoric: omega of the sum of ordinal answers (Green & Yang 2009); Pearson: of answers taken as numbers.
    n_splits : int, default 10
        Random splits into two halves.
    seed : int

    Raises
    ------
    ArgumentError
        If the model names a column that ``items`` lacks, or ``size`` is below 2.
    StatisticsError
        If an item has no answers or no variation.

    References
    ----------
    Smith, McCarthy & Anderson (2000), Psychological Assessment 12, 102-111; Green & Yang (2009), Psychometrika 74,
    155-167; Levy (1967), Journal of Clinical Psychology 23, 84-86, on a correlation of forms that share items.
    """
    names = [item for block in model.values() for item in block]
    if unknown := [name for name in names if name not in items]:
        raise ArgumentError("measurement.unknown_items", items=unknown)
    if size < 2:
        raise ArgumentError("measurement.short_form_too_short", size=size)
    longer = {name: list(block) for name, block in model.items() if len(block) > size}
    first_halves, by = _splits(items, body, n_splits, seed)
    rows, choices, dropped = {}, list[dict[str, Any]](), list[dict[str, Any]]()
    findings = list[Finding]()
    for name, block in longer.items():
        try:
            whole = covariances(items[block], correlation)
        except StatisticsError as err:
            if err.code in ("stats.constant_item", "stats.no_answers"):
                raise
            params = {"construct": name, "reason": Text(err.code, err.params)}
            findings.append(Finding("measurement.no_short_form", "warning", params))
            continue
        choice = candidates(whole, size, reversed_items=reversed_items, not_alike=not_alike)
        rows[name] = _row(whole, choice, judged(items[block], first_halves, choice, correlation))
        choices += choice.best(name, _SHOWN_CANDIDATES)
        dropped += [{"item": item, "construct": name, "reason": reason} for item, reason in choice.left_out.items()]
        if choice.lost_reversed:
            lost = {"construct": name, "items": choice.lost_reversed}
            findings.append(Finding("measurement.short_form_one_way", "note", lost))
    return ShortForm(
        table=pd.DataFrame.from_dict(rows, orient="index").rename_axis("construct"),
        candidates=pd.DataFrame(choices, columns=["construct", "rank", "items", "omega_short", "n_reversed"]),
        left_out=pd.DataFrame(dropped, columns=["item", "construct", "reason"]).set_index("item"),
        size=size,
        halves=by,
        n_splits=n_splits,
        seed=seed,
        n_obs=int(items[names].notna().any(axis=1).sum()),
        findings=tuple(findings),
    )


def _splits(
    items: pd.DataFrame, body: pd.Series[Any] | None, n_splits: int, seed: int
) -> tuple[list[NDArray[np.bool_]], Halves]:
    """Return the rows of the first half of each split, and what was split."""
    label = None if body is None else body.reindex(items.index)
    if label is None or label.nunique() < _FEWEST_BODIES:
        return list(halves(np.full(len(items), -1), n_splits, seed=seed)), "respondents"
    return list(halves(pd.factorize(label)[0], n_splits, seed=seed)), "bodies"


def _row(whole: Covariances, choice: Choice, found: pd.DataFrame) -> dict[str, Any]:
    best = choice.proposed
    return {
        "items": choice.names(best),
        "n_items": len(whole.items),
        "omega_long": whole.omega(),
        "omega_short": whole.omega(best),
        "loss": whole.omega() - whole.omega(best),
        "r_long": whole.correlation_with_all(best, apart=True),
        "r_overlap": whole.correlation_with_all(best, apart=False),
        "chosen_in": found["chosen_in"].mean(),
        "judged_in": found["judged_in"].mean(),
        "loss_judged": (found["long_in"] - found["judged_in"]).mean(),
        "again": found["same"].mean(),
        "n_halves": len(found),
    }
