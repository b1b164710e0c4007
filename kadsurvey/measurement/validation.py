"""Validity and reliability of an instrument in these answers (uji validitas dan reliabilitas)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from kadsurvey.errors import StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Text
from kadsurvey.measurement.adequacy import Adequacy, adequacy
from kadsurvey.measurement.cfa import Cfa, Estimator, cfa
from kadsurvey.measurement.clustered import BodyJackknife, body_jackknife, within_loadings
from kadsurvey.measurement.correlation import CorrelationKind, correlate
from kadsurvey.measurement.cutoffs import Cutoffs
from kadsurvey.measurement.efa import Efa, efa, name_factors
from kadsurvey.measurement.model import MeasurementModel, measure
from kadsurvey.measurement.retention import Retention, retention
from kadsurvey.measurement.rivals import rival_models
from kadsurvey.measurement.validity import Validity, validity
from kadsurvey.quality.dont_know import dont_know_rates
from kadsurvey.results import Result, plain
from kadsurvey.stats.factoring import Rotation
from kadsurvey.stats.hierarchical import FEWEST_GROUP_FACTORS, omega_hierarchical
from kadsurvey.stats.item_analysis import critical_correlation, moments

Block: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Validation(Result):
    """What speaks for the items measuring their constructs, and what against.

    Attributes
    ----------
    items : DataFrame by item
        construct, n_obs, missing_share, missing_in_part (among those who answered some item of the construct),
        dont_know_share (of the answers given, "don't know" among them), mean, sd, skewness, kurtosis, floor, ceiling
        (shares of the answers at the scale's ends); item_rest (r hitung) over the construct's complete rows, its df,
        r_table and ``valid``; alpha_if_dropped, loading.
    reliability : DataFrame by construct
        As `MeasurementModel.reliability`.
    dont_know : DataFrame
        As `dont_know_rates`.
    block : tuple of str
        The constructs whose items are factored together: the predictors, or those asked for.
    adequacy, retention, efa : Adequacy, Retention, Efa or None
        Of the block's items; None where they cannot be factored, and a finding says why.
    cfas : mapping of constructs to Cfa
        By WLSMV, for Pearson correlations by MLR; empty where none has a proper solution.
    validity : mapping of constructs to Validity
        Of each of ``cfas``.
    rivals : DataFrame or None
        As `rival_models`, of the block; None for one construct or without its model.
    omega_hierarchical, omega_total : float
        Of the sum of all the block's items; NaN below three constructs and where the solution is improper.
    jackknife : BodyJackknife or None
        None below four bodies.
    within : DataFrame by item
        As `within_loadings`; empty below four bodies.
    cutoffs : Cutoffs
    correlation : {"polychoric", "pearson"}
    rotation : str
    n_obs, n_bodies, seed : int
    findings : tuple of Finding
    """

    items: pd.DataFrame
    reliability: pd.DataFrame
    dont_know: pd.DataFrame
    block: Block
    adequacy: Adequacy | None
    retention: Retention | None
    efa: Efa | None
    cfas: dict[Block, Cfa]
    validity: dict[Block, Validity]
    rivals: pd.DataFrame | None
    omega_hierarchical: float
    omega_total: float
    jackknife: BodyJackknife | None
    within: pd.DataFrame
    cutoffs: Cutoffs
    correlation: CorrelationKind
    rotation: Rotation
    n_obs: int
    n_bodies: int
    seed: int
    findings: tuple[Finding, ...] = field(default=())

    def to_frame(self) -> pd.DataFrame:
        """Return the items."""
        return self.items

    def to_dict(self) -> dict[str, Any]:
        """Return every field as plain values; models are keyed by their constructs, joined by ``+``."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name != "findings"}
        for name in ("cfas", "validity"):
            values[name] = {"+".join(block): part for block, part in values[name].items()}
        return {name: plain(value) for name, value in values.items()}


def validate(
    responses: Responses,
    *,
    constructs: Sequence[str] | None = None,
    correlation: CorrelationKind = "polychoric",
    factors: int | None = None,
    rotation: Rotation = "oblimin",
    cutoffs: Cutoffs | None = None,
    model: MeasurementModel | None = None,
    seed: int = 1,
) -> Validation:
    """Judge the items of an instrument: each by itself, with its construct, and among the others.

    Parameters
    ----------
    responses : Responses
    constructs : sequence of str, optional
        Judge these, their items factored together; by default all, the predictors factored together.
    correlation : {"polychoric", "pearson"}
        With Pearson the answers are numbers: the factor models are fitted by MLR.
    factors : int, optional
        Of the exploratory analysis; by default as many as the constructs factored.
    rotation : {"oblimin", "promax", "varimax", "none"}
    cutoffs : Cutoffs, optional
        The rules that the tables print.
    model : MeasurementModel, optional
        Of these responses, constructs and correlation, where one was fitted before.
    seed : int
        Of the parallel analysis.

    Raises
    ------
    ArgumentError
        If there is no reflective construct of a name in ``constructs``.
    StatisticsError
        If items cannot be correlated, or have too few for the ``factors`` asked for.
    """
    if model is None:
        model = measure(responses, correlation=correlation, constructs=constructs, strict=False, seed=seed)
    instrument, rules = responses.instrument, cutoffs or Cutoffs()
    codes = {name: list(model.items.index[model.items["construct"] == name]) for name in model.reliability.index}
    predictors = [name for name in codes if instrument.constructs[name].role == "predictor"]
    block = tuple(predictors if constructs is None and predictors else codes)
    together = responses.data[[code for name in block for code in codes[name]]]
    cfas, problems = _models(responses.data, block, codes, model)
    factoring = _factored(together, block, instrument.construct_of, model.correlation, factors, rotation, seed)
    body = responses.data["body"] if "body" in responses.data else pd.Series(pd.NA, index=responses.data.index)
    jackknife = body_jackknife(responses.data, body, codes, cfas)
    omega = _hierarchical(factoring.matrix, len(block), len(together))
    return Validation(
        items=_items(model, responses, rules),
        reliability=model.reliability,
        dont_know=dont_know_rates(responses).query("construct in @codes").reset_index(drop=True),
        block=block,
        adequacy=factoring.adequacy,
        retention=factoring.retention,
        efa=factoring.efa,
        cfas=cfas,
        validity={key: validity(fitted) for key, fitted in cfas.items()},
        rivals=rival_models(together, cfas[block]) if block in cfas and len(block) > 1 else None,
        omega_hierarchical=omega[0],
        omega_total=omega[1],
        jackknife=jackknife,
        within=within_loadings(responses.data, body, codes if jackknife is not None else {}),
        cutoffs=rules,
        correlation=model.correlation,
        rotation=rotation,
        n_obs=model.n_obs,
        n_bodies=int(body.nunique()),
        seed=seed,
        findings=(*model.findings, *problems, *factoring.findings, *_jackknife_findings(jackknife)),
    )


@dataclass(frozen=True, slots=True)
class _Factoring:
    """The exploratory part, as far as the items allowed it."""

    matrix: pd.DataFrame | None = None
    adequacy: Adequacy | None = None
    retention: Retention | None = None
    efa: Efa | None = None
    findings: tuple[Finding, ...] = ()


def _factored(
    items: pd.DataFrame,
    block: Block,
    construct_of: dict[str, str],
    kind: CorrelationKind,
    factors: int | None,
    rotation: Rotation,
    seed: int,
) -> _Factoring:
    n_obs = int(items.notna().any(axis=1).sum())
    wanted = factors or len(block)
    try:
        matrix = correlate(items, kind).matrix
        found = efa(matrix, wanted, n_obs=n_obs, rotation=rotation if wanted > 1 else "none")
        fit_for_it, suggested = adequacy(matrix, n_obs), retention(items, correlation=kind, seed=seed)
    except StatisticsError as err:
        if factors is not None:
            raise
        finding = Finding("measurement.no_structure", "warning", {"reason": Text(err.code, err.params)})
        return _Factoring(findings=(finding,))
    if wanted == len(block):
        found = name_factors(found, construct_of)
    return _Factoring(matrix, fit_for_it, suggested, found)


def _models(
    data: pd.DataFrame, block: Block, codes: dict[str, list[str]], model: MeasurementModel
) -> tuple[dict[Block, Cfa], list[Finding]]:
    """Return the fitted models; constructs that were chosen are modelled together even if they were scored apart."""
    if block in model.cfas or any(set(block) <= set(fitted) for fitted in model.cfas):
        return dict(model.cfas), []
    try:
        estimator: Estimator = "WLSMV" if model.correlation == "polychoric" else "MLR"
        joint = cfa(data, {name: codes[name] for name in block}, estimator=estimator)
    except StatisticsError as err:
        reason = Text(err.code, err.params)
    else:
        if joint.proper:
            return {block: joint}, []
        reason = Text("measurement.improper_model", {"constructs": list(block), "items": joint.heywood or "–"})
    known = any(finding.code == "measurement.no_model" for finding in model.findings)
    findings = [] if known else [Finding("measurement.no_model", "warning", {"construct": block, "reason": reason})]
    return dict(model.cfas), findings


def _items(model: MeasurementModel, responses: Responses, rules: Cutoffs) -> pd.DataFrame:
    """Return the items' statistics, r hitung held against r tabel at the n of the construct's complete rows."""
    answers = responses.data[list(model.items.index)]
    shape = moments(answers.to_numpy(float))
    scales = [responses.instrument.scale_of(str(item)) for item in answers]
    ends = np.array([[scale.minimum, scale.maximum] for scale in scales]).T
    complete = model.items["construct"].map(model.reliability["n_obs"]).astype(int)
    r_table = complete.map(lambda n: critical_correlation(int(n), level=rules.r_level))
    some = answers.notna().T.groupby(model.items["construct"]).any().T.sum()
    said = responses.dont_know[list(answers)].sum().to_numpy(float)
    given = shape.n_obs + said
    return model.items.assign(
        missing_in_part=1 - shape.n_obs / model.items["construct"].map(some).to_numpy(float),
        dont_know_share=np.divide(said, given, out=np.full(len(given), np.nan), where=given > 0),
        skewness=shape.skewness,
        kurtosis=shape.kurtosis,
        floor=(answers == ends[0]).sum().to_numpy() / shape.n_obs,
        ceiling=(answers == ends[1]).sum().to_numpy() / shape.n_obs,
        n_complete=complete,
        df=complete - 2,
        r_table=r_table,
        valid=model.items["item_rest"] > r_table,
    )


def _hierarchical(matrix: pd.DataFrame | None, n_constructs: int, n_obs: int) -> tuple[float, float]:
    """Return omega hierarchical and total, defined over all items with three or more group factors."""
    if matrix is None or n_constructs < FEWEST_GROUP_FACTORS:
        return float("nan"), float("nan")
    try:
        found = omega_hierarchical(matrix.to_numpy(float), n_constructs, n_obs=n_obs)
    except StatisticsError:
        return float("nan"), float("nan")
    return (found.omega_h, found.omega_total) if found.proper else (float("nan"), float("nan"))


def _jackknife_findings(jackknife: BodyJackknife | None) -> list[Finding]:
    if jackknife is None:
        return [Finding("measurement.no_jackknife", "note")]
    if jackknife.undefined:
        return [Finding("measurement.jackknife_undefined", "warning", {"bodies": list(jackknife.undefined)})]
    return []
