"""Whether items mean the same to several groups, so that the groups may be compared (invariance)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError
from kadsurvey.findings import Finding
from kadsurvey.measurement.categories import MergedCategory, merge_unused
from kadsurvey.measurement.cfa import Estimator, fit_of
from kadsurvey.measurement.invariance_family import F, Family, Linear, Ordinal
from kadsurvey.measurement.invariance_findings import invariance_findings, left_out
from kadsurvey.measurement.invariance_means import mean_differences
from kadsurvey.measurement.invariance_rules import (
    FEWEST_ROWS,
    SMALLEST_GROUP,
    ChangeLimits,
    Outcome,
    Verdict,
    change_limits,
)
from kadsurvey.measurement.invariance_steps import Steps, run_steps
from kadsurvey.measurement.naming import item_names_in_errors
from kadsurvey.measurement.waves import FEWEST_MATCHED, Matched, matched
from kadsurvey.results import Result
from kadsurvey.stats.correlation import polychoric
from kadsurvey.stats.linear_samples import LinearEstimator, LinearSamples, linear_samples, wave_linear_samples
from kadsurvey.stats.multigroup import GroupSamples, group_samples
from kadsurvey.stats.multigroup_model import Step
from kadsurvey.stats.multiple import holm
from kadsurvey.stats.waves import wave_samples

_FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class Invariance(Result):
    """The steps of invariance between groups, the items that break them, and what may be compared.

    Attributes
    ----------
    steps : DataFrame
        A row a model, in the order fitted: step, freed (tuple of items that differ between groups in it), chisq, df,
        p_value, cfi, tli, rmsea, rmsea_low, rmsea_high (scaled but with ML; 90% interval); chisq_diff, df_diff, p_diff
        (difference from the step before, scaled likewise), cfi_change, rmsea_change; outcome: ``holds``, ``small`` (the
        test finds a difference within the limits of fit), ``broken`` or ``untested``.
    items : DataFrame
        step, item, construct, statistic, df, p_value, p_adjusted (Holm, within the step): robust score tests that one
        item works alike, in the first model of each step; freed.
    means : DataFrame
        construct, group: how far the group's mean is from the reference group's. ``raw`` in points of the items' scale
        and ``standard`` in standard deviations of the reference group's mean answers, both of the answers as they are;
        ``full`` of the latent variable with all items held alike, ``partial`` with those in ``freed`` let differ, each
        with its ``_se``, in standard deviations of the reference group; ``shift`` from ``full`` to ``partial``. NaN
        where nothing had to be freed, or freeing did not do.
    groups : Series of int
        Rows of each group that were used; the first is the reference. Groups of fewer than 50 rows are left out.
    n_matched : int
        People who answered in more than one group, where groups are waves of the same people; 0 where they are taken as
        different people.
    freed : dict of item to step
        The items that differ between groups from that step on, in the partial model.
    merged : tuple of MergedCategory
    broken_at : str or None
        The step that freeing less than half of a construct's items did not repair.
    verdict : str
        ``comparable``: nothing speaks against it; ``partial``: with the freed items let differ; ``approximate``: the
        differences found are within the limits of fit; ``not_comparable``; ``not_established``: a group has fewer than
        150 rows, or the model does not fit the groups in the first place.
    limits : ChangeLimits
    n_missing_group : int
        Rows without a group, left out.
    estimator : {"WLSMV", "ML", "MLR"}
    findings : tuple of Finding

    Notes
    -----
    All tests take rows as independent: where respondents share a body they reject too often.
    """

    steps: pd.DataFrame
    items: pd.DataFrame
    means: pd.DataFrame
    groups: pd.Series[int]
    n_matched: int
    freed: dict[str, Step]
    merged: tuple[MergedCategory, ...]
    broken_at: Step | None
    verdict: Verdict
    limits: ChangeLimits
    n_missing_group: int
    estimator: Estimator
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the steps."""
        return self.steps

    @property
    def reference(self) -> str:
        """The group that the others are compared with."""
        return str(self.groups.index[0])

    def outcome(self, step: Step) -> Outcome | None:
        """Return the outcome of the last model of a step; None where it was not reached."""
        own = self.steps.loc[self.steps["step"] == step, "outcome"]
        return None if own.empty else own.iloc[-1]


