"""Trust, norm and network indices of respondents, members, bodies and groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.findings import Finding
from kadsurvey.indices.body_index import Members
from kadsurvey.indices.pomp import answered, enough_answered, pomp
from kadsurvey.indices.protection import Protection
from kadsurvey.indices.summary import Summaries, summaries
from kadsurvey.ingest.responses import Responses
from kadsurvey.measurement.model import MeasurementModel, measure
from kadsurvey.measurement.scores import Scores
from kadsurvey.measurement.scoring import ScoringModel
from kadsurvey.results import Result, plain

Method: TypeAlias = Literal["factor", "mean"]
UNIT_COLUMNS = ("body", "member", "group")


@dataclass(frozen=True, slots=True)
class Indices(Result):
    """Indices at every level.

    Attributes
    ----------
    respondents : DataFrame
        Indexed by respondent_id: body, member, group, and per construct ``<c>_z`` (factor score in the model's
        metric; reflective constructs only), ``<c>_se`` (its standard error), ``<c>_100`` (the index, 0-100),
        ``<c>_mean100`` (percent of the maximum possible) and ``<c>_items`` (items answered).
    members : DataFrame
        Indexed by (body, member): construct, n, mean (0-100), std_error, ci_low, ci_high, mean_z, suppressed. Empty
        where the data do not name the unit, as the following.
    bodies : DataFrame
        Indexed by body: construct, n, ``index`` (0-100: members equal, groups in one mix) with std_error, df, ci_low,
        ci_high (`kadsurvey.indices.body_index.body_index`), ``mean`` and mean_z (unadjusted), suppressed, and the
        columns of `kadsurvey.indices.standing.standing`.
    groups, overall : DataFrame
        Indexed by group; one row a construct: n, n_bodies, ``index`` (mean over bodies, which weigh equally) with
        std_error, ci_low, ci_high from the differences between bodies, ``mean`` and mean_z (unadjusted), suppressed.
    mixes : DataFrame, construct x group
        Weight of each group in a body's index; NaN where it does not enter.
    model : MeasurementModel, ScoringModel or None
        What the factor scores came from; None under ``method="mean"``.
    method : {"factor", "mean"}
        Which column feeds models: ``<c>_z`` or ``<c>_100``.
    constructs : tuple of str
        Those that anybody answered.
    formative : frozenset of str
        Constructs of the instrument without a factor.
    members_are : {"census", "sample"}
        Whether members were all asked, or drawn.
    weight : str or None
        The field whose values weighed respondents.
    min_cell : int
    findings : tuple of Finding
        Groups and bodies that a body's index leaves out; a model of another version of the instrument; answers in
        categories the model does not know.
    items : DataFrame, respondent x item
        The coded answers the indices were computed from; they stay out of ``to_dict``.
    items_of : mapping of construct to tuple of str
        The items of each reflective construct that anybody answered.
    protection : mapping of construct to Protection
        What is hidden where bodies are named; it stays out of ``to_dict``.
    """

    respondents: pd.DataFrame
    members: pd.DataFrame
    bodies: pd.DataFrame
    groups: pd.DataFrame
    model: MeasurementModel | ScoringModel | None
    method: Method
    constructs: tuple[str, ...]
    formative: frozenset[str]
    min_cell: int
    findings: tuple[Finding, ...]
    items: pd.DataFrame
    items_of: Mapping[str, tuple[str, ...]]
    overall: pd.DataFrame = field(default_factory=pd.DataFrame)
    mixes: pd.DataFrame = field(default_factory=pd.DataFrame)
    members_are: Members = "census"
    weight: str | None = None
    protection: Mapping[str, Protection] = field(default_factory=dict)

    def to_frame(self) -> pd.DataFrame:
        """Return the respondents' indices."""
        return self.respondents

    def to_dict(self) -> dict[str, Any]:
        """Return every field but the answers and what is hidden as plain values."""
        kept = (entry.name for entry in fields(self) if entry.name not in ("items", "protection"))
        return {name: plain(getattr(self, name)) for name in kept}

    def model_column(self, construct: str) -> str:
        """Return the column of ``respondents`` that stands for a construct in a model.

        A formative construct has no factor: its percent stands for it under either method.

        Raises
        ------
        ArgumentError
            If a reflective construct has no factor score: its percent, another unit, never takes its place unasked.
        """
        if self.method == "mean" or construct in self.formative:
            return f"{construct}_100"
        if f"{construct}_z" not in self.respondents:
            raise ArgumentError("indices.no_factor_score", construct=construct)
        return f"{construct}_z"


