"""Do the respondents of a body and of a member see the same cooperation? Agreement of every construct at each level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.errors import StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.indices.aggregation_rules import AGREED_LEAST
from kadsurvey.indices.agreement import ITEM_COLUMNS, Agreement, agreement, median
from kadsurvey.indices.disagreement import disagreeing, disagreement
from kadsurvey.indices.published_sums import GROUPS
from kadsurvey.indices.score import Indices
from kadsurvey.indices.suppression import suppressed
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Text
from kadsurvey.results import Result
from kadsurvey.stats.mixed import random_intercepts


@dataclass(frozen=True, slots=True)
class SharedViews(Result):
    """How far respondents agree, at every level and between groups.

    Attributes
    ----------
    levels : DataFrame
        A row a construct, level ("body", "member") and group (missing for all, "official", "ngo"; groups at the level
        of bodies only): n_obs, n_clusters, mean_size, exact, icc1, icc1_low, icc1_high, icc1_searle, icc1_mixed,
        icc1_mixed_low, icc1_mixed_high, icc2, icc2_low, icc2_high, icc2_mixed, f, p_value, design_effect, size_needed,
        the medians over clusters of rwg_j, rwg_j_skewed, rwg_j_lindell, awg, ad_mean and ad_median, ``agreeing`` (share
        of the clusters with rwg(j) of at least .70), verdict.
    bodies : DataFrame
        A row a construct and body, as `Agreement.clusters` without the mean; every number but n is NaN below
        ``min_cell``.
    shares : DataFrame
        Per construct with members: share of variance of bodies, of members within bodies, of respondents, by REML;
        ``singular`` where one of them is zero.
    groups : DataFrame
        As `kadsurvey.indices.disagreement.disagreement`.
    min_cell : int
    draws : int
        Random permutations where they were too many to enumerate.
    findings : tuple of Finding
        Possible pseudo-agreement; bodies whose officials and NGOs disagree; what could not be measured.
    """

    levels: pd.DataFrame
    bodies: pd.DataFrame
    shares: pd.DataFrame
    groups: pd.DataFrame
    min_cell: int
    draws: int
    findings: tuple[Finding, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the levels."""
        return self.levels


def shared_views(indices: Indices, instrument: Instrument, *, draws: int = 9999, seed: int) -> SharedViews:
    """Measure agreement on every construct but markers, by body, by member, within each group, and between groups.

    Parameters
    ----------
    indices : Indices
    instrument : Instrument
        For the scales of the items. The items of a formative construct are no parallel questions, and items of
        different scales have no common null: neither gets rwg(j).
    draws : int, default 9999
        Random permutations of the test between groups.
    seed : int
    """
    levels, bodies, shares = [], [], []
    findings: list[Finding] = []
    constructs = [name for name in indices.constructs if instrument.constructs[name].role != "marker"]
    for construct in constructs:
        for level, group, part in _parts(indices.respondents):
            try:
                found = _agreement(part, level, construct, indices, instrument)
            except StatisticsError as err:
                params = {"construct": construct, "unit": _unit(level, group), "reason": Text(err.code, err.params)}
                findings.append(Finding("indices.no_agreement", "note", params))
                continue
            levels.append({"construct": construct, "level": level, "group": group, **_row(found)})
            if level == "body" and group is None:
                bodies.append(_of_bodies(found, construct, indices))
                findings += _pseudo(found, construct)
        shares += _shares(indices.respondents, construct)
    groups = disagreement(
        indices.respondents,
        constructs,
        min_cell=indices.min_cell,
        protection=indices.protection,
        draws=draws,
        seed=seed,
    )
    return SharedViews(
        levels=pd.DataFrame(levels),
        bodies=pd.concat(bodies) if bodies else pd.DataFrame(),
        shares=pd.DataFrame(shares),
        groups=groups,
        min_cell=indices.min_cell,
        draws=draws,
        findings=(*findings, *_disagreements(groups)),
    )


def _parts(respondents: pd.DataFrame) -> Iterator[tuple[str, str | None, pd.DataFrame]]:
    if "body" not in respondents:
        return
    yield "body", None, respondents
    for group in GROUPS if "group" in respondents else ():
        if bool((respondents["group"] == group).any()):
            yield "body", group, respondents[respondents["group"] == group]
    if "member" in respondents:
        yield "member", None, respondents