def invariance(
    items: pd.DataFrame,
    model: Mapping[str, Sequence[str]],
    group: pd.Series[str],
    *,
    estimator: Estimator = "WLSMV",
    reference: str | None = None,
    person: pd.Series[str] | None = None,
) -> Invariance:
    """Test whether items work alike in several groups, step by step.

    Configural (the same form), thresholds (of ordinal items), loadings, intercepts, residual variances; of continuous
    items also called configural, metric, scalar and strict. A step that the difference test rejects is repaired by
    freeing the items that break it, the loudest first, as long as less than half of a construct's items differ and two
    stay alike. Categories that a group never used are merged for ordinal items (`merge_unused`).

    Parameters
    ----------
    items : DataFrame, respondent x item
        Integer codes, reversed items turned round; or continuous. NaN missing: pairwise with WLSMV, else left out of
        the likelihood row by row.
    model : mapping of construct to items
    group : Series
        The group of each respondent, joined by index; missing leaves the row out.
    estimator : {"WLSMV", "ML", "MLR"}
        Ordinal answers; or answers as numbers, by normal theory or made robust.
    reference : str, optional
        The group that the others are compared with; by default the largest, of waves the first by name.
    person : Series, optional
        Who gave each row, joined by index. The groups are then waves: what the same people answered in two of them
        correlates, where each two share 50 people or more; where they do not, a finding says so.

    Raises
    ------
    ArgumentError
        If the model names a column that ``items`` lacks, there are fewer than two groups of 50 rows or more, none of
        them is ``reference``, or a person stands twice in one wave.
    StatisticsError
        If an item has fewer than three categories that all groups used, or a model is not identified or does not
        converge.

    References
    ----------
    Wu & Estabrook (2016), Psychometrika 81, 1014-1045; Satorra (2000); Chen (2007), Structural Equation Modeling 14,
    464-504; for waves Liu et al. (2017), Psychological Methods 22, 486-506. Equal to lavaan with semTools
    ``measEq.syntax(ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016")`` and ``lavTestLRT(method = "satorra.2000")``; of
    continuous items to ``cfa(group =, group.equal =)`` with ``lavTestLRT``.
    """
    names = [item for block in model.values() for item in block]
    if unknown := [name for name in names if name not in items]:
        raise ArgumentError("measurement.unknown_items", items=unknown)
    asked = _asked(items[names], group, reference, person)
    pattern = [place for place, block in enumerate(model.values()) for _ in block]
    with item_names_in_errors(names * len(asked.order), list(model)):
        if estimator != "WLSMV":
            return _compared(Linear(_numbers(asked, pattern, estimator)), asked, model, (), estimator)
        answers, merged = merge_unused(asked.answers, asked.member)
        return _compared(Ordinal(_categories(asked, answers, pattern)), asked, model, merged, estimator)


def _numbers(asked: _Asked, pattern: list[int], estimator: LinearEstimator) -> LinearSamples:
    if asked.waves is None:
        return linear_samples(asked.parts(asked.answers), pattern, estimator=estimator)
    people = asked.waves.beside(asked.answers, asked.member, asked.order)
    return wave_linear_samples(people, pattern, waves=len(asked.order), estimator=estimator)


def _categories(asked: _Asked, answers: pd.DataFrame, pattern: list[int]) -> GroupSamples:
    if asked.waves is None:
        return group_samples([polychoric(part, acov=True) for part in asked.parts(answers)], pattern)
    people = polychoric(asked.waves.beside(answers, asked.member, asked.order), acov=True)
    return wave_samples(people, pattern, n_rows=[int((asked.member == name).sum()) for name in asked.order])


@dataclass(frozen=True, slots=True)
class _Asked:
    """Answers of the groups that are large enough, the reference first; who gave them."""

    answers: pd.DataFrame
    member: pd.Series[str]
    order: list[str]
    n_missing_group: int
    waves: Matched | None
    findings: tuple[Finding, ...]

    def parts(self, answers: pd.DataFrame) -> list[NDArray[np.float64]]:
        """Return the answers of each group."""
        return [answers[self.member == name].to_numpy(float) for name in self.order]


def _asked(
    answers: pd.DataFrame, group: pd.Series[str], reference: str | None, person: pd.Series[str] | None
) -> _Asked:
    label = group.reindex(answers.index)
    answered = answers.notna().any(axis=1)
    used = answered & label.notna()
    sizes = label[used].astype(str).value_counts()
    order = _order(sizes, reference, first=person is not None)
    used &= label.isin(order)
    n_missing = int((answered & label.isna()).sum())
    member = label[used].astype(str)
    waves = None if person is None else matched(member, person, order)
    findings = tuple(left_out(sizes))
    if waves is not None and not waves.enough:
        few = {"matched": waves.fewest, "needed": FEWEST_MATCHED}
        waves, findings = None, (*findings, Finding("measurement.too_few_matched", "warning", few))
    return _Asked(answers[used].astype(float), member, order, n_missing, waves, findings)


