"""The measurement model: the factor model the scores come from, reliability, and a factor analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, StatisticsError, nearest
from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Text
from kadsurvey.measurement.cfa import Cfa, Estimator, cfa
from kadsurvey.measurement.correlation import MOST_ORDINAL_CATEGORIES, CorrelationKind, correlate
from kadsurvey.measurement.efa import efa, name_factors
from kadsurvey.measurement.reliability import Reliability, model_omegas, reliability
from kadsurvey.measurement.retention import retention
from kadsurvey.measurement.scores import Scores
from kadsurvey.measurement.scoring import ScoringModel, scoring_model
from kadsurvey.results import Result

SALIENT_LOADING = 0.30
"""Loadings below this in size are too small to speak of a sign."""


@dataclass(frozen=True, slots=True)
class Structure(Result):
    """The factor analysis of all predictors' items together.

    Attributes
    ----------
    loadings : DataFrame, item x construct
        Minres, oblimin; each factor named for the construct whose items load highest on it.
    phi : DataFrame, construct x construct
    uniquenesses : Series by item
    n_parallel, n_map : int
        Factors suggested by parallel analysis (unreduced matrix) and by MAP.
    seed : int
        Of the parallel analysis.
    """

    loadings: pd.DataFrame
    phi: pd.DataFrame
    uniquenesses: pd.Series[float]
    n_parallel: int
    n_map: int
    seed: int

    def to_frame(self) -> pd.DataFrame:
        """Return the loadings."""
        return self.loadings


@dataclass(frozen=True, slots=True)
class MeasurementModel(Result):
    """What the items measure, and how well.

    Attributes
    ----------
    instrument, version, sha256 : str
        The instrument it was made for.
    correlation : {"polychoric", "pearson"}
    items : DataFrame by item
        construct, n_obs, mean, sd, missing_share, item_rest, alpha_if_dropped, loading.
    reliability : DataFrame by construct
        n_obs, n_items, missing_share, alpha, alpha_low, alpha_high (Feldt), alpha_low_duhachek, alpha_high_duhachek,
        alpha_ordinal, omega, omega_linear. ``omega`` is that of the sum of the answers under the factor model, where
        there is one, else of the one-factor model of ``matrices``; ``omega_linear`` takes the answers as numbers.
    matrices : mapping of construct to DataFrame, item x item
        Correlations of its items.
    cfas : mapping of constructs to Cfa
        The predictors in one model, each other construct in its own: by WLSMV, for Pearson correlations by MLR.
    scoring : ScoringModel or None
        What scoring needs of them, as in model.json; None without a model.
    structure : Structure or None
        None where there are fewer than two predictors, or no such solution; the findings say which.
    n_obs : int
        Respondents.
    findings : tuple of Finding
        Probable keying errors, improper solutions, smoothed matrices.
    """

    instrument: str
    version: str
    sha256: str
    correlation: CorrelationKind
    items: pd.DataFrame
    reliability: pd.DataFrame
    matrices: dict[str, pd.DataFrame]
    cfas: dict[tuple[str, ...], Cfa]
    scoring: ScoringModel | None
    structure: Structure | None
    n_obs: int
    findings: tuple[Finding, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the items."""
        return self.items

    def scores(self, data: pd.DataFrame) -> Scores:
        """Score respondents in the metric of the sample the model was fitted to.

        Posterior modes; for Pearson, regression on the answered items (Thurstone 1935).

        Parameters
        ----------
        data : DataFrame, respondent x item
            Coded and reversed answers; more columns do no harm.

        Raises
        ------
        StatisticsError
            If no model could be fitted.
        """
        if self.scoring is None:
            raise StatisticsError("measurement.no_scores")
        return self.scoring.scores(data)


