"""What a validation comes to for the instrument, as Tables: items to look at, a short form, one factor above all."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.clustered import BodyJackknife
from kadsurvey.measurement.review import Review
from kadsurvey.measurement.second_order import SecondOrder
from kadsurvey.measurement.shape import InstrumentShape
from kadsurvey.measurement.shape_rules import (
    CROSS_LOADING,
    MOST_MISSING,
    NOTABLE_CHANGE,
    NOTABLE_INDEX,
    SOURCES,
    WEAKEST_LOADING,
)
from kadsurvey.measurement.short_form import ShortForm
from kadsurvey.measurement.validation import Validation
from kadsurvey.report.builders.labels import construct_label
from kadsurvey.report.builders.verdicts import cutoff_note
from kadsurvey.report.table import Column, Row, Table


def shape_tables(review: Review, validation: Validation, instrument: Instrument) -> tuple[Table, ...]:
    """Lay out items to keep, reword or drop, the short form with its rivals, and the factor above the constructs."""
    tables = [_shape(review.shape, instrument)]
    if review.short_form is not None and not review.short_form.table.empty:
        tables += [_short_form(review.short_form, instrument), _choices(review.short_form, instrument)]
    if review.second_order is not None:
        tables.append(second_order_table(review.second_order, instrument, jackknife=validation.jackknife))
    return tuple(tables)


def _shape(found: InstrumentShape, instrument: Instrument) -> Table:
    rows = []
    for facts in _records(found.items.rename_axis("item")):
        values = {
            **facts,
            "judged": _judged(facts, instrument),
            "cross": _beside("size", facts["cross_loading"], facts["cross_construct"], instrument),
            "index": _beside("index", facts["mi"], facts["mi_with"], instrument, change=facts["epc"]),
            "rest": _beside("size", facts["residual"], facts["residual_with"], instrument),
            "alike": None if facts["invariance"] == "untested" else Text(f"shape.{facts['invariance']}"),
        }
        heading = construct_label(instrument, str(facts["construct"]))
        rows.append(Row(values, group=heading, strong=facts["verdict"] != "keep"))
    columns = [
        Column("item", Text("tables.item")),
        Column("judged", Text("shape.verdict")),
        Column("loading", Text("tables.loading"), "bounded", 2),
        Column("item_rest", Text("shape.item_rest"), "bounded", 2),
        Column("cross", Text("shape.cross_loading")),
        Column("index", Text("shape.largest_index")),
        Column("rest", Text("shape.largest_residual")),
        *([Column("alike", Text("shape.groups"))] if found.grouped else []),
        Column("missing_in_part", Text("shape.missing"), "share", 1),
        Column("dont_know_share", Text("tables.dont_know"), "share", 1),
    ]
    return Table(
        key="shape",
        title=Text("shape.title"),
        columns=tuple(columns),
        rows=tuple(rows),
        notes=tuple(_shape_notes(found)),
        result="InstrumentShape",
    )


def _beside(kind: str, value: float, name: str, instrument: Instrument, *, change: float = 0.0) -> Label | None:
    """Return a value with the construct or item it is about; None where there is none."""
    if not name:
        return None
    known = construct_label(instrument, name) if name in instrument.constructs else name
    return Text(f"shape.{kind}_of", {"value": float(value), "name": known, "change": float(change)})


def _judged(facts: dict[Any, Any], instrument: Instrument) -> Label:
    """Return what to do with an item, and why, in words."""
    what = Text(f"shape.{facts['verdict']}")
    if not facts["reasons"]:
        return what
    params = {
        "construct": construct_label(instrument, facts["cross_construct"]) if facts["cross_construct"] else "",
        "item": facts["mi_with"],
        "step": Text(f"invariance.step_{facts['differs_at']}") if facts["differs_at"] else "",
    }
    if facts["mi_kind"] == "loading" and facts["cross_from"] != "efa":
        params["construct"] = construct_label(instrument, facts["mi_with"])
    return Text(
        "shape.because", {"what": what, "why": [Text(f"shape.why_{name}", params) for name in facts["reasons"]]}
    )


def _shape_notes(found: InstrumentShape) -> Iterator[Label]:
    yield Text("shape.note_nothing_dropped")
    explored = found.items["cross_from"].eq("efa").any()
    yield Text("shape.note_cross_efa" if explored else "shape.note_cross_epc")
    yield Text("shape.note_columns")
    if not found.grouped:
        yield Text("shape.note_groups_unknown")
    yield cutoff_note(found.cutoffs, "loading")
    rules = {
        "weakest": WEAKEST_LOADING,
        "cross": CROSS_LOADING,
        "index": NOTABLE_INDEX,
        "change": NOTABLE_CHANGE,
        "missing": MOST_MISSING,
    }
    yield Text("shape.note_rules", rules | {f"of_{name}": source for name, source in SOURCES.items()})


def _short_form(found: ShortForm, instrument: Instrument) -> Table:
    rows = [
        Row({**values, "label": construct_label(instrument, values["construct"]), "chosen": ", ".join(values["items"])})
        for values in _records(found.table)
    ]
    return Table(
        key="short_form",
        title=Text("shape.short_form"),
        columns=(
            Column("label", Text("tables.construct")),
            Column("chosen", Text("shape.items_kept")),
            Column("n_items", Text("shape.of_items"), "integer"),
            Column("omega_long", Text("shape.omega_long"), "bounded", 2),
            Column("omega_short", Text("shape.omega_short"), "bounded", 2),
            Column("loss", Text("shape.loss"), "bounded", 2),
            Column("r_long", Text("shape.r_long"), "bounded", 2),
            Column("judged_in", Text("shape.omega_judged"), "bounded", 2),
            Column("loss_judged", Text("shape.loss_judged"), "bounded", 2),
            Column("again", Text("shape.again"), "share", 0),
        ),
        rows=tuple(rows),
        notes=tuple(_short_form_notes(found, instrument)),
        result="ShortForm",
    )


def _short_form_notes(found: ShortForm, instrument: Instrument) -> Iterator[Label]:
    yield Text("shape.note_short_form", {"size": found.size})
    yield Text(f"shape.note_halves_{found.halves}", {"splits": found.n_splits, "seed": found.seed})
    yield Text("shape.note_r_long")
    yield Text("shape.note_content")
    for reason, own in found.left_out.groupby("reason"):
        yield Text(f"shape.note_left_out_{reason}", {"items": [str(item) for item in own.index]})
    for finding in found.findings:
        if finding.code == "measurement.short_form_one_way":
            construct = construct_label(instrument, str(finding.params["construct"]))
            yield Text("shape.note_one_way", {"construct": construct, "items": finding.params["items"]})


def _choices(found: ShortForm, instrument: Instrument) -> Table:
    return Table(
        key="short_form_choices",
        title=Text("shape.choices"),
        columns=(
            Column("chosen", Text("tables.items")),
            Column("rank", Text("shape.rank"), "integer"),
            Column("omega_short", "omega", "bounded", 3),
            Column("n_reversed", Text("shape.reversed"), "integer"),
        ),
        rows=tuple(
            Row({**row, "chosen": ", ".join(row["items"])}, group=construct_label(instrument, row["construct"]))
            for row in _records(found.candidates.set_index("construct"))
        ),
        notes=(Text("shape.note_choices"),),
        result="ShortForm",
    )


def second_order_table(found: SecondOrder, instrument: Instrument, *, jackknife: BodyJackknife | None = None) -> Table:
    """Lay out the loadings of constructs on the factor above them, with what three constructs cannot show."""
    limits = {} if jackknife is None else {row["lhs"]: row for row in _records(jackknife.of("second_order"))}
    known = bool(limits)
    rows = []
    for values in _records(found.loadings):
        name = values["construct"]
        ends = {key: limits[name][key] for key in ("ci_low", "ci_high")} if known else {}
        rows.append(Row({**values, **ends, "label": construct_label(instrument, name)}))
    spanner = Text("tables.ci95")
    return Table(
        key="second_order",
        title=Text("shape.second_order"),
        columns=(
            Column("label", Text("tables.construct")),
            Column("loading", Text("shape.loading_above"), "bounded", 2),
            Column("std_error", "SE", "std_error", 2),
            *(
                (
                    Column("ci_low", Text("tables.low"), "bounded", 2, spanner),
                    Column("ci_high", Text("tables.high"), "bounded", 2, spanner),
                )
                if known
                else ()
            ),
            Column("r_squared", Text("shape.explained"), "share", 0),
        ),
        rows=tuple(rows),
        notes=tuple(_second_order_notes(found, jackknife if known else None)),
        result="SecondOrder",
    )


def _second_order_notes(found: SecondOrder, jackknife: BodyJackknife | None) -> Iterator[Label]:
    yield Text("shape.note_testable" if found.testable else "shape.note_three")
    if not found.proper:
        yield Text("shape.note_improper")
    if isfinite(found.omega_hierarchical):
        yield Text("shape.note_omega", {"hierarchical": found.omega_hierarchical, "total": found.omega_total})
    if jackknife is None:
        yield Text("shape.note_independent")
    else:
        yield Text("shape.note_jackknife", {"bodies": jackknife.n_bodies})


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as records, the index among them."""
    return frame.reset_index().to_dict(orient="records")  # type: ignore[return-value]
