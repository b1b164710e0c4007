"""The confirmatory part of a validation to Tables: fit, what does not fit, convergent and discriminant validity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.cfa import Cfa
from kadsurvey.measurement.cutoffs import Cutoff
from kadsurvey.measurement.validation import Validation
from kadsurvey.measurement.validity import Validity
from kadsurvey.report.builders.labels import construct_label, labelled
from kadsurvey.report.builders.verdicts import cutoff_note, interval_note, verdict
from kadsurvey.report.table import Column, Row, Table, rows_of

_FIT: tuple[Cutoff, ...] = ("cfi", "tli", "rmsea", "srmr")
_SHOWN_MISFITS = 10


def model_tables(validation: Validation, instrument: Instrument) -> tuple[Table, ...]:
    """Lay out the categorical factor models; nothing where none was fitted."""
    if not validation.cfas:
        return ()
    tables = [_convergent(validation, instrument), _models(validation, instrument)]
    joint, judged = validation.cfas.get(validation.block), validation.validity.get(validation.block)
    if joint is not None and judged is not None:
        if joint.fit["df"] > 0:
            tables += [_fit(validation, joint), _misfits(joint, instrument)]
        if len(validation.block) > 1:
            tables += [_fornell_larcker(judged, instrument), _pairs(validation, judged, instrument)]
    return tuple(tables)


def _convergent(validation: Validation, instrument: Instrument) -> Table:
    rules, rows = validation.cutoffs, []
    for block, judged in validation.validity.items():
        for name in block:
            own = validation.cfas[block].loadings[name]
            reliability, ave = float(judged.composite_reliability[name]), float(judged.ave[name])
            row = {
                "construct": construct_label(instrument, name),
                "lowest": float(own[own != 0].min()),
                "cr": reliability,
                "cr_verdict": verdict(rules, "composite_reliability", reliability),
                "ave": ave,
                "ave_verdict": verdict(rules, "ave", ave),
            }
            rows.append(Row(row))
    return Table(
        key="convergent",
        title=Text("validation.convergent"),
        columns=(
            Column("construct", Text("tables.construct")),
            Column("lowest", Text("validation.lowest_loading"), "bounded", 2),
            Column("cr", Text("validation.cr"), "bounded", 2),
            Column("cr_verdict", Text("validation.cr_rule", {"value": rules.composite_reliability})),
            Column("ave", "AVE", "bounded", 2),
            Column("ave_verdict", Text("validation.ave_rule", {"value": rules.ave})),
        ),
        rows=tuple(rows),
        notes=(
            Text(f"validation.note_latent_{validation.correlation}"),
            cutoff_note(rules, "composite_reliability"),
            cutoff_note(rules, "ave"),
        ),
        result="Validation",
    )


def _models(validation: Validation, instrument: Instrument) -> Table:
    fits: list[tuple[Label, Any]] = [(_labels(block, instrument), fit.fit) for block, fit in validation.cfas.items()]
    notes: list[Label] = [Text(f"validation.note_models_{validation.correlation}")]
    if validation.rivals is not None:
        rivals = validation.rivals.drop(index="correlated")
        fits += [(Text(f"validation.model_{name}"), rival.to_dict()) for name, rival in rivals.iterrows()]
        notes.append(Text("validation.note_single_factor"))
        if "as_numbers" in rivals.index:
            notes.append(Text("validation.note_as_numbers"))
        if len(validation.block) == 3:
            notes.append(Text("validation.note_three_constructs"))
    columns = (("cfi_scaled", "CFI"), ("tli_scaled", "TLI"), ("rmsea_scaled", "RMSEA"), ("srmr", "SRMR"))
    return Table(
        key="models",
        title=Text("validation.models"),
        columns=(
            Column("model", Text("validation.model")),
            Column("chisq_scaled", Text("validation.chisq"), "number", 1),
            Column("df", Text("tables.df"), "integer"),
            Column("pvalue_scaled", "p", "p_value"),
            *(Column(key, label, "bounded", 3) for key, label in columns),
        ),
        # What has nothing left to test must not look like perfect fit.
        rows=tuple(Row({"model": label, **(fit if fit["df"] != 0 else {"df": fit["df"]})}) for label, fit in fits),
        notes=tuple(notes),
        result="Validation",
    )


def _fit(validation: Validation, joint: Cfa) -> Table:
    rules, fit = validation.cutoffs, joint.fit
    chi = {"what": Text("validation.chisq"), "plain": fit["chisq"], "scaled": fit["chisq_scaled"]}
    rows = [Row(chi), Row({"what": Text("tables.df"), "plain": fit["df"], "scaled": fit["df"]})]
    for name in _FIT:
        values = {"plain": fit[name], "scaled": fit.get(f"{name}_scaled"), "robust": fit.get(f"{name}_robust")}
        held = values["scaled"] if values["scaled"] is not None else fit[name]
        words = {"what": name.upper(), "verdict": verdict(rules, name, held)}
        limit = Text(
            f"validation.limit_{'below' if name in ('rmsea', 'srmr') else 'above'}", {"v": getattr(rules, name)}
        )
        rows.append(Row(words | values | {"limit": limit}))
        if name == "rmsea":
            rows.append(Row({"what": Text("validation.ci90_rmsea"), **_rmsea_intervals(fit)}))
    return Table(
        key="fit",
        title=Text("validation.fit"),
        columns=(
            Column("what", Text("validation.statistic")),
            Column("plain", Text("validation.unscaled"), "number", 3),
            Column("scaled", Text("validation.scaled"), "number", 3),
            Column("robust", Text("validation.robust"), "number", 3),
            Column("limit", Text("validation.cutoff")),
            Column("verdict", Text("validation.scaled_verdict")),
        ),
        rows=tuple(rows),
        notes=(Text(f"validation.note_fit_{validation.correlation}"), *(cutoff_note(rules, name) for name in _FIT)),
        result="Validation",
    )


def _rmsea_intervals(fit: Any) -> dict[str, Label]:
    kinds = {"plain": "", "scaled": "_scaled", "robust": "_robust"}
    missing = float("nan")
    limits = {
        kind: (fit.get(f"rmsea_ci_lower{end}", missing), fit.get(f"rmsea_ci_upper{end}", missing))
        for kind, end in kinds.items()
    }
    return {
        kind: Text("validation.interval", {"low": low, "high": high})
        for kind, (low, high) in limits.items()
        if np.isfinite([low, high]).all()
    }


def _misfits(joint: Cfa, instrument: Instrument) -> Table:
    rows = []
    for entry in joint.modifications.head(_SHOWN_MISFITS).itertuples():
        of_factor = entry.op == "=~"
        lhs = construct_label(instrument, str(entry.lhs)) if of_factor else str(entry.lhs)
        where = Text("validation.free_loading" if of_factor else "validation.free_residual", {"a": lhs, "b": entry.rhs})
        values = {"what": where, "mi": entry.mi, "epc": entry.epc_std}
        rows.append(Row(values, group=Text("validation.modifications")))
    for first, second, residual in _largest_residuals(joint.residuals):
        pair = Text("validation.free_residual", {"a": first, "b": second})
        rows.append(Row({"what": pair, "residual": residual}, group=Text("validation.residuals")))
    return Table(
        key="misfits",
        title=Text("validation.misfits"),
        columns=(
            Column("what", Text("validation.parameter")),
            Column("mi", Text("validation.mi"), "number", 1),
            Column("epc", Text("validation.epc"), "bounded", 2),
            Column("residual", Text("validation.residual"), "bounded", 2),
        ),
        rows=tuple(rows),
        notes=(Text("validation.note_misfits"),),
        result="Validation",
    )


def _largest_residuals(residuals: pd.DataFrame) -> Iterator[tuple[str, str, float]]:
    names, values = list(residuals.columns), residuals.to_numpy(float)
    first, second = np.triu_indices(len(names), 1)
    for place in np.argsort(-np.abs(values[first, second]), kind="stable")[:_SHOWN_MISFITS]:
        i, j = int(first[place]), int(second[place])
        yield names[i], names[j], float(values[i, j])


def _fornell_larcker(judged: Validity, instrument: Instrument) -> Table:
    table = judged.fornell_larcker
    lower = table.where(np.tril(np.ones(table.shape, dtype=bool)))
    return Table(
        key="fornell_larcker",
        title=Text("validation.fornell_larcker"),
        columns=(
            Column("label", Text("tables.construct")),
            *(Column(name, construct_label(instrument, name), "bounded", 2) for name in table.columns),
        ),
        rows=rows_of(labelled(lower, instrument, lower.index)),
        notes=(Text("validation.note_fornell_larcker"),),
        result="Validation",
    )


def _pairs(validation: Validation, judged: Validity, instrument: Instrument) -> Table:
    rules, names = validation.cutoffs, list(judged.htmt.columns)
    limits = {} if validation.jackknife is None else _phi_limits(validation.jackknife.of("phi"))
    rows = []
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            ratio = float(judged.htmt.loc[first, second])  # type: ignore[arg-type]
            low, high = limits.get((first, second), (None, None))
            row = {
                "first": construct_label(instrument, first),
                "second": construct_label(instrument, second),
                "phi": judged.fornell_larcker.loc[first, second],
                "ci_low": low,
                "ci_high": high,
                "distinct": Text("validation.met" if judged.distinct.loc[first, second] else "validation.not_met"),
                "htmt": ratio,
                "verdict": verdict(rules, "htmt", ratio),
            }
            rows.append(Row(row))
    spanner = Text("tables.ci95")
    return Table(
        key="discriminant",
        title=Text("validation.discriminant"),
        columns=(
            Column("first", Text("tables.construct")),
            Column("second", Text("tables.construct")),
            Column("phi", Text("validation.phi"), "bounded", 2),
            Column("ci_low", Text("tables.low"), "bounded", 2, spanner),
            Column("ci_high", Text("tables.high"), "bounded", 2, spanner),
            Column("distinct", "Fornell-Larcker"),
            Column("htmt", "HTMT", "bounded", 2),
            Column("verdict", Text("validation.htmt_rule", {"value": rules.htmt})),
        ),
        rows=tuple(rows),
        notes=(Text("validation.note_discriminant"), cutoff_note(rules, "htmt"), interval_note(validation)),
        result="Validation",
    )


def _phi_limits(table: pd.DataFrame) -> dict[tuple[str, str], tuple[float, float]]:
    return {(row.lhs, row.rhs): (row.ci_low, row.ci_high) for row in table.itertuples()}  # type: ignore[misc]


def _labels(block: tuple[str, ...], instrument: Instrument) -> Label:
    return Text("validation.constructs", {"names": [construct_label(instrument, name) for name in block]})