def score(
    responses: Responses,
    *,
    model: MeasurementModel | ScoringModel | None = None,
    method: Method = "factor",
    min_cell: int = 5,
    members: Members = "census",
    weight: str | None = None,
) -> Indices:
    """Score every construct of the instrument.

    Parameters
    ----------
    responses : Responses
    model : MeasurementModel or ScoringModel, optional
        Score on its scale; by default a model is fitted to these responses.
    method : {"factor", "mean"}
        ``factor``: models use the factor score; ``mean``: they use the percent of the maximum possible. Both are
        in the result.
    min_cell : int
        Fewest respondents of which a mean is shown.
    members : {"census", "sample"}
        Whether the members that answered are all members of their body, or were drawn from them: then the interval of
        a body's index holds that too.
    weight : str, optional
        A field of the respondents: the weight of each in the means of members, bodies and groups.

    Raises
    ------
    ArgumentError
        If the model was made for other items, or the weights are not all numbers above zero.
    StatisticsError
        If no model can be fitted to these answers.
    """
    instrument = responses.instrument
    if model is None and method == "factor":
        model = measure(responses)
    if model is not None:
        _check_items(model, responses)
    data = responses.data
    columns: dict[str, pd.Series] = {name: data[name] for name in UNIT_COLUMNS if name in data}
    scores = model.scores(data) if model is not None else None
    constructs = tuple(
        name for name in instrument.constructs if data[instrument.item_codes(name)].notna().any(axis=None)
    )
    for construct in constructs:
        if scores is not None and construct in scores.scores:
            enough = enough_answered(data, instrument, construct)
            columns[f"{construct}_z"] = scores.scores[construct].where(enough)
            columns[f"{construct}_se"] = scores.se[construct].where(enough)
        percent = pomp(data, instrument, construct)
        columns[f"{construct}_100"] = columns[f"{construct}_mean100"] = percent
        columns[f"{construct}_items"] = answered(data, instrument, construct)
    respondents = pd.DataFrame(columns)
    weights = None if weight is None else _weights(responses, weight)
    levels = summaries(respondents, constructs, min_cell=min_cell, members=members, weights=weights)
    return Indices(
        respondents=respondents,
        members=levels.members,
        bodies=levels.bodies,
        groups=levels.groups,
        overall=levels.overall,
        mixes=levels.mixes,
        protection=levels.protection,
        members_are=members,
        weight=weight,
        model=model,
        method=method,
        constructs=constructs,
        formative=frozenset(instrument.constructs_with(kind="formative")),
        min_cell=min_cell,
        findings=(*_model_findings(model, scores, responses), *_mix_findings(levels, respondents)),
        items=responses.items,
        items_of={
            name: tuple(instrument.item_codes(name))
            for name in instrument.constructs_with(kind="reflective")
            if name in constructs
        },
    )


def _weights(responses: Responses, field: str) -> pd.Series[float]:
    """Return the respondents' weights.

    Raises
    ------
    ArgumentError
        If there is no such field, or a weight is missing or not a number above zero.
    """
    data = responses.data
    known = [name for name in data.columns if name not in responses.instrument.items]
    if field not in known:
        near = nearest(field, known)
        raise ArgumentError("indices.no_weight_field", name=field, known=known if near is None else [near])
    weights: pd.Series[float] = pd.to_numeric(data[field], errors="coerce")
    if wrong := int((~(weights > 0) | (weights == np.inf)).sum()):
        raise ArgumentError("indices.weights_not_positive", name=field, count=wrong)
    return weights


def _mix_findings(levels: Summaries, respondents: pd.DataFrame) -> Iterator[Finding]:
    """Tell of respondents and groups that do not enter the mix, and of bodies that lack a group that does."""
    if {"body", "group"} <= set(respondents.columns) and respondents["group"].notna().any():
        unknown = int(respondents["group"].isna().sum())
        if unknown:
            yield Finding("indices.respondents_outside_mix", "warning", {"count": unknown})
    for construct, groups in levels.left_out.items():
        yield Finding("indices.group_outside_mix", "note", {"construct": construct, "groups": list(groups)})
    without = levels.bodies[levels.bodies["index"].isna() & ~levels.bodies["suppressed"].astype(bool)]
    for construct in without["construct"].unique():
        bodies = [str(body) for body in without.index[without["construct"] == construct]]
        params = {"construct": construct, "bodies": bodies}
        yield Finding("indices.body_without_group", "warning", params)


def _check_items(model: MeasurementModel | ScoringModel, responses: Responses) -> None:
    items = model.items if isinstance(model, ScoringModel) else list(model.items.index)
    if unknown := [item for item in items if item not in responses.data]:
        raise ArgumentError("indices.model_of_other_items", items=unknown, instrument=model.instrument)


def _model_findings(
    model: MeasurementModel | ScoringModel | None, scores: Scores | None, responses: Responses
) -> Iterator[Finding]:
    if model is None or scores is None:
        return
    instrument = responses.instrument
    if (model.instrument, model.version, model.sha256) != (instrument.name, instrument.version, instrument.sha256):
        params = {
            "model": f"{model.instrument} {model.version}",
            "instrument": f"{instrument.name} {instrument.version}",
        }
        yield Finding("indices.model_of_other_version", "warning", params)
    for item, count in scores.merged.items():
        yield Finding("indices.category_merged", "note", {"item": item, "count": count})
