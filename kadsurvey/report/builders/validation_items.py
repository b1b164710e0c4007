"""Items and scales of a validation to Tables: statistics, r hitung against r tabel, alpha and omega."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.clustered import Statistic
from kadsurvey.measurement.validation import Validation
from kadsurvey.report.builders.labels import construct_label, labelled
from kadsurvey.report.builders.verdicts import cutoff_note, interval_note, source_of, verdict
from kadsurvey.report.table import Column, Table, rows_of


def item_tables(validation: Validation, instrument: Instrument) -> tuple[Table, ...]:
    """Lay out what is known of each item by itself, and of the sum of each construct's items."""
    tables = [
        _statistics(validation, instrument),
        dont_know_table(validation, instrument),
        _validity(validation, instrument),
    ]
    if not validation.within.empty:
        tables.append(_within(validation, instrument))
    return (*tables, _alpha(validation, instrument), _omega(validation, instrument))


def _statistics(validation: Validation, instrument: Instrument) -> Table:
    frame = validation.items
    return Table(
        key="items",
        title=Text("tables.item_statistics"),
        columns=(
            Column("key", Text("tables.item")),
            Column("n_obs", "n", "integer"),
            Column("missing_share", Text("tables.missing_share"), "share", 1),
            Column("mean", Text("tables.mean"), "number", 2),
            Column("sd", Text("tables.sd"), "number", 2),
            Column("skewness", Text("validation.skewness"), "number", 2),
            Column("kurtosis", Text("validation.kurtosis"), "number", 2),
            Column("floor", Text("validation.floor"), "share", 1),
            Column("ceiling", Text("validation.ceiling"), "share", 1),
        ),
        rows=rows_of(labelled(frame, instrument, frame["construct"]), group="label"),
        notes=(Text("tables.note_reversed"), Text("validation.note_moments")),
        result="Validation",
    )


def dont_know_table(validation: Validation, instrument: Instrument) -> Table:
    """Lay out how often each group does not know."""
    frame = validation.dont_know
    return Table(
        key="dont_know",
        title=Text("validation.dont_know"),
        columns=(
            Column("label", Text("tables.construct")),
            Column("group", Text("tables.group")),
            Column("n", "n", "integer"),
            Column("given", Text("validation.given"), "integer"),
            Column("dont_know", Text("tables.dont_know"), "integer"),
            Column("dont_know_share", Text("validation.of_given"), "share", 1),
            Column("blank_share", Text("validation.blank"), "share", 1),
        ),
        rows=rows_of(labelled(frame, instrument, frame["construct"])),
        notes=(Text("validation.note_dont_know"),),
        result="Validation",
    )


def _validity(validation: Validation, instrument: Instrument) -> Table:
    rules, frame = validation.cutoffs, _with_interval(validation, validation.items, "loading", "rhs")
    frame = frame.assign(
        decision=frame["valid"].map(lambda valid: Text(f"validation.item_{'valid' if valid else 'not_valid'}")),
        verdict=frame["loading"].map(partial(verdict, rules, "loading")),
    )
    notes: list[Label] = [
        Text("validation.note_r", {"level": rules.r_level, "source": source_of(rules, "r_level")}),
        Text(f"validation.note_loading_{validation.correlation}"),
        cutoff_note(rules, "loading"),
        interval_note(validation),
    ]
    return Table(
        key="item_validity",
        title=Text("validation.item_validity"),
        columns=(
            Column("key", Text("tables.item")),
            Column("n_complete", "n", "integer"),
            Column("item_rest", Text("validation.r_count"), "bounded", 3),
            Column("r_table", Text("validation.r_table"), "bounded", 3),
            Column("df", Text("tables.df"), "integer"),
            Column("decision", Text("validation.decision")),
            Column("loading", Text("tables.loading"), "bounded", 2),
            *_interval_columns(validation, "loading"),
            Column("verdict", Text("validation.loading_rule", {"value": rules.loading})),
            Column("alpha_if_dropped", Text("tables.alpha_if_dropped"), "bounded", 2),
        ),
        rows=rows_of(labelled(frame, instrument, frame["construct"]), group="label"),
        notes=tuple(notes),
        result="Validation",
    )