def measure(
    responses: Responses,
    *,
    correlation: CorrelationKind = "polychoric",
    estimator: Literal["WLSMV"] = "WLSMV",
    constructs: Sequence[str] | None = None,
    strict: bool = True,
    seed: int = 1,
) -> MeasurementModel:
    """Fit the measurement model of an instrument to answers; a construct nobody was asked about is left out.

    Parameters
    ----------
    responses : Responses
    correlation : {"polychoric", "pearson"}
        Pearson is taken in any case where a scale has 8 or more points; scores are then linear.
    estimator : {"WLSMV"}
        Of ordinal answers; answers taken as numbers are fitted by MLR, missing ones left out row by row.
    constructs : sequence of str, optional
        Those to measure; by default all reflective ones.
    strict : bool
        Whether predictors without a proper model are an error; otherwise a finding, and there are no
        scores.
    seed : int
        Of the parallel analysis.

    Raises
    ------
    ArgumentError
        If the instrument has no reflective construct of a name in ``constructs``.
    StatisticsError
        If a construct's items cannot be correlated (an item without answers or without variation), or, where
        ``strict``, the predictors' model has no proper solution.
    """
    instrument, data = responses.instrument, responses.data
    kind = correlation_kind(instrument, correlation)
    fitted: dict[str, Reliability] = {
        name: reliability(data[codes], ordinal=kind == "polychoric")
        for name in chosen_constructs(instrument, constructs)
        if data[codes := instrument.item_codes(name)].notna().any(axis=None)
    }
    items = pd.concat([part.items.assign(construct=name) for name, part in fitted.items()])
    findings = [*_keying_findings(items), *_matrix_findings(fitted)]
    cfas, failures = _cfas(responses, list(fitted), estimator if kind == "polychoric" else "MLR", strict)
    scales = _reliability_table(fitted)
    for fit in cfas.values():
        loadings = fit.loadings.abs().max(axis=1) * np.sign(fit.loadings.sum(axis=1))
        items.loc[loadings.index, "loading"] = loadings
        for name, omega in model_omegas(fit).items():
            scales.loc[name, "omega"] = omega
    structure, problems = _structure(responses, list(fitted), kind, seed)
    return MeasurementModel(
        instrument=instrument.name,
        version=instrument.version,
        sha256=instrument.sha256,
        correlation=kind,
        items=items,
        reliability=scales,
        matrices={name: part.correlation.matrix for name, part in fitted.items()},
        cfas=cfas,
        scoring=scoring_model(
            cfas,
            instrument=(instrument.name, instrument.version, instrument.sha256),
            reversed_items=frozenset(code for code, item in instrument.items.items() if item.reverse),
            n_obs=len(data),
            seed=seed,
        )
        if cfas
        else None,
        structure=structure,
        n_obs=len(data),
        findings=(*findings, *failures, *problems),
    )


def chosen_constructs(instrument: Instrument, constructs: Sequence[str] | None) -> list[str]:
    """Return the reflective constructs asked for, in the instrument's order; all by default.

    Raises
    ------
    ArgumentError
        If there is none of a name, with the nearest there is.
    """
    known = instrument.constructs_with(kind="reflective")
    for name in constructs or ():
        if name not in known:
            near = nearest(name, known)
            raise ArgumentError("measurement.unknown_construct", name=name, known=known if near is None else [near])
    return known if constructs is None else [name for name in known if name in constructs]


def correlation_kind(instrument: Instrument, asked: CorrelationKind) -> CorrelationKind:
    """Return how to correlate an instrument's items: as asked, but as numbers where a scale has many points."""
    widest = max(len(scale.codes) for scale in instrument.scales.values())
    return "pearson" if widest > MOST_ORDINAL_CATEGORIES else asked


