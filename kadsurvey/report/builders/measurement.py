"""A measurement model to Tables: reliability per construct, items, loadings, number of factors."""

from __future__ import annotations

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.model import MeasurementModel
from kadsurvey.report.builders.labels import construct_label, labelled
from kadsurvey.report.table import Column, Table, rows_of


def measurement_tables(model: MeasurementModel, instrument: Instrument) -> tuple[Table, ...]:
    """Lay out the model: reliability, items, the factor analysis where there is one."""
    tables = [_reliability(model, instrument), _items(model, instrument)]
    if model.structure is not None:
        tables.append(_loadings(model, instrument))
    return tuple(tables)


def _reliability(model: MeasurementModel, instrument: Instrument) -> Table:
    frame = model.reliability
    return Table(
        key="reliability",
        title=Text("tables.reliability"),
        columns=(
            Column("label", Text("tables.construct")),
            Column("n_obs", "n", "integer"),
            Column("n_items", Text("tables.items"), "integer"),
            Column("missing_share", Text("tables.missing_share"), "share", 1),
            Column("alpha", "alpha", "bounded", 2),
            Column("alpha_low", Text("tables.low"), "bounded", 2, Text("tables.ci95_alpha")),
            Column("alpha_high", Text("tables.high"), "bounded", 2, Text("tables.ci95_alpha")),
            Column("omega", "omega", "bounded", 2),
        ),
        rows=rows_of(labelled(frame, instrument, frame.index)),
        notes=(Text("tables.note_alpha"), Text(f"tables.note_omega_{model.correlation}")),
        result="MeasurementModel",
    )


def _items(model: MeasurementModel, instrument: Instrument) -> Table:
    frame = model.items
    return Table(
        key="items",
        title=Text("tables.item_statistics"),
        columns=(
            Column("key", Text("tables.item")),
            Column("n_obs", "n", "integer"),
            Column("mean", Text("tables.mean"), "number", 2),
            Column("sd", Text("tables.sd"), "number", 2),
            Column("missing_share", Text("tables.missing_share"), "share", 1),
            Column("item_rest", Text("tables.item_rest"), "bounded", 2),
            Column("alpha_if_dropped", Text("tables.alpha_if_dropped"), "bounded", 2),
            Column("loading", Text("tables.loading"), "bounded", 2),
        ),
        rows=rows_of(labelled(frame, instrument, frame["construct"]), group="label"),
        notes=(Text("tables.note_reversed"), Text("tables.note_one_factor_loading")),
        result="MeasurementModel",
    )


def _loadings(model: MeasurementModel, instrument: Instrument) -> Table:
    structure = model.structure
    assert structure is not None  # the caller looked
    loadings = structure.loadings
    frame = loadings.assign(communality=1 - structure.uniquenesses)
    constructs = [instrument.construct_of[item] for item in frame.index]
    notes: list[Label] = [
        Text(f"tables.note_efa_{model.correlation}", {"factors": loadings.shape[1], "n": model.n_obs}),
        Text(
            "tables.note_retention", {"parallel": structure.n_parallel, "map": structure.n_map, "seed": structure.seed}
        ),
        Text("tables.note_factor_correlations", {"pairs": _pairs(model)}),
    ]
    return Table(
        key="loadings",
        title=Text("tables.loadings"),
        columns=(
            Column("key", Text("tables.item")),
            *(Column(name, construct_label(instrument, name), "bounded", 2) for name in loadings.columns),
            Column("communality", Text("tables.communality"), "bounded", 2),
        ),
        rows=rows_of(labelled(frame, instrument, constructs), group="label"),
        notes=tuple(notes),
        result="MeasurementModel",
    )


def _pairs(model: MeasurementModel) -> list[Label]:
    structure = model.structure
    assert structure is not None  # the caller looked
    names, phi = list(structure.phi.columns), structure.phi.to_numpy()
    return [
        Text("tables.pair", {"first": names[first], "second": names[second], "r": float(phi[first, second])})
        for first in range(len(names))
        for second in range(first + 1, len(names))
    ]