def _compared(
    family: Family[F],
    asked: _Asked,
    model: Mapping[str, Sequence[str]],
    merged: tuple[MergedCategory, ...],
    estimator: Estimator,
) -> Invariance:
    names = [str(name) for name in asked.answers.columns]
    limits = change_limits(family.n_rows)
    found = run_steps(family, limits)
    groups = pd.Series(family.n_rows, pd.Index(asked.order, name="group"), name="n_obs")
    return Invariance(
        steps=_steps(found, names),
        items=_items(found, names, model),
        means=mean_differences(asked.answers, asked.member, asked.order, model, family=family, found=found),
        groups=groups,
        n_matched=0 if asked.waves is None else asked.waves.n_matched,
        freed={names[item]: step for item, step in found.freed.items()},
        merged=merged,
        broken_at=found.broken_at,
        verdict=verdict_of(found, int(groups.min())),
        limits=limits,
        n_missing_group=asked.n_missing_group,
        estimator=estimator,
        findings=(*asked.findings, *invariance_findings(family, found, merged, groups, names)),
    )


def verdict_of(found: Steps[F], smallest: int) -> Verdict:
    """Return what the steps allow, given the size of the smallest group."""
    form = found.models[0].outcome
    if smallest < SMALLEST_GROUP or form == "broken":
        return "not_established"
    if found.broken_at is not None:
        return "not_comparable"
    if found.small_at:
        return "approximate"
    return "partial" if found.freed else "comparable"


def _order(sizes: pd.Series[int], reference: str | None, *, first: bool) -> list[str]:
    """Return the groups that are large enough, the reference first."""
    known = sorted(str(name) for name in sizes.index)
    if len(known) < _FEWEST_GROUPS:
        raise ArgumentError("measurement.one_group", groups=known or "–")
    large = [name for name in known if sizes[name] >= FEWEST_ROWS]
    if len(large) < _FEWEST_GROUPS:
        raise ArgumentError("measurement.groups_too_few_rows", needed=FEWEST_ROWS, groups=len(known))
    if reference is None:
        reference = large[0] if first else min(large, key=lambda name: (-int(sizes[name]), name))
    if reference not in large:
        raise ArgumentError("measurement.unknown_group", name=reference, known=large)
    return [reference, *(name for name in large if name != reference)]


def _steps(found: Steps[F], names: list[str]) -> pd.DataFrame:
    rows = []
    for model in found.models:
        fit, against = model.fit.fit, model.difference
        rows.append(
            {
                "step": model.step,
                "freed": tuple(names[item] for item in model.freed),
                "chisq": fit_of(fit, "chisq"),
                "df": int(fit["df"]),
                "p_value": fit_of(fit, "pvalue"),
                "cfi": fit_of(fit, "cfi"),
                "tli": fit_of(fit, "tli"),
                "rmsea": fit_of(fit, "rmsea"),
                "rmsea_low": fit_of(fit, "rmsea_ci_lower"),
                "rmsea_high": fit_of(fit, "rmsea_ci_upper"),
                "chisq_diff": np.nan if against is None else against.statistic,
                "df_diff": 0 if against is None else against.df,
                "p_diff": np.nan if against is None else against.p_value,
                "cfi_change": model.cfi_change,
                "rmsea_change": model.rmsea_change,
                "outcome": model.outcome,
            }
        )
    return pd.DataFrame(rows)


def _items(found: Steps[F], names: list[str], model: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    construct_of = {item: construct for construct, block in model.items() for item in block}
    rows, seen = [], set[Step]()
    for fitted in found.models:
        if fitted.step in seen or not fitted.tests:
            continue
        seen.add(fitted.step)
        adjusted = holm([test.p_value for test in fitted.tests])
        for test, p_adjusted in zip(fitted.tests, adjusted, strict=True):
            name = names[test.item]
            freed = found.freed.get(test.item) == fitted.step
            start = (fitted.step, name, construct_of[name])
            rows.append((*start, test.statistic, test.df, test.p_value, float(p_adjusted), freed))
    columns = ["step", "item", "construct", "statistic", "df", "p_value", "p_adjusted", "freed"]
    return pd.DataFrame(rows, columns=columns)