def _cfas(
    responses: Responses, fitted: list[str], estimator: Estimator, strict: bool
) -> tuple[dict[tuple[str, ...], Cfa], list[Finding]]:
    """Fit the predictors together and each other construct by itself; where ``strict``, only the latter may fail."""
    instrument = responses.instrument
    predictors = tuple(name for name in fitted if instrument.constructs[name].role == "predictor")
    others = [(name,) for name in fitted if name not in predictors]
    cfas: dict[tuple[str, ...], Cfa] = {}
    findings: list[Finding] = []
    for block in [predictors, *others] if predictors else others:
        try:
            found = cfa(responses.data, {name: instrument.item_codes(name) for name in block}, estimator=estimator)
            if not found.proper:
                raise StatisticsError("measurement.improper_model", constructs=block, items=found.heywood or "–")
        except StatisticsError as err:
            if strict and block == predictors:
                raise
            params = {"construct": list(block), "reason": Text(err.code, err.params)}
            findings.append(Finding("measurement.no_model", "warning", params))
        else:
            cfas[block] = found
    return cfas, findings


def _reliability_table(fitted: dict[str, Reliability]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: {
                "n_obs": part.n_obs,
                "n_items": len(part.items),
                "missing_share": part.items["missing_share"].mean(),
                "alpha": part.alpha,
                "alpha_low": part.alpha_ci[0],
                "alpha_high": part.alpha_ci[1],
                "alpha_low_duhachek": part.alpha_ci_duhachek[0],
                "alpha_high_duhachek": part.alpha_ci_duhachek[1],
                "alpha_ordinal": part.alpha_ordinal,
                "omega": part.omega,
                "omega_linear": part.omega_linear,
            }
            for name, part in fitted.items()
        }
    ).T.astype({"n_obs": int, "n_items": int})


def _structure(
    responses: Responses, fitted: list[str], kind: CorrelationKind, seed: int
) -> tuple[Structure | None, list[Finding]]:
    instrument = responses.instrument
    predictors = [name for name in instrument.constructs_with(role="predictor", kind="reflective") if name in fitted]
    if len(predictors) < 2:
        return None, []
    codes = [code for name in predictors for code in instrument.item_codes(name)]
    answers = responses.data[codes]
    try:
        matrix = correlate(answers, kind).matrix
        solution = efa(matrix, len(predictors), n_obs=len(answers))
    except StatisticsError as err:
        return None, [Finding("measurement.no_structure", "warning", {"reason": Text(err.code, err.params)})]
    named = name_factors(solution, instrument.construct_of)
    suggested = retention(answers, correlation=kind, seed=seed)
    found = Structure(named.loadings, named.phi, named.uniquenesses, suggested.n_parallel, suggested.n_map, seed)
    problems = [Finding("measurement.improper", "warning", {"items": solution.heywood})] if solution.heywood else []
    return found, [*problems, *_cross_loadings(found, instrument)]


def _keying_findings(items: pd.DataFrame) -> Iterator[Finding]:
    """Name items that go against their construct: most likely reversed items not marked so, or the other way round."""
    for item, row in items.iterrows():
        if row["item_rest"] < 0 or row["loading"] < -SALIENT_LOADING:
            params = {
                "item": item,
                "construct": row["construct"],
                "item_rest": float(row["item_rest"]),
                "loading": float(row["loading"]),
            }
            yield Finding("measurement.keying", "warning", params)


def _matrix_findings(fitted: dict[str, Reliability]) -> Iterator[Finding]:
    for construct, part in fitted.items():
        if part.correlation.smoothed:
            yield Finding("measurement.smoothed", "warning", {"construct": construct})
        if part.heywood:
            yield Finding("measurement.improper", "warning", {"items": part.heywood})


def _cross_loadings(structure: Structure, instrument: Instrument) -> Iterator[Finding]:
    for item, row in structure.loadings.iterrows():
        own = instrument.construct_of[str(item)]
        highest = str(row.abs().idxmax())
        if highest != own and abs(row[highest]) >= SALIENT_LOADING:
            params = {"item": item, "construct": own, "other": highest, "loading": float(row[highest])}
            yield Finding("measurement.loads_elsewhere", "note", params)
