"""The exploratory part of a validation to Tables: suitability, number of factors, loadings, variance."""

from __future__ import annotations

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.adequacy import Adequacy
from kadsurvey.measurement.efa import Efa
from kadsurvey.measurement.retention import Retention
from kadsurvey.measurement.validation import Validation
from kadsurvey.report.builders.labels import construct_label, labelled
from kadsurvey.report.builders.verdicts import cutoff_note, verdict
from kadsurvey.report.table import Column, Row, Table, rows_of


def factor_tables(validation: Validation, instrument: Instrument) -> tuple[Table, ...]:
    """Lay out whether and how the block's items can be factored; nothing where they cannot."""
    if validation.adequacy is None or validation.retention is None or validation.efa is None:
        return ()
    return (
        _suitability(validation, validation.adequacy),
        _retention(validation.retention),
        _loadings(validation, validation.efa, validation.adequacy, instrument),
        _variance(validation.efa, instrument),
    )


def _suitability(validation: Validation, found: Adequacy) -> Table:
    rules, lowest = validation.cutoffs, str(found.msa.idxmin())
    least = float(found.msa[lowest])
    rows = (
        {"what": "KMO", "value": found.kmo, "verdict": verdict(rules, "kmo", found.kmo)},
        {
            "what": Text("validation.lowest_msa", {"item": lowest}),
            "value": least,
            "verdict": verdict(rules, "msa", least),
        },
        {"what": Text("validation.bartlett"), "value": found.chi2, "df": found.df, "p_value": found.p_value},
    )
    return Table(
        key="suitability",
        title=Text("validation.suitability"),
        columns=(
            Column("what", Text("validation.statistic")),
            Column("value", Text("tables.value"), "number", 2),
            Column("df", Text("tables.df"), "integer"),
            Column("p_value", "p", "p_value"),
            Column("verdict", Text("validation.verdict")),
        ),
        rows=tuple(Row(row) for row in rows),
        notes=(cutoff_note(rules, "kmo"), cutoff_note(rules, "msa"), Text("validation.note_bartlett")),
        result="Validation",
    )


def _retention(found: Retention) -> Table:
    frame = found.to_frame().assign(map=pd.Series(found.map_values, pd.RangeIndex(1, len(found.map_values) + 1)))
    counts = {
        "parallel": found.n_parallel,
        "reduced": found.n_parallel_reduced,
        "map": found.n_map,
        "seed": found.seed,
    }
    observed, by_chance = Text("validation.of_matrix"), Text("validation.of_reduced")
    return Table(
        key="retention",
        title=Text("validation.retention"),
        columns=(
            Column("component", Text("validation.component"), "integer"),
            Column("eigenvalue", Text("validation.eigenvalue"), "number", 2, observed),
            Column("random", Text("validation.by_chance"), "number", 2, observed),
            Column("eigenvalue_reduced", Text("validation.eigenvalue"), "number", 2, by_chance),
            Column("random_reduced", Text("validation.by_chance"), "number", 2, by_chance),
            Column("map", "MAP", "bounded", 4),
        ),
        rows=rows_of(frame.reset_index(names="component").to_dict(orient="records")),  # type: ignore[arg-type]
        notes=(Text("validation.note_retention", counts),),
        result="Validation",
    )


def _loadings(validation: Validation, found: Efa, suitable: Adequacy, instrument: Instrument) -> Table:
    frame = found.loadings.assign(communality=1 - found.uniquenesses, msa=suitable.msa)
    constructs = [instrument.construct_of[item] for item in frame.index]
    names = list(found.loadings.columns)
    notes: list[Label] = [
        Text(
            f"validation.note_efa_{validation.correlation}",
            {"rotation": found.rotation, "factors": len(names), "n": found.n_obs},
        )
    ]
    if len(names) > 1:
        notes.append(Text("tables.note_factor_correlations", {"pairs": _pairs(found, instrument)}))
    if not found.converged:
        notes.append(Text("validation.efa_not_converged", {"rotation": found.rotation}))
    if found.heywood:
        notes.append(Text("measurement.improper", {"items": found.heywood}))
    return Table(
        key="loadings",
        title=Text("validation.loadings"),
        columns=(
            Column("key", Text("tables.item")),
            *(Column(name, _factor_label(name, instrument), "bounded", 2) for name in names),
            Column("communality", Text("tables.communality"), "bounded", 2),
            Column("msa", "MSA", "bounded", 2),
        ),
        rows=rows_of(labelled(frame, instrument, constructs), group="label"),
        notes=tuple(notes),
        result="Validation",
    )


def _variance(found: Efa, instrument: Instrument) -> Table:
    frame = found.variance.assign(cumulative=found.variance["share"].cumsum())
    records = frame.to_dict(orient="records")
    return Table(
        key="variance",
        title=Text("validation.variance"),
        columns=(
            Column("factor", Text("validation.factor")),
            Column("ss", Text("validation.ss"), "number", 2),
            Column("share", Text("validation.share"), "share", 1),
            Column("cumulative", Text("validation.cumulative"), "share", 1),
        ),
        rows=tuple(
            Row({"factor": _factor_label(str(name), instrument), **record})  # type: ignore[dict-item]
            for name, record in zip(frame.index, records, strict=True)
        ),
        notes=(Text("validation.note_variance"),),
        result="Validation",
    )


def _pairs(found: Efa, instrument: Instrument) -> list[Label]:
    names, phi = list(found.phi.columns), found.phi.to_numpy()
    return [
        Text(
            "tables.pair",
            {
                "first": _factor_label(names[i], instrument),
                "second": _factor_label(names[j], instrument),
                "r": float(phi[i, j]),
            },
        )
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]


def _factor_label(name: str, instrument: Instrument) -> Label:
    return construct_label(instrument, name) if name in instrument.constructs else name
