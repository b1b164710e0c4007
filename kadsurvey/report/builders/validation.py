"""A validation to Tables, in the order in which a reader of the field expects them."""

from __future__ import annotations

from dataclasses import fields

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Text
from kadsurvey.measurement.cutoffs import Cutoffs
from kadsurvey.measurement.validation import Validation
from kadsurvey.report.builders.validation_factors import factor_tables
from kadsurvey.report.builders.validation_items import item_tables
from kadsurvey.report.builders.validation_models import model_tables
from kadsurvey.report.builders.verdicts import source_of
from kadsurvey.report.table import Column, Row, Table


def validation_tables(validation: Validation, instrument: Instrument) -> tuple[Table, ...]:
    """Lay out items, reliability, factors, the model and its constructs, and the rules they were held against."""
    return (
        *item_tables(validation, instrument),
        *factor_tables(validation, instrument),
        *model_tables(validation, instrument),
        _cutoffs(validation.cutoffs),
    )


def _cutoffs(cutoffs: Cutoffs) -> Table:
    return Table(
        key="cutoffs",
        title=Text("validation.cutoffs"),
        columns=(
            Column("rule", Text("validation.rule")),
            Column("value", Text("validation.cutoff"), "number", 2),
            Column("source", Text("validation.source")),
        ),
        rows=tuple(
            Row(
                {
                    "rule": Text(f"validation.rule_{entry.name}"),
                    "value": getattr(cutoffs, entry.name),
                    "source": source_of(cutoffs, entry.name),  # type: ignore[arg-type]
                }
            )
            for entry in fields(cutoffs)
        ),
        notes=(Text("validation.note_cutoffs"),),
        result="Validation",
    )