def _agreement(part: pd.DataFrame, level: str, construct: str, indices: Indices, instrument: Instrument) -> Agreement:
    scored = part.dropna(subset=[f"{construct}_100"])
    cluster: pd.Series[Any] = scored["body"]
    if level == "member":
        named = scored[["body", "member"]].notna().all(axis=1)
        cluster = scored.groupby(["body", "member"], observed=True).ngroup().where(named)
    percent = scored[f"{construct}_100"]
    codes = common_scale(instrument, construct)
    if codes is None or construct not in indices.items_of:
        return agreement(percent, cluster, codes=None)
    # The index back in scale points, where the null has its variance.
    values = min(codes) + percent / 100 * (max(codes) - min(codes))
    items = indices.items.loc[scored.index, list(indices.items_of[construct])]
    return agreement(values, cluster, items=items, codes=codes)


def common_scale(instrument: Instrument, construct: str) -> tuple[int, ...] | None:
    """Return the scale points of a construct's items, None where they differ."""
    codes = {tuple(instrument.scale_of(item).codes) for item in instrument.item_codes(construct)}
    return codes.pop() if len(codes) == 1 else None


def _row(found: Agreement) -> dict[str, Any]:
    medians = {name: median(found.clusters[name]) for name in ITEM_COLUMNS}
    agreed = found.clusters["rwg_j"].dropna()
    return {
        "n_obs": found.n_obs,
        "n_clusters": found.n_clusters,
        "mean_size": found.mean_size,
        "exact": found.exact,
        "icc1": found.icc1,
        "icc1_low": found.icc1_ci[0],
        "icc1_high": found.icc1_ci[1],
        "icc1_searle": found.icc1_searle,
        "icc1_mixed": found.icc1_mixed,
        "icc1_mixed_low": found.icc1_mixed_ci[0],
        "icc1_mixed_high": found.icc1_mixed_ci[1],
        "icc2": found.icc2,
        "icc2_low": found.icc2_ci[0],
        "icc2_high": found.icc2_ci[1],
        "icc2_mixed": found.icc2_mixed,
        "f": found.f,
        "p_value": found.p_value,
        "design_effect": found.design_effect,
        "size_needed": found.size_needed,
        **medians,
        "agreeing": float((agreed >= AGREED_LEAST).mean()) if len(agreed) else np.nan,
        "verdict": found.verdict,
    }


def _of_bodies(found: Agreement, construct: str, indices: Indices) -> pd.DataFrame:
    frame = found.clusters.drop(columns="mean").rename_axis("body")
    hidden = suppressed(frame["n"], indices.min_cell)
    if construct in indices.protection:
        hidden |= frame.index.astype(str).isin(indices.protection[construct].bodies)
    shown = frame.columns.difference(["n", "n_complete"])
    frame.loc[hidden, shown] = np.nan
    frame.insert(0, "construct", construct)
    return frame.assign(suppressed=hidden)


def _shares(respondents: pd.DataFrame, construct: str) -> list[dict[str, Any]]:
    """Return the shares of variance of bodies, members and respondents; nothing where the levels cannot be parted."""
    if not {"body", "member"} <= set(respondents.columns):
        return []
    used = respondents.dropna(subset=[f"{construct}_100", "body", "member"])
    values = used[f"{construct}_100"].to_numpy(float)
    bodies, members = (used[name].to_numpy(str) for name in ("body", "member"))
    try:
        fit = random_intercepts(values, np.ones((len(values), 1)), bodies, within=members)
    except StatisticsError:
        return []
    shares = dict(zip(("body", "member", "respondent"), fit.icc, strict=True))
    return [{"construct": construct, **shares, "singular": fit.singular, "n_obs": fit.n_obs}]


def _pseudo(found: Agreement, construct: str) -> Iterator[Finding]:
    if found.verdict == "pseudo_agreement":
        params = {"construct": construct, "agreed": found.median_agreement, "icc1": found.icc1}
        yield Finding("indices.pseudo_agreement", "warning", params)


def _disagreements(groups: pd.DataFrame) -> Iterator[Finding]:
    for row in disagreeing(groups).to_dict(orient="records"):
        params = {"body": row["body"], "construct": row["construct"], "p": row["p_holm"]}
        yield Finding("indices.groups_disagree", "warning", params)


def _unit(level: str, group: str | None) -> Text:
    return Text(f"agreement.level_{level if group is None else group}")