def _within(validation: Validation, instrument: Instrument) -> Table:
    frame = validation.within.assign(difference=validation.within["within"] - validation.within["total"])
    return Table(
        key="within_bodies",
        title=Text("validation.within"),
        columns=(
            Column("key", Text("tables.item")),
            Column("total", Text("validation.loading_total"), "bounded", 2),
            Column("within", Text("validation.loading_within"), "bounded", 2),
            Column("difference", Text("validation.difference"), "bounded", 2),
        ),
        rows=rows_of(labelled(frame, instrument, frame["construct"]), group="label"),
        notes=(Text("validation.note_within", {"bodies": validation.n_bodies}),),
        result="Validation",
    )


def _alpha(validation: Validation, instrument: Instrument) -> Table:
    rules, frame = validation.cutoffs, _with_interval(validation, validation.reliability, "alpha", "lhs")
    frame = frame.assign(verdict=frame["alpha"].map(partial(verdict, rules, "alpha")))
    return Table(
        key="alpha",
        title=Text("validation.alpha"),
        columns=(
            Column("label", Text("tables.construct")),
            Column("n_obs", "n", "integer"),
            Column("n_items", Text("tables.items"), "integer"),
            Column("alpha", "alpha", "bounded", 2),
            Column("alpha_low", Text("tables.low"), "bounded", 2, "Feldt"),
            Column("alpha_high", Text("tables.high"), "bounded", 2, "Feldt"),
            Column("alpha_low_duhachek", Text("tables.low"), "bounded", 2, "Duhachek"),
            Column("alpha_high_duhachek", Text("tables.high"), "bounded", 2, "Duhachek"),
            *_interval_columns(validation, "alpha"),
            Column("verdict", Text("validation.alpha_rule", {"value": rules.alpha})),
        ),
        rows=rows_of(labelled(frame, instrument, frame.index)),
        notes=(Text("validation.note_alpha"), cutoff_note(rules, "alpha"), interval_note(validation)),
        result="Validation",
    )


def _omega(validation: Validation, instrument: Instrument) -> Table:
    rules, frame = validation.cutoffs, _with_interval(validation, validation.reliability, "omega", "lhs")
    frame = frame.assign(verdict=frame["omega"].map(partial(verdict, rules, "omega")))
    notes: list[Label] = [
        Text(f"tables.note_omega_{validation.correlation}"),
        Text("validation.note_omega_linear"),
        cutoff_note(rules, "omega"),
        interval_note(validation),
    ]
    if validation.correlation == "polychoric":
        notes.append(Text("validation.note_alpha_ordinal"))
    if validation.omega_hierarchical == validation.omega_hierarchical:
        omegas = {"omega_h": validation.omega_hierarchical, "omega_t": validation.omega_total}
        constructs = [construct_label(instrument, name) for name in validation.block]
        notes.append(Text("validation.note_omega_h", {**omegas, "constructs": constructs}))
    else:
        notes.append(Text("validation.note_no_omega_h"))
    return Table(
        key="omega",
        title=Text("validation.omega"),
        columns=(
            Column("label", Text("tables.construct")),
            Column("omega", "omega", "bounded", 2),
            *_interval_columns(validation, "omega"),
            Column("omega_linear", Text("validation.omega_linear"), "bounded", 2),
            Column("alpha_ordinal", Text("validation.alpha_ordinal"), "bounded", 2),
            Column("verdict", Text("validation.omega_rule", {"value": rules.omega})),
        ),
        rows=rows_of(labelled(frame, instrument, frame.index)),
        notes=tuple(notes),
        result="Validation",
    )


def _interval_columns(validation: Validation, statistic: Statistic) -> tuple[Column, ...]:
    """Return the columns of the interval over bodies; none where that statistic has none."""
    if validation.jackknife is None or validation.jackknife.of(statistic).empty:
        return ()
    # Alpha has two other intervals beside this one.
    spanner = Text("validation.bodies") if statistic == "alpha" else Text("tables.ci95")
    return (
        Column("ci_low", Text("tables.low"), "bounded", 2, spanner),
        Column("ci_high", Text("tables.high"), "bounded", 2, spanner),
    )


def _with_interval(validation: Validation, frame: pd.DataFrame, statistic: Statistic, key: str) -> pd.DataFrame:
    """Return the frame with the jackknife's limits of a statistic, joined by the frame's index."""
    if validation.jackknife is None:
        return frame.assign(ci_low=float("nan"), ci_high=float("nan"))
    limits: Any = validation.jackknife.of(statistic).set_index(key)[["ci_low", "ci_high"]]
    return frame.join(limits)
